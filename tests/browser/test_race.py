"""The Race page in the browser: opening, dragging, knobs, keys, links, languages, phones."""

import json
import re
from urllib.parse import unquote

import numpy as np
import pytest

import landscapes
import optimizers
from pages.protocol.fields import View
from pages.protocol.opening import opening
from pages.protocol.parsing import race_to_dict, view_to_dict
from tests.browser.hands import (
    choose,
    drag_start,
    names,
    painted,
    pixels,
    query,
    redrawn,
    start,
    there_and_back,
    trails,
)

pytestmark = pytest.mark.slow


def test_it_opens_on_a_race_already_drawn(visit):
    page = visit().open()
    assert {"SGD", "Momentum", "Nesterov", "Adam", "Newton"} == set(names(page))
    filled = page.evaluate(
        """[...document.querySelectorAll('.slalom-map canvas')].map((c) =>
          new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size > 20)"""
    )
    assert filled == [True, True]
    assert page.locator(".slalom-outcome", has_text="at the global minimum").count() == 1


def test_the_scoreboard_tells_what_the_mathematics_says(visit):
    page = visit().open("/?landscape=himmelblau&lane=sgd+lr+0.01&lane=adam+lr+0.1&start=0.5+1&steps=120")
    run = optimizers.trace(landscapes.get("himmelblau"), optimizers.get("sgd", lr=0.01), (0.5, 1.0), 120)
    row = page.locator("li.slalom-row", has_text="SGD")
    assert row.locator(".slalom-outcome").inner_text() == f"at the global minimum, step {run.stopped_at}"
    page.keyboard.press("Home")
    loss = row.locator(".slalom-number").first
    assert float(loss.inner_text()) == pytest.approx(run.loss[0], rel=5e-3)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    painted(page, 100)
    assert float(loss.inner_text()) == pytest.approx(run.loss[3], rel=5e-3)
    slope = float(row.locator(".slalom-number").nth(1).inner_text())
    assert slope == pytest.approx(np.hypot(*run.gradient[3]), rel=5e-2)
    assert row.locator(".slalom-number").nth(2).inner_text() == "3"


def test_every_path_redraws_while_the_start_is_dragged(visit):
    visitor = visit()
    page = visitor.open()
    before, address = trails(page), page.url
    drag_start(page, 150, 60, release=False)
    painted(page, 100)
    redrawn(page, before)
    assert page.url == address, "the link waits for the finger"
    page.mouse.up()
    visitor.settled()
    x, y = start(page)
    assert x > -1.4
    assert y < 2.2
    x_word = re.search(r"From \((\S+), ", page.locator("body").inner_text()).group(1)
    assert float(x_word) == pytest.approx(x, rel=1e-3)


def test_the_start_moves_by_arrow_keys_when_focused(visit):
    visitor = visit()
    page = visitor.open()
    x, y = start(page)
    page.locator(".slalom-start").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    visitor.settled()
    nx, ny = start(page)
    assert nx > x
    assert y - ny == pytest.approx(10 * (nx - x), rel=1e-6)


def test_the_start_is_dragged_with_a_finger(visit):
    visitor = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visitor.open()
    box = page.locator(".slalom-start").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client = visitor.context.new_cdp_session(page)
    touch = lambda kind, *points: client.send(  # noqa: E731
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]}
    )
    before, scrolled = trails(page), page.evaluate("scrollY")
    touch("touchStart", (x, y))
    for i in range(8):
        touch("touchMove", (x + 8 * i, y + 8 * i))
    painted(page, 150)
    redrawn(page, before)
    touch("touchEnd")
    visitor.settled()
    assert start(page)[0] > -1.5
    assert page.evaluate("scrollY") == scrolled, "the page stays while the start moves"


