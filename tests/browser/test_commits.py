"""The stage and Python stay in step, also where what one says to the other is late or lost."""

from tests.browser.hands import query


def test_the_stage_is_behind_until_its_last_change_is_in_the_link(visit):
    visitor = visit()
    page = visitor.open("/")
    page.evaluate(
        """(() => { const stage = document.querySelector('.slalom')
          window.seen = []
          const note = () => window.seen.push([stage.dataset.behind, location.search])
          new MutationObserver(note).observe(stage, { attributes: true, attributeFilter: ['data-behind'] }) })()"""
    )
    page.keyboard.press("1")  # committed at once, and heard while the other keys still wait for the last of them
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(100)
    visitor.settled()
    seen = page.evaluate("window.seen")
    assert "at" in query(page)
    assert query(page)["lane"][0].startswith("hidden")
    assert {"at=" in address for behind, address in seen if behind == "false"} == {True}


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
