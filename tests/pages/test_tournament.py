"""The Tournament page: its table and curves are those of the runs."""

import math
import re
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import optimizers
from optimizers import ENDINGS, Lane, Race, tournament
from pages.protocol.fields import View
from pages.tournament.standings import costs, figure, standings, table
from pages.words import LANGUAGES, translator
from tests.pages.test_page import assert_no_exception, link, shown_race, warnings
from tests.running import ROOT

LANES = tuple(Lane(name, tuple(optimizers.get(name).values.items())) for name in ("sgd", "newton", "bfgs"))
HILLS = Race("himmelblau", LANES, (0.0, 0.0), steps=80)
MET = tournament(HILLS, 5)


def open_page(**query: str | list[str]) -> AppTest:
    """The page, opened with a link."""
    page = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60)
    page.run()  # before this AppTest does not know the pages
    page.switch_page("tournament/page.py")
    page.query_params.clear()
    for name, value in query.items():
        page.query_params[name] = value
    return assert_no_exception(page.run())


def body(page: AppTest) -> str:
    """All text on the page."""
    return " ".join(str(one.value) for one in (*page.markdown, *page.header))


@pytest.mark.parametrize(
    ("view", "prices"),
    [
        (View(), {"steps": 1}),
        (View(clock="gradients"), {"gradients": 1}),
        (View(clock="all", price=2.5), {"values": 1, "gradients": 1, "hessians": 2.5}),
    ],
)
def test_the_standings_are_what_the_runs_did(view: View, prices: dict[str, float]) -> None:
    cost = costs(MET, view)
    assert np.array_equal(cost, MET.cost(**prices))
    best = cost.min(axis=0)
    for lane, row in enumerate(standings(MET, cost)):
        assert row.wins == (np.isfinite(cost[lane]) & (cost[lane] == best)).sum()
        assert row.solved == np.isfinite(cost[lane]).sum()
        assert row.cost == sorted(cost[lane].ravel())[12]
        assert row.loss == sorted(MET.loss[lane].ravel())[12]
        assert sum(row.endings.values()) == 25
        assert row.endings["best"] == (MET.ending[lane] == ENDINGS.index("best")).sum()
        assert (
            row.endings["saddle"]
            == np.isin(MET.ending[lane], [ENDINGS.index("saddle"), ENDINGS.index("maximum")]).sum()
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_says_the_standings(language: str) -> None:
    _, view = translator(language), View(clock="all")
    rows = standings(MET, costs(MET, view))
    names = ["<SGD>", "Newton", "BFGS"]
    html = table(rows, names, ["#123456"] * 3, view, _)
    assert "&lt;SGD&gt;" in html
    assert "<SGD>" not in html
    lines = re.findall(r"<tr>(.*?)</tr>", html)[1:]
    cells = [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", line)] for line in lines]
    assert [[int(line[0]), int(line[1])] for line in cells] == [[row.wins, row.solved] for row in rows]
    for line, row in zip(cells, rows, strict=True):
        assert line[2] == ("–" if math.isinf(row.cost) else f"{row.cost:.4g}")
        assert [int(number) for number in line[4:]] == list(row.endings.values())
    assert html.count("<b>") >= 4


@pytest.mark.parametrize("dark", [False, True])
def test_the_curves_are_the_profiles(dark: bool) -> None:
    cost = costs(MET, View())
    drawn = figure(cost, ["a", "b", "c"], [0, 4, 7], dark, translator("en"))
    best = cost.min(axis=0)
    assert [one.name for one in drawn.data] == ["a", "b", "c"]
    assert len({(one.line.color, one.line.dash) for one in drawn.data}) == 3
    for lane, one in enumerate(drawn.data):
        x, height = np.array(one.x), np.array(one.y)
        assert x[0] == 1
        assert x[-1] == drawn.data[0].x[-1]
        assert height[0] == pytest.approx(np.mean(np.isfinite(cost[lane]) & (cost[lane] == best)))
        assert height[-1] == pytest.approx(np.isfinite(cost[lane]).mean())
        assert (np.diff(height) >= 0).all()


def test_nobody_solves_anything() -> None:
    race = Race("rosenbrock", (Lane("sgd", (("lr", 1e-9),)),), (0.0, 0.0), steps=3)
    result = tournament(race, 2)
    (row,) = standings(result, costs(result, View()))
    assert (row.wins, row.solved, row.cost) == (0, 0, math.inf)
    html = table([row], ["SGD"], ["#000000"], View(), translator("en"))
    assert html.count("<b>") == 1  # of its numbers only the loss can be the best
    (line,) = figure(costs(result, View()), ["SGD"], [0], False, translator("en")).data
    assert list(line.y) == [0, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens(language: str) -> None:
    page, _ = open_page(lang=language, landscape="himmelblau", lane=["sgd lr 0.01", "newton"]), translator(language)
    assert warnings(page) == []
    assert _("Starts: {side} × {side}. Seeds: {seeds}. Problems: {count}.").format(side=16, seeds=1, count=256) in body(
        page
    )
    assert page.selectbox(key="clock").label == _("Clock")
    assert shown_race(page).view.side == 16


def test_its_numbers_are_in_the_link() -> None:
    page = open_page(lane=["sgd", "hidden adam"], steps="30", noise="0.1")
    for name, value in (("side", 4), ("seeds", 3)):
        page.number_input(key=name).set_value(value)
        assert_no_exception(page.run())
        assert link(page)[name] == [str(value)]
    page.selectbox(key="clock").set_value("all")
    assert_no_exception(page.run())
    page.number_input(key="price").set_value(5.0)
    assert_no_exception(page.run())
    assert (link(page)["clock"], link(page)["hessian"]) == (["all"], ["5.0"])
    assert "Problems: 48." in body(page)


def test_under_the_tuned_rule_it_says_for_which_start() -> None:
    query: dict[str, Any] = {"lane": ["sgd", "momentum"], "steps": "30", "side": "4"}
    sentence = "They were tuned once, for the race's own start"
    assert sentence in body(open_page(rule="tuned", **query))
    assert sentence not in body(open_page(**query))


def test_too_much_is_refused_with_what_to_do() -> None:
    page = open_page(side="64", seeds="9")
    (notice,) = warnings(page)
    assert "take fewer starts" in notice
    assert "184320" in notice


def test_no_runners() -> None:
    (notice,) = open_page(lane="none").info
    assert notice.value == "No runner yet. Add one in the race."
