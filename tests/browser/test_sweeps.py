"""The pages with very many runs in the browser: the heat map and the bands of /tune, the basins of /basins."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from pages import basins, tune
from pages.words import LANGUAGES, translator
from tests.browser.hands import choose, drag_start, names, painted, query, redrawn, sentences_by_name, start, trails

pytestmark = pytest.mark.slow

SAY = translator("en")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FINE = "Number(document.querySelector('.slalom').dataset.fine) === 512"

each_page = pytest.mark.parametrize("about", [tune.PAGE, basins.PAGE], ids=lambda page: page.name)


def picture(page, name: str) -> str:
    return page.evaluate(f"document.querySelector('.slalom-{name}').toDataURL()")


def turn(page, knob: str) -> None:
    """Drag a knob without releasing it."""
    field = page.locator(f'input[type="range"][data-knob="{knob}"]')
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.55, y, steps=5)
    painted(page, 400)


def place(page, name: str, across: float, up: float) -> tuple[float, float]:
    """A point of an element, in fractions of its width and height."""
    page.locator(f".slalom-{name}").first.scroll_into_view_if_needed()
    box = page.locator(f".slalom-{name}").first.bounding_box()
    return box["x"] + box["width"] * across, box["y"] + box["height"] * (1 - up)


def lane(page, i: int = 0) -> dict[str, float]:
    """The numbers of a runner in the link."""
    words = query(page)["lane"][i].split()[1:]
    return {name: float(number) for name, number in zip(words[::2], words[1::2], strict=True)}


def fingers(visitor):
    client = visitor.context.new_cdp_session(visitor.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        event = {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        client.send("Input.dispatchTouchEvent", event)

    return touch


# Both pages


@each_page
def test_a_page_opens_on_its_first_case(visit, about):
    page = visit().open(f"/{about.name}")
    assert page.locator(".slalom h1").inner_text() == about.title.translate(SAY)
    assert page.locator(".slalom-watch").inner_text() == about.cases[0].why.translate(SAY)
    assert query(page)["case"] == [about.cases[0].name]
    painted(page, 500)
    filled = page.evaluate(
        """[...document.querySelectorAll('.slalom-map canvas, .slalom-plot canvas')].filter((c) => c.width).map((c) =>
          new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size > 20)"""
    )
    assert filled == [True] * 4


@each_page
def test_a_link_shows_the_same_elsewhere(visit, about):
    first = visit()
    page = first.open(f"/{about.name}?case={about.cases[1].name}")
    if about is basins.PAGE:
        page.mouse.click(*place(page, "map", 0.3, 0.3))
    else:
        drag_start(page, 30, 20)
        first.settled()
        page.get_by_label("up", exact=True).select_option("y")
        page.get_by_role("button", name="steps needed").click()
    turn(page, "lr")
    page.mouse.up()
    first.settled()
    page.mouse.move(5, 5)
    second = visit()
    other = second.open(page.url.removeprefix(first.app.url))
    for one in (page, other):
        if about is basins.PAGE:
            one.wait_for_function(FINE, timeout=60_000)
        painted(one, 800)
    assert other.url == page.url
    assert other.locator(".slalom-side").inner_text() == page.locator(".slalom-side").inner_text()
    shown = "heat canvas" if about is tune.PAGE else "relief"
    assert picture(other, shown) == picture(page, shown)


@each_page
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_the_language_and_everything_fits(visit, about, language):
    page = visit().open(f"/{about.name}?lang={language}&case={about.cases[1].name}")
    painted(page, 600)
    say = translator(language)
    assert page.locator(".slalom h1").inner_text() == about.title.translate(say)
    assert page.locator(".slalom-watch").inner_text() == about.cases[1].why.translate(say)
    text = page.evaluate(
        """document.body.innerText + [...document.querySelectorAll('[aria-label], [title]')]
          .map((e) => `\\n${e.getAttribute('aria-label')}\\n${e.title}`).join('')"""
    )
    assert not re.search(r"\{\w+\}", text)
    sentences = sentences_by_name(say)
    for name, sentence in sentences_by_name(SAY).items():
        for words in re.split(r"\{\w+\}", sentence):
            whole = re.escape(words.strip())
            assert sentences[name] == sentence or len(whole) < 4 or not re.search(rf"\b{whole}\b", text), words
    cut = page.evaluate(
        """[...document.querySelectorAll('.slalom :is(.slalom-heat-card *, .slalom-board *, .slalom-knob > label, h1)')]
          .filter((e) => e.clientWidth && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"""
    )
    assert cut == []


@each_page
def test_a_phone_shows_a_page_within_its_width(visit, about):
    page = visit(**PHONE, color_scheme="dark").open(f"/{about.name}")
    assert page.locator(".slalom").get_attribute("data-theme") == "dark"
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    for card in (".slalom-map", ".slalom-play", ".slalom-side > :nth-child(1)", ".slalom-knobs"):
        box = page.locator(card).first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["height"] > 30


@each_page
def test_nothing_stands_in_anyones_way(visit, about):
    visitor = visit()
    page = visitor.open(f"/{about.name}")
    for scheme, width, height in (("light", 1280, 720), ("dark", 390, 844)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(f"document.querySelector('.slalom').dataset.theme === '{scheme}'")
        visitor.settled()
        serious = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        assert [(one["id"], node["html"]) for one in serious for node in one["nodes"]] == []


@pytest.mark.parametrize(
    ("path", "alert_text"),
    [
        ("tune?lane=none", "This page needs a runner"),
        ("basins?lane=none", "This page needs a runner"),
        ("tune?runner=9", "from 1 to 3"),
        ("tune?axes=lr+nope", "The axes are two different ones"),
        ("tune?axes=lr+lr", "The axes are two different ones"),
        ("tune?measure=x", "loss, steps"),
        ("tune?landscape=himmelblau&lane=newton&lane=sgd&axes=momentum+x", "The axes are two different ones"),
        ("tune?landscape=himmelblau&lane=newton&lane=momentum&axes=momentum+x", ""),
        ("tune?landscape=beale&start=1e8+1e8&lane=sgd+lr+1e300", ""),
        ("tune?landscape=mountain&axes=c0+c1", ""),
        ("basins?lane=newton&landscape=monkey_saddle&start=1e8+0", ""),
        ("basins?steps=0", ""),
        ("basins?window=-1e8+1e8+-1e8+1e8", ""),
    ],
)
def test_a_link_that_is_damaged_or_goes_to_the_limits_opens_and_the_page_works(visit, path, alert_text):
    visitor = visit()
    page = visitor.open(f"/{path}")
    alerts = page.get_by_test_id("stAlert")
    assert alert_text in alerts.inner_text() if alert_text else alerts.count() == 0
    painted(page, 500)
    address = page.url
    page.locator(".slalom-start").first.focus()
    page.keyboard.press("ArrowLeft")
    visitor.settled()
    assert page.url != address
    assert page.locator('[data-testid="stException"]').count() == 0
    page.locator(".slalom-notice").wait_for(state="hidden")  # that an answer is slow may be said for a moment


# Tune


def test_a_cell_is_looked_at_and_left(visit):
    visitor = visit()
    page = visitor.open("/tune")
    page.mouse.move(5, 5)
    painted(page, 500)
    before, address = trails(page), page.url
    field = page.locator('input[type="text"][data-knob="lr"]')
    page.mouse.move(*place(page, "heat", 0.3, 0.7))
    painted(page, 200)
    redrawn(page, before)
    assert field.input_value() != "0.5"
    page.keyboard.press("Home")
    visitor.settled()
    assert query(page)["lane"][0] == "momentum lr 0.5 momentum 0.5", "what is only looked at is in no link"
    page.keyboard.press("End")
    page.mouse.move(5, 5)
    painted(page, 500)
    assert trails(page) == before
    assert field.input_value() == "0.5"
    visitor.settled()
    assert page.url == address


def test_a_click_keeps_a_cell(visit):
    visitor = visit()
    page = visitor.open("/tune")
    painted(page, 500)
    x, y = place(page, "heat", 0.4, 0.8)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    page.mouse.move(5, 5)
    visitor.settled()
    kept = lane(page)
    assert 1e-4 < kept["lr"] < 0.1
    assert 0.6 < kept["momentum"] < 0.95
    for name, number in kept.items():
        assert float(page.locator(f'input[type="text"][data-knob="{name}"]').input_value()) == number
    assert lane(page, 1) == {"lr": 0.5}


def test_the_arrow_keys_go_from_cell_to_cell(visit):
    visitor = visit()
    page = visitor.open("/tune")
    painted(page, 500)
    page.locator(".slalom-heat canvas").focus()
    before, marks = trails(page), page.locator(".slalom-heat-card > .slalom-marks").inner_text()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    visitor.settled()
    one = lane(page)
    assert one["lr"] > 0.5
    assert one["momentum"] > 0.5
    redrawn(page, before)
    assert page.locator(".slalom-heat-card > .slalom-marks").inner_text() != marks
    page.keyboard.press("ArrowLeft")
    visitor.settled()
    assert lane(page)["lr"] < one["lr"]
    assert lane(page)["momentum"] == one["momentum"]


def test_a_finger_looks_at_cells_and_keeps_the_last(visit):
    visitor = visit(**PHONE)
    page = visitor.open("/tune")
    painted(page, 500)
    address, before = page.url, trails(page)
    touch = fingers(visitor)
    touch("touchStart", place(page, "heat", 0.4, 0.5))
    for i in range(5):
        touch("touchMove", place(page, "heat", 0.4 - 0.02 * i, 0.5 + 0.05 * i))
    painted(page, 200)
    redrawn(page, before)
    assert page.url == address
    touch("touchEnd")
    visitor.settled()
    dragged = lane(page)
    assert dragged["lr"] < 0.5 < dragged["momentum"]
    page.touchscreen.tap(*place(page, "heat", 0.6, 0.3))
    visitor.settled()
    assert lane(page)["lr"] > dragged["lr"]
    assert lane(page)["momentum"] < dragged["momentum"]


def test_the_axes_and_the_measure_are_chosen_and_in_the_link(visit):
    visitor = visit()
    page = visitor.open("/tune")
    painted(page, 500)
    across, up = (
        page.locator(".slalom-heat-card .slalom-choice").nth(1),
        page.locator(".slalom-heat-card .slalom-choice").nth(2),
    )
    heat = picture(page, "heat canvas")
    up.select_option("condition")
    visitor.settled()
    painted(page, 300)
    assert query(page)["axes"] == ["lr condition"]
    assert picture(page, "heat canvas") != heat
    across.select_option("condition")
    visitor.settled()
    assert query(page)["axes"] == ["condition lr"], "two axes change places"
    assert (across.input_value(), up.input_value()) == ("condition", "lr")
    painted(page, 300)
    heat, steps = picture(page, "heat canvas"), page.get_by_role("button", name="steps needed")
    steps.focus()
    page.keyboard.press("Enter")
    visitor.settled()
    assert query(page)["measure"] == ["steps"]
    assert picture(page, "heat canvas") != heat
    assert steps.get_attribute("aria-pressed") == "true"
    assert steps.evaluate("one => one === document.activeElement"), "the focus stays"


def test_another_runner_has_its_own_heat_map(visit):
    visitor = visit()
    page = visitor.open("/tune?axes=lr+momentum")
    painted(page, 500)
    heat, select = picture(page, "heat canvas"), page.locator(".slalom-heat-card .slalom-choice").first
    select.select_option("2")
    visitor.settled()
    painted(page, 300)
    assert query(page)["runner"] == ["3"]
    assert picture(page, "heat canvas") != heat
    assert page.locator(".slalom-heat-card .slalom-choice").nth(2).input_value() == "beta1"
    assert page.locator('input[type="text"][data-knob="beta1"]').count() == 1


def test_the_heat_map_and_the_bands_redraw_while_a_knob_moves(visit):
    visitor = visit()
    page = visitor.open("/tune")
    painted(page, 500)
    heat, band, address = picture(page, "heat canvas"), picture(page, "band canvas"), page.url
    turn(page, "condition")
    assert picture(page, "heat canvas") != heat
    assert picture(page, "band canvas") != band
    assert page.url == address
    assert page.evaluate("document.querySelector('.slalom').dataset.cells") == "1600"
    page.mouse.up()
    page.wait_for_function("document.querySelector('.slalom').dataset.cells === '16384'")


def test_a_band_follows_the_other_numbers_of_its_runner(visit):
    page = visit().open("/tune")
    painted(page, 500)
    band = picture(page, "band canvas")
    turn(page, "momentum")
    assert picture(page, "band canvas") != band
    page.mouse.up()


def test_the_heat_map_does_not_move_under_the_pointer(visit):
    page = visit().open("/tune?case=ill&lang=zh-TW")
    painted(page, 500)
    seen = set()
    for across in (0.2, 0.5, 0.8, 0.9, 0.95):
        page.mouse.move(*place(page, "heat", across, 0.3))
        painted(page, 100)
        box = page.locator(".slalom-heat").bounding_box()
        seen.add((box["y"], box["height"]))
    assert len(seen) == 1


# Basins


def test_a_click_on_either_map_starts_both_runners_there(visit):
    visitor = visit()
    page = visitor.open("/basins")
    at = start(page)
    for i, (dx, dy) in enumerate(((0.3, 0.3), (0.7, 0.6))):
        box = page.locator(".slalom-map").nth(i).bounding_box()
        before = trails(page)
        page.mouse.click(box["x"] + box["width"] * dx, box["y"] + box["height"] * dy)
        visitor.settled()
        painted(page, 500)
        assert start(page) != at
        redrawn(page, before)
        at = start(page)
        assert f"From ({at[0]:.4g}, {at[1]:.4g})" in page.locator("body").inner_text()


def test_a_drag_over_the_map_takes_the_start_along(visit):
    visitor = visit()
    page = visitor.open("/basins")
    address, seen = page.url, set()
    page.mouse.move(*place(page, "map", 0.2, 0.2))
    page.mouse.down()
    for i in range(5):
        page.mouse.move(*place(page, "map", 0.2 + 0.1 * i, 0.3))
        painted(page, 100)
        seen.add(trails(page))
    assert len(seen) > 3
    assert page.url == address
    page.mouse.up()
    visitor.settled()
    assert page.url != address


def test_a_finger_starts_a_runner(visit):
    visitor = visit(**PHONE)
    page = visitor.open("/basins")
    at = start(page)
    page.touchscreen.tap(*place(page, "map", 0.3, 0.3))
    visitor.settled()
    assert start(page) != at


def test_basins_redraw_while_a_knob_moves(visit):
    visitor = visit()
    page = visitor.open("/basins?case=momentum")
    page.wait_for_function(FINE, timeout=60_000)
    relief, address = picture(page, "relief"), page.url
    turn(page, "lr")
    assert picture(page, "relief") != relief
    assert page.url == address
    page.mouse.up()
    page.wait_for_function(FINE, timeout=60_000)


def test_while_it_is_refined_a_drag_is_answered_at_once_and_the_rest_follows(visit):
    visitor = visit()
    page = visitor.open("/basins?case=many")
    page.mouse.move(*place(page, "map", 0.3, 0.3))
    page.mouse.down()
    painted(page, 200)
    before, rows = trails(page), int(page.locator(".slalom").get_attribute("data-fine"))
    assert rows < 512
    page.mouse.move(*place(page, "map", 0.6, 0.4))
    painted(page, 300)
    redrawn(page, before)
    assert int(page.locator(".slalom").get_attribute("data-fine")) <= rows + 16
    page.mouse.up()
    page.wait_for_function(FINE, timeout=60_000)


def test_a_press_elsewhere_does_not_end_the_refinement(visit):
    page = visit().open("/basins?case=many")
    page.mouse.move(*place(page, "board", 0.5, 0.5))
    page.mouse.down()
    painted(page, 500)
    page.mouse.up()
    page.wait_for_function(FINE, timeout=60_000)


def test_the_shares_of_the_map_are_those_of_all_ends(visit):
    page = visit().open("/basins")
    page.wait_for_function(FINE, timeout=60_000)
    rows = [one.locator(".slalom-number").all_inner_texts() for one in page.locator(".slalom-basin").all()]
    assert len(rows) >= 9
    for name, *shares in zip(*rows, strict=True):
        assert name in names(page)
        assert sum(float(share.removesuffix(" %")) for share in shares) == pytest.approx(100, abs=1)


def test_another_runner_is_chosen_for_a_map(visit):
    visitor = visit()
    page = visitor.open("/basins")
    painted(page, 300)
    other = "document.querySelectorAll('.slalom-relief')[1].toDataURL()"
    before = page.evaluate(other)
    choose(page, "Runner 2", "Lion")
    visitor.settled()
    painted(page, 600)
    assert [lane.split()[0] for lane in query(page)["lane"]] == ["newton", "lion"]
    assert page.evaluate(other) != before


@pytest.mark.parametrize("size", [(1280, 720), (2560, 1440)])
def test_one_runner_has_the_whole_scene(visit, size):
    visitor = visit(viewport={"width": size[0], "height": size[1]})
    page = visitor.open("/basins?landscape=himmelblau&lane=newton")
    page.wait_for_function(FINE, timeout=90_000)
    maps = page.locator(".slalom-map")
    assert maps.nth(1).is_hidden()
    scene = page.locator(".slalom-scene").bounding_box()
    assert maps.first.bounding_box()["width"] == pytest.approx(scene["width"], abs=3)
    choose(page, "Runner 2", "SGD")
    visitor.settled()
    painted(page, 600)
    assert maps.nth(1).is_visible()
    assert len(query(page)["lane"]) == 2


def test_the_focus_stays_on_a_list_whose_knobs_are_made_anew(visit):
    visitor = visit()
    page = visitor.open("/tune")
    kinds = page.locator('select[data-knob="noise"]')
    kinds.focus()
    kinds.select_option("student")
    visitor.settled()
    assert page.locator('input[data-knob="freedom"]').count() == 2
    assert kinds.evaluate("one => one === document.activeElement")


def test_what_is_refined_is_dropped_when_something_moves(visit):
    visitor, sent = visit(), []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(str(data))))
    page = visitor.open("/basins?case=many")
    page.locator('input[type="range"][data-knob="lr"]').first.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(50)
        if any('"instead":true' in message for message in sent):
            break
    else:
        pytest.fail("nothing was dropped")
    page.wait_for_function(FINE, timeout=60_000)
