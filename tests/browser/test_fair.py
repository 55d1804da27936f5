"""The clock and the rules of a race, and the tournament, in the browser."""

import re

import pytest

import landscapes
import optimizers
from pages.words import translator
from tests.browser.hands import choose, drag_start, painted, query, redrawn, trails

pytestmark = pytest.mark.slow

PAIR = "/?landscape=rosenbrock&start=-0.5+2.2&lane=sgd+lr+0.001&lane=newton"


def trace(name, **values):
    return optimizers.trace(landscapes.get("rosenbrock"), optimizers.get(name, **values), (-0.5, 2.2), 300)


def title(page) -> str:
    return page.locator(".slalom-board h2").inner_text()


def count(page) -> str:
    return page.locator(".slalom-count").inner_text()


def numbers(page, name: str) -> list[str]:
    return page.locator("li.slalom-row", has_text=name).locator(".slalom-number").all_inner_texts()


def loss(page, name: str) -> float:
    return float(numbers(page, name)[0].replace("−", "-"))


def rank(page, name: str) -> str:
    return page.locator("li.slalom-row", has_text=name).locator(".slalom-rank").inner_text()


def curve(page) -> str:
    return page.evaluate("document.querySelector('.slalom-plot canvas').toDataURL()")


def choose_rule(visitor, text: str, page) -> None:
    choose(page, "Rule of the race", text)
    page.wait_for_function("(text) => document.querySelector('.slalom-rule').textContent.startsWith(text)", arg=text)
    visitor.settled()


def test_a_runner_stands_at_the_last_step_it_can_pay(visit):
    visitor = visit()
    page = visitor.open(PAIR + "&clock=all&hessian=4&at=12")
    newton, sgd = trace("newton"), trace("sgd", lr=0.001)
    assert (title(page), count(page)) == ("at cost 12", "12 / 300")
    assert [loss(page, "Newton"), loss(page, "SGD")] == pytest.approx([newton.loss[2], sgd.loss[12]], rel=3e-2)
    assert (numbers(page, "Newton")[2], numbers(page, "SGD")[2]) == ("10", "12")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    painted(page, 60)
    assert loss(page, "Newton") == pytest.approx(newton.loss[2], rel=3e-2)
    page.keyboard.press("ArrowRight")
    painted(page, 60)
    assert loss(page, "Newton") == pytest.approx(newton.loss[3], rel=3e-2)
    visitor.settled()
    assert query(page)["at"] == ["15"]


def test_the_ranking_the_curve_and_the_paths_follow_the_price_of_a_hessian(visit):
    visitor = visit()
    page = visitor.open(PAIR + "&clock=all&hessian=2&at=20")
    assert (rank(page, "Newton"), rank(page, "SGD")) == ("1", "2")
    assert page.locator("li.slalom-row", has_text="Newton").get_by_text("at the global minimum, step 5").count() == 1
    before = curve(page), trails(page)
    page.locator(".slalom-price").fill("9")
    painted(page, 100)
    page.keyboard.press("Tab")
    visitor.settled()
    assert query(page)["hessian"] == ["9.0"]
    assert (rank(page, "Newton"), rank(page, "SGD")) == ("2", "1")
    assert curve(page) != before[0]
    redrawn(page, before[1])
    page.locator(".slalom-price").fill("-1")
    assert page.locator(".slalom-price").get_attribute("aria-invalid") == "true"
    page.keyboard.press("Tab")
    visitor.settled()
    assert query(page)["hessian"] == ["9.0"]


def test_the_clock_is_chosen_and_lives_in_the_link(visit):
    visitor = visit()
    page = visitor.open("/?landscape=rosenbrock&start=-0.5+2.2&lane=newton&lane=bfgs&at=4")
    assert (title(page), page.locator(".slalom-cost").is_visible()) == ("at step 4", False)
    bfgs = trace("bfgs")
    page.locator(".slalom-clock").select_option("gradients")
    visitor.settled()
    gradients = bfgs.evaluations[:, 1]
    assert count(page).endswith(f" / {gradients[-1]}")
    assert re.fullmatch(r"at \d+ gradients", title(page))
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    painted(page, 60)
    row = int((gradients <= 20).nonzero()[0][-1])
    assert loss(page, "BFGS") == pytest.approx(bfgs.loss[row], rel=3e-2)
    visitor.settled()
    assert (query(page)["clock"], query(page)["at"]) == (["gradients"], ["20"])
    assert "gradient evaluations" in page.locator(".slalom-curve h2").inner_text()
    page.reload()
    visitor.drawn()
    assert (title(page), count(page)) == ("at 20 gradients", f"20 / {gradients[-1]}")
    page.locator(".slalom-clock").select_option("steps")
    visitor.settled()
    assert "clock" not in query(page)


def test_it_plays_on_any_clock(visit):
    page = visit().open(PAIR + "&clock=all&hessian=2.5&at=0")
    page.locator(".slalom-play").click()
    painted(page, 1500)
    page.keyboard.press("Space")
    painted(page, 60)
    spent = int(count(page).split()[0])
    assert 10 < spent < 200
    assert numbers(page, "SGD")[2] == str(spent)


def test_a_cost_beyond_the_end_is_the_end(visit):
    assert count(visit().open(PAIR + "&clock=all&at=100000")) == "300 / 300"


