"""The real app on a free port, and a real Chromium. A missing browser is a failure, not a skip."""

import os
from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, WebSocket, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.contents import PAGES
from tests.running import CHROMIUM, FLAGS, App

# On a deep link Streamlit's client requests these while it searches for its base path, and gets status 404.
PROBED_FIRST = {f"/{page.name}/_stcore/{name}" for page in PAGES for name in ("health", "host-config")}

# The stage has changes that Python lacks, or an answer is pending; basins are refined long after they appear.
BUSY = '.slalom[data-behind="true"], .slalom[data-idle="false"]:not([data-fine])'


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


class Scripts:
    """Whether every requested script run of the page has finished, from the messages of Streamlit's own socket."""

    def __init__(self, page: Page) -> None:
        self.requested = self.running = False
        page.on("websocket", self._on_socket)

    @property
    def done(self) -> bool:
        return not self.requested and not self.running

    def _on_socket(self, socket: WebSocket) -> None:
        if socket.url.endswith("/_stcore/stream"):
            socket.on("framesent", self._on_sent)
            socket.on("framereceived", self._on_received)

    def _on_sent(self, frame: bytes) -> None:
        if BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self.requested = True

    def _on_received(self, frame: bytes) -> None:
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.requested, self.running = False, True
        elif kind == "script_finished":
            self.running = False


class Visitor:
    """A visitor of the app: a new browser profile, and all errors of its console."""

    def __init__(self, browser: Browser, app: App, **context: object) -> None:
        settings = {"viewport": {"width": 1280, "height": 720}, "locale": "en-US", **context}
        self.app = app
        self.context = browser.new_context(**settings)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(90_000)  # kernels may be compiling, and other browsers be busy
        self.scripts = Scripts(self.page)
        self.complaints: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _on_console(self, message: ConsoleMessage) -> None:
        missing = "404" in message.text and urlparse(message.location["url"]).path in PROBED_FIRST
        if message.type == "error" and not missing:
            self.complaints.append(message.text)

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.app.url + path)
        self.drawn()
        return self.page

    def drawn(self) -> None:
        """Wait until the race is painted and nothing is pending."""
        self.page.wait_for_function("document.querySelector('.slalom')?.dataset.drawn > 0", timeout=60_000)
        self.settled()

    def settled(self) -> None:
        """Wait until Python and the stage have the same race, and neither changes."""
        self.page.wait_for_timeout(150)
        before = None
        for _ in range(500):
            now = (self.page.url, self.scripts.done, self.page.locator(BUSY).count())
            if now == before == (self.page.url, True, 0):
                return
            before = now
            self.page.wait_for_timeout(120)
        raise AssertionError(f"the page does not come to rest: {before}")

    def stage(self, expression: str) -> object:
        """The value of a JavaScript expression about the stage, with its root element `s`."""
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
