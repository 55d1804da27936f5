"""The Tournament page: its table and curves are what the runs did."""

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
from tests.pages.test_page import link, shown, warnings, well
from tests.running import ROOT

LANES = tuple(Lane(name, tuple(optimizers.get(name).values.items())) for name in ("sgd", "newton", "bfgs"))
HILLS = Race("himmelblau", LANES, (0.0, 0.0), steps=80)
MET = tournament(HILLS, 5)


def opened(**query: str | list[str]) -> AppTest:
    """The page, opened with a link."""
    page = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60)
    page.run()  # before it a test does not know the pages
    page.switch_page("tournament/page.py")
    page.query_params.clear()
    for name, value in query.items():
        page.query_params[name] = value
    return well(page.run())


def body(page: AppTest) -> str:
    """Every word on the page."""
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
    told = table(rows, names, ["#123456"] * 3, view, _)
    assert "&lt;SGD&gt;" in told
    assert "<SGD>" not in told
    lines = re.findall(r"<tr>(.*?)</tr>", told)[1:]
    cells = [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", line)] for line in lines]
    assert [[int(line[0]), int(line[1])] for line in cells] == [[row.wins, row.solved] for row in rows]
    for line, row in zip(cells, rows, strict=True):
        assert line[2] == ("–" if math.isinf(row.cost) else f"{row.cost:.4g}")
        assert [int(number) for number in line[4:]] == list(row.endings.values())
    assert told.count("<b>") >= 4


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
    asked = Race("rosenbrock", (Lane("sgd", (("lr", 1e-9),)),), (0.0, 0.0), steps=3)
    met = tournament(asked, 2)
    (row,) = standings(met, costs(met, View()))
    assert (row.wins, row.solved, row.cost) == (0, 0, math.inf)
    told = table([row], ["SGD"], ["#000000"], View(), translator("en"))
    assert told.count("<b>") == 1  # of its numbers only the loss can lead
    (line,) = figure(costs(met, View()), ["SGD"], [0], False, translator("en")).data
    assert list(line.y) == [0, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens(language: str) -> None:
    page, _ = opened(lang=language, landscape="himmelblau", lane=["sgd lr 0.01", "newton"]), translator(language)
    assert warnings(page) == []
    assert _("Starts: {side} × {side}. Seeds: {seeds}. Problems: {count}.").format(side=16, seeds=1, count=256) in body(
        page
    )
    assert page.selectbox(key="clock").label == _("Clock")
    assert shown(page).view.side == 16


def test_its_numbers_are_in_the_link() -> None:
    page = opened(lane=["sgd", "hidden adam"], steps="30", noise="0.1")
    for name, value in (("side", 4), ("seeds", 3)):
        page.number_input(key=name).set_value(value)
        well(page.run())
        assert link(page)[name] == [str(value)]
    page.selectbox(key="clock").set_value("all")
    well(page.run())
    page.number_input(key="price").set_value(5.0)
    well(page.run())
    assert (link(page)["clock"], link(page)["hessian"]) == (["all"], ["5.0"])
    assert "Problems: 48." in body(page)


def test_under_the_tuned_rule_it_says_for_which_start() -> None:
    asked: dict[str, Any] = {"lane": ["sgd", "momentum"], "steps": "30", "side": "4"}
    said = "They were tuned once, for the race's own start"
    assert said in body(opened(rule="tuned", **asked))
    assert said not in body(opened(**asked))


def test_too_much_is_refused_with_what_to_do() -> None:
    page = opened(side="64", seeds="9")
    (told,) = warnings(page)
    assert "take fewer starts" in told
    assert "184320" in told


def test_nobody_races() -> None:
    (told,) = opened(lane="none").info
    assert told.value == "No runner yet. Add one in the race."