@pytest.mark.parametrize("knob", ["lr", "b", "scale"])
def test_a_knob_redraws_while_it_moves_and_commits_when_released(visit, knob):
    visitor = visit()
    page = visitor.open()
    before, address = trails(page), page.url
    slide = page.locator(f'input[type="range"][data-knob="{knob}"]')
    slide.scroll_into_view_if_needed()
    box = slide.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.45, y, steps=5)
    redrawn(page, before)
    assert page.url == address
    page.mouse.up()
    visitor.settled()
    assert page.url != address


def test_a_number_is_typed_exactly_and_a_wrong_one_is_told_and_kept(visit):
    visitor = visit()
    page = visitor.open()
    field = page.locator('input[type="text"][data-knob="lr"]')
    field.fill("0.000123456789")
    field.press("Enter")
    visitor.settled()
    assert "sgd lr 0.000123456789" in query(page)["lane"]
    field.fill("fast")
    assert field.get_attribute("aria-invalid") == "true"
    assert "at least 0" in page.locator(".slalom-problem:visible").inner_text()
    field.fill("-1")
    assert page.locator(".slalom-problem:visible").count() == 1
    field.press("Tab")
    visitor.settled()
    assert "sgd lr 0.000123456789" in query(page)["lane"]
    field.fill("1e300")
    field.press("Enter")
    visitor.settled()
    assert "sgd lr 1e+300" in query(page)["lane"]
    assert page.locator(".slalom-outcome", has_text="diverged at step 1: a coordinate passed 1e8").count() == 1


def test_keys_play_step_jump_and_hide(visit):
    visitor = visit()
    page = visitor.open()
    count = page.locator(".slalom-count")
    page.keyboard.press("Home")
    painted(page, 60)
    assert count.inner_text() == "0 / 300"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    painted(page, 60)
    assert count.inner_text() == "11 / 300"
    page.keyboard.press("ArrowLeft")
    painted(page, 60)
    assert count.inner_text() == "10 / 300"
    visitor.settled()
    assert query(page)["at"] == ["10"]
    page.keyboard.press("Space")
    painted(page, 700)
    page.keyboard.press("Space")
    painted(page, 60)
    paused = int(count.inner_text().split()[0])
    assert 15 < paused < 120
    painted(page, 200)
    assert int(count.inner_text().split()[0]) == paused
    page.keyboard.press("End")
    painted(page, 60)
    assert count.inner_text() == "300 / 300"
    page.keyboard.press("1")
    visitor.settled()
    assert query(page)["lane"][0].startswith("hidden sgd")
    page.keyboard.press("?")
    assert page.locator("dialog.slalom-keys").is_visible()
    page.keyboard.press("?")
    assert not page.locator("dialog.slalom-keys").is_visible()
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement?.classList.contains('slalom')")


def test_keys_work_while_a_slider_has_the_focus(visit):
    page = visit().open()
    page.keyboard.press("Home")
    page.locator('input[type="range"][data-knob="lr"]').focus()
    page.keyboard.press("Space")
    painted(page, 500)
    assert int(page.locator(".slalom-count").inner_text().split()[0]) > 3


def test_keys_work_after_a_click_but_not_on_what_the_keyboard_reached(visit):
    page = visit().open("/?at=150")
    playing = "document.querySelector('.slalom-play').getAttribute('aria-label')"
    page.locator(".slalom-name").first.click()
    page.keyboard.press("Space")
    painted(page, 100)
    assert page.evaluate(playing) == "Pause"
    page.keyboard.press("Space")
    page.locator(".slalom-play").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    painted(page, 100)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "From the beginning"
    assert page.evaluate("Number(document.querySelector('.slalom').dataset.playhead)") < 150


def test_play_runs_to_the_end_and_again_from_the_beginning(visit):
    page = visit().open("/?landscape=quadratic+condition+4+angle+0&lane=newton&lane=sgd+lr+1&steps=20&at=0")
    page.locator(".slalom-speed").select_option("4")
    page.locator(".slalom-play").click()
    count = page.locator(".slalom-count")
    page.wait_for_function("document.querySelector('.slalom-count').textContent.startsWith('20 ')", timeout=9000)
    painted(page, 100)
    assert page.locator(".slalom-play").get_attribute("aria-label") == "Play"
    page.locator(".slalom-speed").select_option("0.25")
    page.locator(".slalom-play").click()
    painted(page, 300)
    assert int(count.inner_text().split()[0]) < 18


