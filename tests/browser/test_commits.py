"""The stage and Python stay in sync, even if messages are late or lost."""

from urllib.parse import parse_qs, urlparse

import pytest

from tests.browser.conftest import Visitor
from tests.browser.hands import drag_start, query
from tests.running import App

pytestmark = pytest.mark.slow


def test_the_stage_is_behind_until_its_last_change_is_in_the_link(visit):
    visitor = visit()
    page = visitor.open("/")
    page.evaluate(
        """(() => { const stage = document.querySelector('.slalom')
          window.seen = []
          const note = () => window.seen.push([stage.dataset.behind, location.search])
          new MutationObserver(note).observe(stage, { attributes: true, attributeFilter: ['data-behind'] }) })()"""
    )
    page.keyboard.press("1")  # committed at once, and applied while the other keys are still being debounced
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(100)
    visitor.settled()
    seen = page.evaluate("window.seen")
    assert "at" in query(page)
    assert query(page)["lane"][0].startswith("hidden")
    assert {"at=" in address for behind, address in seen if behind == "false"} == {True}


def test_the_link_to_the_page_itself_changes_nothing(visit):
    visitor = visit()
    page = visitor.open("/?rule=tuned")
    drag_start(page, 60, 30)
    visitor.settled()
    before = page.url
    visitor.page.get_by_test_id("stPageLink").get_by_text("Race", exact=True).click()
    visitor.settled()
    assert query(page) == parse_qs(urlparse(before).query)


def test_what_was_lost_on_its_way_to_python_is_said_again(visit):
    visitor = visit()
    page = visitor.open("/")
    page.evaluate(
        """(() => { const send = WebSocket.prototype.send
          window.lost = 0
          WebSocket.prototype.send = function (message) {
            if (!this.url.endsWith('/_stcore/stream') || window.lost++) send.call(this, message)
          } })()"""
    )
    page.keyboard.press("1")
    page.wait_for_timeout(1000)
    assert page.evaluate("window.lost") == 1
    assert visitor.stage("s.dataset.behind") == "true"
    assert not query(page)["lane"][0].startswith("hidden")
    visitor.settled()
    assert query(page)["lane"][0].startswith("hidden")


@pytest.mark.complaints
def test_a_server_that_begins_anew_is_told_what_it_missed(browser, tmp_path):
    first = App(tmp_path / "first.txt")
    visitor = Visitor(browser, first)
    page = visitor.open("/")
    page.keyboard.press("1")
    visitor.settled()
    first.stop()
    page.keyboard.press("2")
    second = App(tmp_path / "second.txt", port=first.port)
    visitor.settled()
    page.keyboard.press("3")
    visitor.settled()
    assert [lane.startswith("hidden") for lane in query(page)["lane"]] == [True, True, True, False, False]
    visitor.context.close()
    second.stop()
