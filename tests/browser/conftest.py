"""The real app on a free port, and a real Chromium. A missing browser is a failure, not a skip."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class App:
    """The app in a process of its own."""

    def __init__(self, log: Path, port: int | None = None, **environment: str) -> None:
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = log
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        self.out = log.open("wb")
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=self.out, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
        self._wait()

    def _wait(self) -> None:
        begin = time.monotonic()
        while time.monotonic() - begin < 120:
            assert self.process.poll() is None, self.log.read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the app does not answer:\n" + self.log.read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.out.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    one = App(tmp_path_factory.mktemp("app") / "log.txt")
    yield one
    one.stop()
    assert "Traceback" not in one.log.read_text()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "the browser tests need Chromium: install it, or name it in CHROMIUM"
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield one
        one.close()


class Visitor:
    """A person at a page: a fresh browser profile, and everything the console complained of."""

    def __init__(self, browser: Browser, app: App, **context: object) -> None:
        settings = {"viewport": {"width": 1280, "height": 720}, "locale": "en-US", **context}
        self.app = app
        self.context = browser.new_context(**settings)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda told: told.type == "error" and self.complaints.append(told.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.app.url + path)
        self.drawn()
        return self.page

    def drawn(self) -> None:
        """Waits until the race is painted and everything is in step."""
        self.page.wait_for_function("document.querySelector('.slalom')?.dataset.drawn > 0", timeout=60_000)
        self.settled()

    def settled(self) -> None:
        """Waits until the script has run and the address has not changed for a while."""
        self.page.wait_for_timeout(150)
        for _ in range(60):
            before = (self.page.url, self.page.locator('[data-testid="stStatusWidget"]').count())
            self.page.wait_for_timeout(120)
            if (self.page.url, 0) == before:
                return

    def stage(self, expression: str) -> object:
        """Something about the stage, from its root element `s`."""
        return self.page.evaluate(f"(() => {{ const s = document.querySelector('.slalom'); return {expression} }})()")


@pytest.fixture
def visit(browser: Browser, app: App, request: pytest.FixtureRequest) -> Iterator:
    visitors: list[Visitor] = []

    def make(**context: object) -> Visitor:
        visitors.append(Visitor(browser, app, **context))
        return visitors[-1]

    yield make
    for one in visitors:
        one.context.close()
    if "complaints" not in request.keywords:
        assert [text for one in visitors for text in one.complaints] == []
