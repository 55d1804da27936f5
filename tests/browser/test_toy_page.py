"""A page is one folder and its words: a page with its own panel and block is added to a copy of the app."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visitor
from tests.running import ROOT, App

pytestmark = pytest.mark.slow

FILES = {
    "__init__.py": '''
"""A page for a test."""

from pages.protocol.cases import Page
from pages.words import message

PAGE = Page("toy", message("Toy page"), order=99)
''',
    "page.py": '''
"""The page at /toy."""

from pages.layout.show import show
from pages.toy import PAGE

show(PAGE)
''',
    "block.py": '''
"""A number for every runner."""

from typing import Any

from pages.server.blocks import Answer, Block


def add_toy(answer: Answer, given: Any) -> None:
    """Multiples of a number."""
    answer.header["toy"] = {"title": answer.translate("Toy page")}
    answer.add("toy numbers", [given["factor"] * i for i in range(len(answer.runs))])


TOY = Block("toy", add_toy, quick=5_000)
''',
    "panel.js": """
import { element } from '../stage/dom.js'
import { Panel } from '../stage/panel.js'

export default class ToyPanel extends Panel {
  #caption = element('p', { class: 'toy-caption' })

  captions() {
    return [this.#caption]
  }

  query() {
    return { toy: { factor: 3 } }
  }

  receive({ toy }, arrays) {
    this.#caption.textContent = `${toy.title}: ${arrays.get('toy numbers').join(' ')}`
  }
}
""",
    "panel.css": """
.toy-caption {
  position: absolute;
  letter-spacing: 7px;
}
""",
}
WORDS = {"zh_TW": "玩具頁", "zh_CN": "玩具页"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with one more page."""
    place = tmp_path_factory.mktemp("toy")
    for name in ("landscapes", "optimizers", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", place)
    add_page(place / "pages")
    one = App(place / "log.txt", folder=place)
    yield one
    one.stop()
    assert "Traceback" not in one.log.read_text()


def add_page(pages: Path) -> None:
    (pages / "toy").mkdir()
    for name, text in FILES.items():
        (pages / "toy" / name).write_text(text, "utf-8")
    for language, words in WORDS.items():
        with (pages / "words" / f"{language}.po").open("a", encoding="utf-8") as file:
            file.write(f'\nmsgid "Toy page"\nmsgstr "{words}"\n')


@pytest.mark.parametrize(("language", "title"), [("en", "Toy page"), ("zh-TW", "玩具頁"), ("zh-CN", "玩具页")])
def test_a_page_is_one_folder_and_its_words(browser: Browser, app: App, language: str, title: str) -> None:
    visitor = Visitor(browser, app)
    page = visitor.open(f"/?lang={language}")
    page.get_by_role("link", name=title).click()
    caption = page.locator(".toy-caption")
    caption.wait_for()
    visitor.drawn()
    assert caption.text_content() == f"{title}: 0 3 6 9 12"
    assert caption.evaluate("(one) => getComputedStyle(one).letterSpacing") == "7px"
    assert page.get_by_role("link", name=title).count() == 1
    assert visitor.complaints == []
    visitor.context.close()
