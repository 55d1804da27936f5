"""The real app on a free port, and a real Chromium. A missing browser is a failure, not a skip."""

import os
from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from pages.contents import PAGES
from tests.running import CHROMIUM, FLAGS, App

# On a deep link Streamlit's own client asks here first, while it looks for its base path, and is told 404.
ASKED_FIRST = {f"/{page.name}/_stcore/{name}" for page in PAGES for name in ("health", "host-config")}


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    one = App(tmp_path_factory.mktemp("app") / "log.txt")
    yield one
    one.stop()
    assert "Traceback" not in one.log.read_text()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        missing = "the browser tests need Chromium: install it, or name it in CHROMIUM"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
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
        self.page.set_default_timeout(90_000)  # kernels may be compiling, and another browser be at work
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, told: ConsoleMessage) -> None:
        missing = "404" in told.text and urlparse(told.location["url"]).path in ASKED_FIRST
        if told.type == "error" and not missing:
            self.complaints.append(told.text)

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.app.url + path)
        self.drawn()
        return self.page

    def drawn(self) -> None:
        """Waits until the race is painted and everything is in step."""
        self.page.wait_for_function("document.querySelector('.slalom')?.dataset.drawn > 0", timeout=60_000)
        self.settled()

    def settled(self) -> None:
        """Waits until Python knows the stage's race and the address has not changed for a while."""
        self.page.wait_for_timeout(150)
        for _ in range(60):
            before = (self.page.url, self.page.locator('[data-testid="stStatusWidget"], [data-behind="true"]').count())
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