def test_a_link_shows_exactly_the_same_race_elsewhere(visit):
    first = visit()
    page = first.open("/?landscape=himmelblau&steps=77&noise=2.5&seed=11")
    drag_start(page, 60, -40)
    first.settled()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("2")
    page.mouse.move(500, 300)
    page.mouse.wheel(0, -300)
    painted(page, 600)
    first.settled()
    second = visit()
    other = second.open(page.url.removeprefix(first.app.url))
    painted(page, 300)
    assert other.url == page.url
    assert other.locator(".slalom-count").inner_text() == page.locator(".slalom-count").inner_text() == "40 / 77"
    assert other.locator(".slalom-board").inner_text() == page.locator(".slalom-board").inner_text()
    there_and_back(other)  # the hint beside a start that nobody has moved keeps names away from it
    second.settled()
    assert np.mean(pixels(page) != pixels(other)) < 1e-3


def test_reload_and_back_keep_the_race(visit):
    visitor = visit()
    page = visitor.open()
    first = start(page)
    drag_start(page, 80, 40)
    visitor.settled()
    moved = start(page)
    page.reload()
    visitor.drawn()
    assert start(page) == moved
    page.go_back()
    visitor.settled()
    painted(page, 500)
    assert start(page) == first


def test_lanes_are_added_duplicated_and_removed(visit):
    visitor = visit()
    page = visitor.open()
    page.get_by_role("button", name="Duplicate SGD").click()
    visitor.settled()
    assert "SGD 2" in names(page)
    page.locator('input[type="text"][data-knob="lr"]').fill("0.0001")
    page.keyboard.press("Enter")
    visitor.settled()
    assert [lane for lane in query(page)["lane"] if lane.startswith("sgd")][1] == "sgd lr 0.0001"
    page.get_by_role("button", name="Remove SGD 2").click()
    visitor.settled()
    assert len(names(page)) == 5
    page.locator(".slalom-add").select_option("adam")
    visitor.settled()
    assert "Adam 2" in names(page)
    for _ in range(6):
        page.locator(".slalom-act[aria-label^='Remove']").click()
        visitor.settled()
    assert names(page) == []
    assert query(page)["lane"] == ["none"]
    assert page.get_by_text("No runner yet. Add one.").is_visible()


def test_the_focus_stays_where_lanes_come_and_go(visit):
    page = visit().open()
    remove = page.locator('button[data-knob="remove"]')
    remove.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert len(names(page)) == 3
    assert remove.evaluate("button => button === document.activeElement")


def test_a_runner_is_given_a_schedule_clipping_and_an_average(visit):
    visitor = visit()
    page = visitor.open("/?landscape=quadratic&lane=sgd+lr+0.1&noise=gaussian+scale+0.5")
    page.locator(".slalom-options summary").click()
    for option, kind in (("schedule", "inverse"), ("clip", "norm"), ("average", "uniform")):
        before = trails(page)
        page.locator(f'select[data-knob="{option}"]').select_option(kind)
        visitor.settled()
        assert f"{option} {kind}" in query(page)["lane"][0]
        if option != "average":
            redrawn(page, before)
    assert page.get_by_text("Clipping touched").is_visible()
    assert page.get_by_text("Its average stands at").is_visible()
    before, box = trails(page), page.locator('input[type="range"][data-knob="threshold"]').bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    visitor.settled()
    redrawn(page, before)
    page.locator('select[data-knob="clip"]').select_option("")
    visitor.settled()
    assert "clip" not in query(page)["lane"][0]