def test_the_defaults_are_set_and_a_turned_knob_ends_the_rule(visit):
    visitor = visit()
    page = visitor.open(PAIR + "&steps=50")
    choose_rule(visitor, "each one's textbook defaults", page)
    assert query(page)["lane"][0] == "sgd lr 0.01"
    assert query(page)["rule"] == ["default"]
    field = page.locator('input[type="text"][data-knob="lr"]')
    assert field.input_value() == "0.01"
    drag_start(page, 40, 20)
    visitor.settled()
    assert (query(page)["lane"][0], query(page)["rule"]) == ("sgd lr 0.01", ["default"])
    field.fill("0.002")
    page.locator(".slalom-rule").get_by_text("as set").wait_for()
    page.keyboard.press("Enter")
    visitor.settled()
    assert (query(page)["lane"][0], query(page)["rule"]) == ("sgd lr 0.002", ["own"])
    page.get_by_text("as set").first.wait_for()


def test_tuned_states_its_budget_and_tunes_anew_when_the_finger_is_lifted(visit):
    visitor = visit()
    page = visitor.open(PAIR + "&steps=60")
    choose_rule(visitor, "each tuned for this race", page)
    chip = page.locator(".slalom-rule")
    assert chip.inner_text() == "each tuned for this race: 2 × 25 × 7 settings"
    assert "lowest final loss" in chip.get_attribute("title")
    before = query(page)["lane"]
    assert before[0] != "sgd lr 0.001"
    field = page.locator('input[type="text"][data-knob="lr"]')
    assert f"sgd lr {field.input_value()}" == before[0]
    drag_start(page, 160, 60, release=False)
    assert chip.inner_text() == "tuned before this change"
    assert f"sgd lr {field.input_value()}" == before[0]
    page.mouse.up()
    visitor.settled()
    page.wait_for_function("document.querySelector('.slalom-rule').textContent.startsWith('each tuned')")
    after = query(page)["lane"]
    assert after[0] != before[0]
    assert f"sgd lr {field.input_value()}" == after[0]
    assert query(page)["rule"] == ["tuned"]
    page.locator(".slalom-add").select_option("adam")
    visitor.settled()
    assert "adam lr 0.001 " not in query(page)["lane"][-1]
    page.locator('input[type="range"][data-knob="lr"]').press("ArrowRight")
    page.wait_for_function("document.querySelector('.slalom-rule').textContent === 'as set'")
    visitor.settled()
    assert query(page)["rule"] == ["own"]


def test_a_tuned_link_is_the_same_elsewhere(visit):
    first = visit()
    page = first.open("/?landscape=beale&lane=momentum&lane=adam&rule=tuned&steps=80")
    address = page.url
    other = visit().open(address.removeprefix(first.app.url))
    assert other.url == address
    assert query(other)["rule"] == ["tuned"]


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("zh-TW", "zh-TW"), ("zh-CN", "zh-CN")])
def test_they_are_spoken_of_in_every_language(visit, locale, language):
    _ = translator(language)
    page = visit(locale=locale).open(PAIR + "&clock=all&at=9")
    assert title(page) == _("at cost {cost}").format(cost=9)
    assert page.locator(".slalom-rule").inner_text() == _("as set")
    assert page.locator(".slalom-clock option").all_inner_texts() == [
        _("steps"),
        _("gradient evaluations"),
        _("all evaluations"),
    ]
    assert page.locator(".slalom-price").get_attribute("aria-label") == _("price of a Hessian, in gradients")


def test_from_the_race_to_many_starts_and_back(visit):
    visitor = visit()
    page = visitor.open(PAIR + "&clock=all&steps=40")
    page.get_by_role("button", name="From many starts").click()
    page.locator(".slalom-table").wait_for()
    visitor.settled()
    assert page.url.split("?")[0].endswith("/tournament")
    heads = page.locator(".slalom-table thead th").all_inner_texts()
    rows = [row.split("\t") for row in page.locator(".slalom-table tbody tr").all_inner_texts()]
    assert "median cost to solve" in heads
    assert [row[0].strip() for row in rows] == ["SGD", "Newton"]
    race = optimizers.Race(
        "rosenbrock", (optimizers.Lane("sgd", (("lr", 0.001),)), optimizers.Lane("newton")), (-0.5, 2.2), steps=40
    )
    result = optimizers.tournament(race)
    assert [int(row[2]) for row in rows] == (result.solved_at >= 0).sum(axis=(1, 2)).tolist()
    page.locator(".js-plotly-plot .scatterlayer .trace").nth(1).wait_for()
    page.get_by_label("Starts a side").fill("4")
    page.get_by_label("Starts a side").press("Enter")
    page.get_by_text("Problems: 16.").wait_for()
    visitor.settled()
    assert query(page)["side"] == ["4"]
    page.get_by_text("Open in the race").click()
    visitor.drawn()
    assert query(page)["clock"] == ["all"]
    assert query(page)["steps"] == ["40"]


def test_a_phone_shows_the_clock_and_the_tournament_within_its_width(visit):
    visitor = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visitor.open("/?clock=all&lane=sgd&lane=newton")
    for part in (".slalom-clock", ".slalom-price", ".slalom-play"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
