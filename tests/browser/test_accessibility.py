"""axe finds no serious problems on any page, light and dark, on a desktop and at a phone's width."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.hands import painted

pytestmark = pytest.mark.slow

DESKTOP, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}


def check(page) -> None:
    violations = Axe().run(page).response["violations"]
    serious = [one for one in violations if one["impact"] in ("serious", "critical")]
    assert [(one["id"], node["html"], node["failureSummary"]) for one in serious for node in one["nodes"]] == []


@pytest.mark.parametrize(
    "path",
    ["/", "/averaging?seeds=256", "/clipping", "/step?case=curvature&at=0&part=1"],
)
def test_nothing_stands_in_anyones_way(visit, path):
    visitor = visit()
    page = visitor.open(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            page.wait_for_function(f"document.querySelector('.slalom').dataset.theme === '{scheme}'")
            painted(page, 300)
            visitor.settled()
            check(page)


def test_what_opens_over_a_page_stands_in_nobodys_way(visit):
    visitor = visit()
    page = visitor.open("/?seed=x&lane=sgd+clip+norm+average+uniform&lane=hidden+adam")
    page.locator('input[type="text"][data-knob="lr"]').fill("x")
    check(page)
    page.locator(".slalom-text").click()
    check(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Rosenbrock's valley").click()
    page.get_by_role("dialog").locator("img").nth(20).wait_for()
    check(page)


def test_everything_drawn_and_every_control_has_a_name(visit):
    visitor = visit()
    for path in ("/", "/averaging?seeds=256", "/clipping", "/step?case=conjugate&at=1"):
        page = visitor.open(path)
        nameless = page.evaluate(
            """[...document.querySelectorAll('.slalom :is(button, select, input, canvas, [role])')].filter((e) => {
              if (!e.checkVisibility() || e.closest('[aria-hidden=true]')) return false
              const named = e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length
              return !(named || e.matches('.slalom-swatch, [role=status], [role=alert], [role=presentation]')) })
              .map((e) => e.outerHTML)"""
        )
        assert nameless == []


@pytest.mark.parametrize("path", ["/averaging", "/clipping", "/step"])
def test_the_keyboard_reaches_everything_in_the_order_it_is_seen(visit, path):
    page = visit().open(path)
    page.locator(".slalom-start").focus()
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        place = page.evaluate(
            """(() => { const e = document.activeElement
              const parts = ['modes', 'curve', 'anatomy', 'board', 'knobs', 'timeline']
              return e.closest('.slalom') && (parts.find((one) => e.closest(`.slalom-${one}`)) ?? 'scene') })()"""
        )
        if place is None:
            break
        if not seen or seen[-1] != place:
            seen.append(place)
    assert seen[-1] == "timeline"
    assert len(set(seen)) == len(seen), "nothing is left and come back to"
    assert "knobs" in seen