def test_noise_has_kinds_and_only_data_has_minibatches(visit):
    visitor = visit()
    page = visitor.open("/?landscape=quadratic&noise=0.5")
    kinds = page.locator('select[data-knob="noise"]')
    assert kinds.locator("option").all_inner_texts() == ["Gaussian noise", "heavy-tailed noise"]
    before = trails(page)
    kinds.select_option("student")
    visitor.settled()
    assert query(page)["noise"] == ["student scale 0.5 freedom 3.0"]
    redrawn(page, before)
    page.goto(page.url.replace("quadratic", "linear_regression").split("&lane")[0] + "&noise=minibatch+batch+4")
    page.wait_for_selector(".slalom[data-drawn]")
    assert page.locator('select[data-knob="noise"]').input_value() == "minibatch"
    page.locator('select[data-knob="drawn"]').select_option("2")
    visitor.settled()
    assert query(page)["noise"] == ["minibatch batch 4.0 drawn 2.0"]


def test_one_rate_for_all(visit):
    visitor = visit()
    page = visitor.open()
    choose(page, "Rule of the race", "one learning rate for all")
    visitor.settled()
    rates = {lane.split()[2] for lane in query(page)["lane"] if not lane.startswith("newton")}
    assert len(rates) == 1
    page.locator('input[type="text"][data-knob="lr"]').fill("0.0005")
    page.keyboard.press("Enter")
    visitor.settled()
    assert {lane.split()[2] for lane in query(page)["lane"] if not lane.startswith("newton")} == {"0.0005"}
    assert query(page)["rule"] == ["same"]


def test_another_landscape_is_picked(visit):
    visitor = visit()
    page = visitor.open()
    page.get_by_role("button", name="Rosenbrock's valley").click()
    card = page.get_by_role("button", name="Monkey saddle")
    pictures = page.get_by_role("dialog").locator("img")
    pictures.nth(len(landscapes.names()) - 1).wait_for()
    assert pictures.count() == len(landscapes.names())
    card.click()
    visitor.settled()
    painted(page, 500)
    assert query(page)["landscape"][0].startswith("monkey_saddle")
    assert page.locator(".slalom h1").inner_text() == "Monkey saddle"


def test_zoom_samples_the_surface_anew_and_survives_changes(visit):
    visitor = visit()
    page = visitor.open()
    box = page.locator(".slalom-map").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    for _ in range(4):
        page.mouse.wheel(0, -300)
        painted(page, 40)
    painted(page, 500)
    visitor.settled()
    window = query(page)["window"]
    page.locator('input[type="text"][data-knob="b"]').fill("50")
    page.keyboard.press("Enter")
    visitor.settled()
    page.keyboard.press("Home")
    visitor.settled()
    assert query(page)["window"] == window
    page.mouse.move(box["x"] + 300, box["y"] + 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 350, box["y"] + 430, steps=4)
    page.mouse.up()
    painted(page, 400)
    visitor.settled()
    assert query(page)["window"] != window
    page.get_by_role("button", name="Whole map").click()
    visitor.settled()
    assert "window" not in query(page)


def test_a_runner_that_leaves_is_shown_leaving(visit):
    page = visit().open("/?landscape=rosenbrock&lane=sgd+lr+0.05&start=-1.5+2.3")
    outcome = page.locator(".slalom-outcome", has_text="a coordinate passed 1e8")
    assert outcome.count() == 1
    step = int(re.search(r"step (\d+)", outcome.inner_text()).group(1))
    run = optimizers.trace(landscapes.get("rosenbrock"), optimizers.get("sgd", lr=0.05), (-1.5, 2.3), 300)
    assert (run.outcome, run.stopped_at) == ("diverged", step)
    assert page.locator(".slalom-count").inner_text() == f"{step} / {step}"


