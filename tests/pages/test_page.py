"""The Race page from Python's side: it opens, follows its widgets and its link, and says what the optimizers did."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import landscapes
from optimizers import run
from pages.shared import links, summary
from pages.shared.opening import opening
from pages.shared.reading import Reading, read
from pages.words import LANGUAGES, speaker
from tests.running import ROOT


def opened(**query: str | list[str]) -> AppTest:
    """The page, opened with a link."""
    page = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    return well(page.run())


def well(page: AppTest) -> AppTest:
    assert [one.value for one in (*page.exception, *page.error)] == []
    return page


def warnings(page: AppTest) -> list[str]:
    return [one.value for one in page.warning]


def link(page: AppTest) -> dict[str, list[str]]:
    """The query of the page's address."""
    return {name: value if isinstance(value, list) else [value] for name, value in page.query_params.items()}


def shown(page: AppTest) -> Reading:
    """The race that the address tells."""
    reading = read(links.plain(link(page)), Reading(opening("saddle")))
    assert not reading.problems
    return reading


def in_words(page: AppTest) -> str:
    """The result in words."""
    (text,) = (one.value for one in page.markdown if one.value.startswith("#### "))
    return str(text)


def check_words(page: AppTest, language: str = "en") -> None:
    """The text on the page is what the optimizers did in the race that its address tells."""
    race, _ = shown(page).race, speaker(language)
    lines = [summary.line(name, one, _) for name, one in zip(summary.names(race, _), run(race), strict=True)]
    text = in_words(page)
    assert summary.setting(race, _) in text
    assert [line[2:] for line in text.splitlines() if line.startswith("- ")] == lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens(language: str) -> None:
    page = opened(lang=language)
    assert warnings(page) == []
    assert page.selectbox(key="language").value == language
    assert page.selectbox(key="rule").label == speaker(language)("Rule of the race")
    assert shown(page).race == opening("rosenbrock")
    assert link(page)["lang"] == [language]
    check_words(page, language)


def test_the_words_differ_between_languages() -> None:
    assert len({in_words(opened(lang=language)) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize("name", landscapes.names())
def test_it_opens_on_every_landscape(name: str) -> None:
    page = opened(landscape=name)
    assert warnings(page) == []
    assert shown(page).race == opening(name)
    check_words(page)


DAMAGED: list[dict[str, Any]] = [
    {"landscape": "nope", "lane": "foo", "steps": "abc"},
    {"landscape": ""},
    {"landscape": "rosenbrock a nan b"},
    {"lane": ["adam lr -1", "hidden", "none"]},
    {
        "start": "1",
        "window": "1 2 3",
        "runner": "0",
        "at": "-1",
        "view": "4d",
        "rule": "x",
        "seed": "-3",
        "noise": "nan",
    },
    {"steps": "9" * 400, "lane": ["sgd"] * 30},
    {"landscape": "<b>" * 100, "lane": "![x](http://a.example/x.png)"},
    {"landscape": "{name}", "rule": "{0}"},
]


@pytest.mark.parametrize(
    ("query", "language"),
    [*((query, "en") for query in DAMAGED), *((DAMAGED[0], language) for language in ("zh-TW", "zh-CN"))],
    ids=range(len(DAMAGED) + 2),
)
def test_a_damaged_link_warns_and_shows_a_race(query: dict[str, Any], language: str) -> None:
    page = opened(**query, lang=language)
    assert 1 <= len(warnings(page)) <= 5
    check_words(page, language)
    page.number_input(key="steps").set_value(11)
    assert warnings(well(page.run())) == []
    assert warnings(opened(**link(page))) == []  # the address is mended


def test_a_language_that_is_none_and_a_name_that_means_nothing() -> None:
    page = opened(lang="de", utm_source="x")
    assert page.selectbox(key="language").value == "en"
    check_words(page)


def test_steps_and_seed() -> None:
    page = opened(noise="0.3")
    before = in_words(page)
    page.number_input(key="steps").set_value(17)
    well(page.run())
    assert link(page)["steps"] == ["17"]
    assert in_words(page) != before
    check_words(page)
    before = in_words(page)
    page.number_input(key="seed").set_value(3)
    well(page.run())
    assert (link(page)["seed"], link(page)["steps"]) == (["3"], ["17"])
    assert in_words(page) != before
    check_words(page)


def test_the_rule() -> None:
    page = opened(landscape="quadratic")
    rates = {dict(lane.values)["lr"] for lane in shown(page).race.lanes if lane.optimizer != "newton"}
    assert len(rates) > 1
    page.selectbox(key="rule").set_value("same")
    well(page.run())
    assert shown(page).view.rule == "same"
    assert {dict(lane.values)["lr"] for lane in shown(page).race.lanes if lane.optimizer != "newton"} == {min(rates)}
    check_words(page)
    page.selectbox(key="rule").set_value("own")
    well(page.run())
    assert shown(page).view.rule == "own"


def test_there_is_a_card_for_every_landscape() -> None:
    page = opened()
    (door,) = (one for one in page.button if one.label == landscapes.surfaces()["rosenbrock"][0].title)
    door.click()
    cards = [one.key for one in well(page.run()).button if str(one.key).startswith("choose ")]
    assert sorted(cards) == [f"choose {name}" for name in landscapes.names()]


def page_with_a_way_to_the_bowl() -> None:
    """A card's click, for a click inside a dialog is beyond `AppTest`."""
    import streamlit as st

    from pages import race
    from pages.shared import state
    from pages.shared.view import show

    st.button("bowl", key="bowl", on_click=state.choose_landscape, args=("quadratic",))
    show(race.PAGE)


@pytest.mark.parametrize("rule", ["own", "same"])
def test_another_landscape(rule: str) -> None:
    page = AppTest.from_function(page_with_a_way_to_the_bowl, default_timeout=60)
    lanes = ["hidden adam", "newton", "sgd"]
    page.query_params.update(steps="200", seed="5", lane=lanes, rule=rule)
    well(page.run())
    page.button(key="bowl").click()
    well(page.run())
    race, bowl = shown(page).race, opening("quadratic")
    assert (race.landscape, race.start, race.values) == ("quadratic", bowl.start, bowl.values)
    assert (race.steps, race.seed, shown(page).view.rule) == (200, 5, rule)
    assert [(lane.optimizer, lane.shown) for lane in race.lanes] == [("adam", False), ("newton", True), ("sgd", True)]
    rates = {dict(lane.values)["lr"] for lane in race.lanes if lane.optimizer != "newton"}
    assert len(rates) == (1 if rule == "same" else 2)
    check_words(page)


def test_another_language_keeps_the_race() -> None:
    page = opened(landscape="beale", steps="33")
    page.selectbox(key="language").set_value("zh-TW")
    well(page.run())
    assert (link(page)["lang"], link(page)["steps"]) == (["zh-TW"], ["33"])
    check_words(page, "zh-TW")


def test_a_link_that_is_changed_from_outside_is_followed() -> None:
    page = opened(landscape="beale")
    page.query_params["steps"] = "12"
    well(page.run())
    assert page.number_input(key="steps").value == 12
    check_words(page)


def test_nobody_races() -> None:
    page = opened(lane="none")
    assert warnings(page) == []
    assert shown(page).race.lanes == ()


def test_two_of_a_name_are_told_apart() -> None:
    page = opened(lane=["adam lr 0.1", "adam lr 0.2"])
    assert "**Adam**" in in_words(page)
    assert "**Adam 2**" in in_words(page)


def test_no_steps_and_the_most_steps() -> None:
    for steps in (0, 20_000):
        check_words(opened(steps=str(steps)))