def test_the_third_dimension_shows_the_same_runners(visit):
    visitor = visit()
    page = visitor.open("/?landscape=himmelblau")
    page.get_by_role("button", name="3D", exact=True).click()
    page.wait_for_function(
        """(() => { const c = document.querySelector('.slalom-flight')
          if (!c.width) return false
          return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0) })()""",
        timeout=20_000,
    )
    flight = "document.querySelector('.slalom-flight').toDataURL()"
    end = page.evaluate(flight)
    page.keyboard.press("Home")
    painted(page, 200)
    assert page.evaluate(flight) != end, "the runners follow the playhead"
    visitor.settled()
    assert query(page)["view"] == ["3d"]
    camera = "JSON.stringify(document.querySelector('.slalom-surface')._fullLayout.scene._scene.getCamera().eye)"
    before = page.evaluate(camera)
    box = page.locator(".slalom-surface").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 320, steps=5)
    page.mouse.up()
    camera_after = page.evaluate(camera)
    assert camera_after != before
    page.locator('input[type="text"][data-knob="lr"]').fill("0.001")
    page.keyboard.press("Enter")
    visitor.settled()
    eyes = json.loads(camera_after), json.loads(page.evaluate(camera))
    assert eyes[1] == pytest.approx(eyes[0], abs=1e-6), "the camera survives a change"


@pytest.mark.parametrize(
    ("locale", "title", "play"),
    [("zh-TW", "Rosenbrock", "播放"), ("zh-CN", "Rosenbrock", "播放"), ("en-US", "Rosenbrock's valley", "Play")],
)
def test_it_speaks_the_browsers_language(visit, locale, title, play):
    page = visit(locale=locale).open()
    assert page.locator(".slalom-play").get_attribute("aria-label") == play
    text = page.locator("body").inner_text()
    if locale != "en-US":
        for english in ("Add a runner", "Rule of the race", "loss −", "gradient noise", "Steps", "at step", "drag me"):
            assert english not in text


def test_the_language_is_switched_and_stays_in_the_link(visit):
    visitor = visit()
    page = visitor.open()
    choose(page, "Language", "繁體中文")
    page.wait_for_url("**lang=zh-TW**")
    visitor.settled()
    assert query(page)["lang"] == ["zh-TW"]
    assert page.locator(".slalom-play").get_attribute("aria-label") == "播放"
    drag_start(page, 50, 20)
    visitor.settled()
    assert query(page)["lang"] == ["zh-TW"]


def test_a_damaged_link_is_told_and_shows_the_nearest_race(visit):
    page = visit().open(
        "/?landscape=nope&lane=foo+lr+2&lane=sgd+lr+-3+zz+1&steps=abc&start=nan+1&noise=-1&at=7&window=a"
    )
    alert = page.get_by_role("alert").inner_text()
    for part in ("“nope”", "“foo”", "“zz”", "-3"):
        assert part in alert
    assert names(page) == ["SGD"]
    assert page.locator('[data-testid="stException"]').count() == 0


def test_words_in_a_link_stay_words(visit):
    page = visit().open("/?landscape=[x](http://a.example)![y](http://a.example/y.png)&lane=**b**:red[c]$d$")
    alert = page.get_by_test_id("stAlert")
    assert "[x](http://a.example)![y](http" in alert.inner_text()
    assert "“**b**:red[c]$d$”" in alert.inner_text()
    assert alert.locator("img, strong, .katex").count() == 0
    for link in alert.locator("a").all():  # a bare address may become a link, if it shows its target
        assert unquote(link.get_attribute("href")) == link.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_within_its_width(visit, scheme):
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme=scheme).open()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".slalom").get_attribute("data-theme") == scheme
    for part in (".slalom-map", ".slalom-play", ".slalom-curve", ".slalom-board", ".slalom-knobs"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["height"] > 30
    small = page.locator(".slalom-play").bounding_box()
    assert small["width"] >= 44


def test_reduced_motion_is_respected(visit):
    page = visit(reduced_motion="reduce").open()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    jumps = page.evaluate(
        """new Promise((done) => { const jumps = []
          const look = (now) => { const step = Number(document.querySelector('.slalom').dataset.playhead)
            if (jumps.at(-1)?.[1] !== step) jumps.push([now, step])
            jumps.length < 5 ? requestAnimationFrame(look) : done(jumps) }
          requestAnimationFrame(look) })"""
    )
    times, steps = np.transpose(jumps[1:])  # the first is the initial position
    assert np.diff(times).min() > 400  # milliseconds: at most twice a second
    assert (np.diff(steps) > 0).all()
    assert (steps == np.round(steps)).all()


@pytest.mark.complaints
def test_a_lost_connection_is_told_and_mends_itself(visit):
    visitor = visit()
    page = visitor.page
    page.add_init_script(
        """const Real = WebSocket; window.raceSockets = []
        window.WebSocket = class extends Real {
          constructor(address, ...rest) {
            if (String(address).includes('/slalom/race')) {
              if (window.offline) address = 'ws://localhost:9/'
              super(address, ...rest); window.raceSockets.push(this)
            } else super(address, ...rest)
          } }"""
    )
    visitor.open()
    page.evaluate("window.offline = true; raceSockets.at(-1).close()")
    page.get_by_text("The connection is lost").wait_for(timeout=10_000)
    page.evaluate("window.offline = false")
    page.get_by_text("The connection is lost").wait_for(state="hidden", timeout=15_000)
    before = trails(page)
    drag_start(page, 100, 50)
    painted(page, 300)
    redrawn(page, before)


def test_what_is_painted_is_what_was_asked_last(visit):
    """A change that is undone while its answer is pending leaves no trace."""
    visitor = visit()
    page = visitor.page
    page.add_init_script(
        """const Real = WebSocket
        window.WebSocket = class extends Real {
          send(data) { setTimeout(() => super.send(data), String(this.url).includes('slalom/race') ? 400 : 0) }
        }"""
    )
    visitor.open()
    painted(page, 1500)
    relief = "document.querySelector('.slalom-relief').toDataURL()"
    before = page.evaluate(relief)
    field = page.locator('input[type="text"][data-knob="b"]')
    field.fill("1")
    page.wait_for_timeout(30)
    field.fill("100")
    field.press("Enter")
    painted(page, 2500)
    assert page.evaluate(relief) == before


def test_the_map_is_fine_again_after_a_zoom(visit):
    page = visit().open()
    page.evaluate(
        """() => { const send = WebSocket.prototype.send
          WebSocket.prototype.send = function (data) {
            if (String(this.url).includes('slalom/race')) window.lastAsked = JSON.parse(data)
            send.call(this, data) } }"""
    )
    page.mouse.move(600, 300)
    page.mouse.wheel(0, -200)
    painted(page, 900)
    assert page.evaluate("lastAsked.surface.columns") > 250


def test_rates_that_differ_are_told_apart(visit):
    page = visit().open()
    marks = page.locator(".slalom-knob > .slalom-marks", has_text="stable below")
    assert marks.first.inner_text() == "at the minimum: fastest at 0.001996 · stable below 0.001997"
    texts = page.evaluate(
        """async () => {
          const { apart } = await import(performance.getEntriesByType('resource')
            .map((one) => one.name).find((name) => name.endsWith('/format.js')))
          return [[1.5, 2], [0.0019968, 0.0019960], [1.23456e-5, 1.23457e-5], [1234.2, 1234.4], [2, 1.6, 1.6]]
            .map((numbers) => apart(numbers)) }"""
    )
    assert texts == [
        ["1.5", "2"],
        ["0.001997", "0.001996"],
        ["1.23456e−5", "1.23457e−5"],
        ["1234.2", "1234.4"],
        ["2", "1.6", "1.6"],
    ]


@pytest.mark.parametrize("is_drawn", [True, False], ids=["drawn", "loading"])
def test_a_stage_that_goes_takes_everything_with_it(visit, is_drawn):
    page = visit().open()
    message = {
        "session": "x",
        "revision": 0,
        "acknowledged": 0,
        "language": "en",
        "page": "race",
        "panel": False,
        "subject": "",
        "title": None,
        "why": None,
        "race": race_to_dict(opening("saddle")),
        "view": view_to_dict(View()),
    }
    remains = page.evaluate(
        """async ([data, isDrawn]) => {
          const { mount } = await import(performance.getEntriesByType('resource')
            .map((one) => one.name).find((name) => name.endsWith('/stage/mount.js')))
          const opened = []
          const Real = WebSocket
          window.WebSocket = class extends Real { constructor(...all) { super(...all); opened.push(this) } }
          const listeners = []
          const add = document.addEventListener, remove = document.removeEventListener
          document.addEventListener = function (name, f) { listeners.push(f); add.apply(this, arguments) }
          document.removeEventListener = function (name, f) {
            listeners.splice(listeners.indexOf(f), 1); remove.apply(this, arguments) }
          const parentElement = document.body.appendChild(document.createElement('div'))
          parentElement.innerHTML = '<div class="slalom"></div>'
          const close = mount({ parentElement, data, setTriggerValue: () => {} })
          const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
          while (isDrawn && !(parentElement.firstChild.dataset.drawn > 0)) await pause(20)
          const listening = listeners.length
          close()
          await pause(300)
          const states = opened.map((one) => one.readyState)
          return { opened: opened.length, states, listening, listeners: listeners.length }
        }""",
        [message, is_drawn],
    )
    assert remains["opened"] == 1
    assert remains["states"] == [3]
    assert (remains["listening"] > 0) == is_drawn
    assert remains["listeners"] == 0


def test_a_knob_is_taken_right_after_a_number_was_typed_in_the_sidebar(visit):
    visitor = visit()
    page = visitor.open()
    page.get_by_label("Steps").fill("200")
    box = page.locator('input[type="range"][data-knob="lr"]').bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    for i in range(10):
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.02 * i), y)
        painted(page, 40)
    page.mouse.up()
    visitor.settled()
    painted(page, 500)
    assert query(page)["steps"] == ["200"]
    assert "sgd lr 0.0025" not in query(page)["lane"]
    assert page.locator(".slalom-count").inner_text() == "200 / 200"


def test_a_change_in_the_sidebar_and_one_on_the_stage_both_hold(visit):
    visitor = visit()
    page = visitor.open()
    page.get_by_label("Steps").fill("120")
    page.get_by_label("Steps").press("Enter")
    page.locator(".slalom-key", has_text="2").click()
    visitor.settled()
    painted(page, 600)
    assert query(page)["steps"] == ["120"]
    assert any(lane.startswith("hidden momentum") for lane in query(page)["lane"])
    assert page.locator(".slalom-count").inner_text() == "120 / 120"


def test_back_brings_the_playhead_back_too(visit):
    visitor = visit()
    page = visitor.open("/?landscape=rosenbrock&at=200")
    page.get_by_label("Steps").fill("100")
    page.get_by_label("Steps").press("Enter")
    visitor.settled()
    assert page.locator(".slalom-count").inner_text() == "100 / 100"
    page.go_back()
    visitor.settled()
    painted(page, 600)
    assert page.locator(".slalom-count").inner_text() == "200 / 300"


def test_too_many_steps_are_told(visit):
    visitor = visit()
    page = visitor.open()
    page.get_by_label("Steps").fill("50000")
    page.get_by_label("Steps").press("Enter")
    visitor.settled()
    page.get_by_role("alert").wait_for()
    assert "20000" in page.get_by_role("alert").inner_text()
    assert query(page)["steps"] == ["20000"]


@pytest.mark.parametrize("locale", ["en-US", "zh-TW", "zh-CN"])
def test_no_blank_is_left_unfilled(visit, locale):
    page = visit(locale=locale).open("/?lane=sgd+lr+1&lane=sgd+lr+0.001&landscape=rosenbrock&steps=1e9")
    page.locator('input[type="text"][data-knob="lr"]').fill("x")
    page.keyboard.press("Tab")
    painted(page, 300)
    shown = page.evaluate(
        """document.body.innerText + [...document.querySelectorAll('[aria-label], [title]')]
          .map((e) => e.getAttribute('aria-label') + e.title).join()"""
    )
    assert not re.search(r"\{\w+\}", shown)
    assert page.evaluate("document.documentElement.lang") == locale.removesuffix("-US")
