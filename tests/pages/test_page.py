"""The pages in Python: they open, follow their widgets and links, and state the optimizers' results."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

import landscapes
import optimizers
from optimizers import Lane, run
from pages import averaging
from pages.contents import PAGES
from pages.protocol import links, summary
from pages.protocol.cases import Case, Page
from pages.protocol.opening import opening, with_suitable_rate
from pages.protocol.parsing import ParsedRace, parse_race
from pages.session.state import from_query
from pages.words import LANGUAGES, translator
from tests.marks import slow_where
from tests.running import ROOT


def open_page(name: str = "race", /, **query: str | list[str]) -> AppTest:
    """A page, opened with a link."""
    page = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60)
    if name != "race":
        page.run()  # the frame defines the pages
        page.query_params.clear()
        page.switch_page(f"{name}/page.py")
    for parameter, value in query.items():
        page.query_params[parameter] = value
    return assert_no_exception(page.run())


def assert_no_exception(page: AppTest) -> AppTest:
    assert [one.value for one in (*page.exception, *page.error)] == []
    return page


def warnings(page: AppTest) -> list[str]:
    return [one.value for one in page.warning]


def link(page: AppTest) -> dict[str, list[str]]:
    """The query of the page's address."""
    return {name: value if isinstance(value, list) else [value] for name, value in page.query_params.items()}


def shown_race(page: AppTest) -> ParsedRace:
    """The race of the address."""
    parsed = parse_race(links.query_to_dict(link(page)), ParsedRace(opening("saddle")))
    assert not parsed.problems
    return parsed


def in_words(page: AppTest) -> str:
    """The result in words."""
    (text,) = (one.value for one in page.markdown if one.value.startswith("#### "))
    return str(text)


def check_words(page: AppTest, language: str = "en", subject: str = "") -> None:
    """The text on the page states the optimizers' results for the race of its address."""
    race, _ = shown_race(page).race, translator(language)
    lines = [summary.line(name, one, _) for name, one in zip(summary.names(race, _, subject), run(race), strict=True)]
    text = in_words(page)
    assert summary.setting(race, _) in text
    assert [line[2:] for line in text.splitlines() if line.startswith("- ")] == lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens(language: str) -> None:
    page = open_page(lang=language)
    assert warnings(page) == []
    assert page.selectbox(key="language").value == language
    assert page.selectbox(key="rule").label == translator(language)("Rule of the race")
    assert shown_race(page).race == opening("rosenbrock")
    assert link(page)["lang"] == [language]
    check_words(page, language)


def test_the_words_differ_between_languages() -> None:
    assert len({in_words(open_page(lang=language)) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.slow
@pytest.mark.parametrize("name", landscapes.names())
def test_it_opens_on_every_landscape(name: str) -> None:
    page = open_page(landscape=name)
    assert warnings(page) == []
    assert shown_race(page).race == opening(name)
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "language"),
    [*((query, "en") for query in DAMAGED), *((DAMAGED[0], language) for language in ("zh-TW", "zh-CN"))],
    ids=range(len(DAMAGED) + 2),
)
def test_a_damaged_link_warns_and_shows_a_race(query: dict[str, Any], language: str) -> None:
    page = open_page(**query, lang=language)
    assert 1 <= len(warnings(page)) <= 5
    check_words(page, language)
    page.number_input(key="steps").set_value(11)
    assert warnings(assert_no_exception(page.run())) == []
    assert warnings(open_page(**link(page))) == []  # the address has been corrected


def test_a_language_that_is_none_and_a_name_that_means_nothing() -> None:
    page = open_page(lang="de", utm_source="x")
    assert page.selectbox(key="language").value == "en"
    check_words(page)


def test_steps_and_seed() -> None:
    page = open_page(noise="0.3")
    before = in_words(page)
    page.number_input(key="steps").set_value(17)
    assert_no_exception(page.run())
    assert link(page)["steps"] == ["17"]
    assert in_words(page) != before
    check_words(page)
    before = in_words(page)
    page.number_input(key="seed").set_value(3)
    assert_no_exception(page.run())
    assert (link(page)["seed"], link(page)["steps"]) == (["3"], ["17"])
    assert in_words(page) != before
    check_words(page)


def test_the_rule() -> None:
    page = open_page(landscape="quadratic")
    rates = {dict(lane.values)["lr"] for lane in shown_race(page).race.lanes if lane.optimizer != "newton"}
    assert len(rates) > 1
    page.selectbox(key="rule").set_value("same")
    assert_no_exception(page.run())
    assert shown_race(page).view.rule == "same"
    assert {dict(lane.values)["lr"] for lane in shown_race(page).race.lanes if lane.optimizer != "newton"} == {
        min(rates)
    }
    check_words(page)
    page.selectbox(key="rule").set_value("own")
    assert_no_exception(page.run())
    assert shown_race(page).view.rule == "own"


def test_there_is_a_card_for_every_landscape() -> None:
    page = open_page()
    (door,) = (one for one in page.button if one.label == landscapes.surfaces()["rosenbrock"][0].title)
    door.click()
    cards = [one.key for one in assert_no_exception(page.run()).button if str(one.key).startswith("choose ")]
    assert sorted(cards) == [f"choose {name}" for name in landscapes.names()]


def page_with_a_way_to_the_bowl() -> None:
    """A button in place of a card's, because `AppTest` cannot click inside a dialog."""
    import streamlit as st

    from pages import race
    from pages.layout.show import show
    from pages.session import state

    st.button("bowl", key="bowl", on_click=state.choose_landscape, args=("quadratic",))
    show(race.PAGE)


@pytest.mark.parametrize("rule", ["own", "same"])
def test_another_landscape(rule: str) -> None:
    page = AppTest.from_function(page_with_a_way_to_the_bowl, default_timeout=60)
    lanes = ["hidden adam", "newton", "sgd"]
    page.query_params.update(steps="200", seed="5", lane=lanes, rule=rule)
    assert_no_exception(page.run())
    page.button(key="bowl").click()
    assert_no_exception(page.run())
    race, bowl = shown_race(page).race, opening("quadratic")
    assert (race.landscape, race.start, race.values) == ("quadratic", bowl.start, bowl.values)
    assert (race.steps, race.seed, shown_race(page).view.rule) == (200, 5, rule)
    assert [(lane.optimizer, lane.shown) for lane in race.lanes] == [("adam", False), ("newton", True), ("sgd", True)]
    rates = {dict(lane.values)["lr"] for lane in race.lanes if lane.optimizer != "newton"}
    assert len(rates) == (1 if rule == "same" else 2)
    check_words(page)


def page_whose_stage_is_gone() -> None:
    """Streamlit drops a page's stage when another page starts, whose race is read a moment later."""
    import streamlit as st

    from pages.layout.show import _commit
    from pages.session import state

    state.session().page = "step"
    st.button("commit", key="commit", on_click=_commit)


def test_a_commit_while_its_page_is_left_is_ignored() -> None:
    page = AppTest.from_function(page_whose_stage_is_gone)
    assert_no_exception(page.run())
    page.button(key="commit").click()
    assert_no_exception(page.run())


def test_another_language_keeps_the_race() -> None:
    page = open_page(landscape="beale", steps="33")
    page.selectbox(key="language").set_value("zh-TW")
    assert_no_exception(page.run())
    assert (link(page)["lang"], link(page)["steps"]) == (["zh-TW"], ["33"])
    check_words(page, "zh-TW")


def test_a_link_that_is_changed_from_outside_is_followed() -> None:
    page = open_page(landscape="beale")
    page.query_params["steps"] = "12"
    assert_no_exception(page.run())
    assert page.number_input(key="steps").value == 12
    check_words(page)


def test_no_runners() -> None:
    page = open_page(lane="none")
    assert warnings(page) == []
    assert shown_race(page).race.lanes == ()


def test_two_runners_with_the_same_name_are_distinguished() -> None:
    page = open_page(lane=["adam lr 0.1", "adam lr 0.2"])
    assert "**Adam**" in in_words(page)
    assert "**Adam 2**" in in_words(page)


@pytest.mark.slow
def test_no_steps_and_the_most_steps() -> None:
    for steps in (0, 20_000):
        check_words(open_page(steps=str(steps)))


# The pages with cases.

WITH_CASES = [page for page in PAGES if page.cases]
ALL_CASES = [(page, case) for page in WITH_CASES for case in page.cases]


def way(page: AppTest, label: str) -> dict[str, list[str]]:
    """The query of the link to a page with this label."""
    (link,) = (one.proto for one in page.get("page_link") if one.proto.label == label)
    return parse_qs(link.query_string)


@pytest.mark.parametrize("language", slow_where(lambda language: language != "zh-TW", LANGUAGES))
@pytest.mark.parametrize("about", WITH_CASES, ids=lambda page: page.name)
def test_a_page_opens_on_its_first_case_and_says_its_words(about: Page, language: str) -> None:
    page, _ = open_page(about.name, lang=language), translator(language)
    assert warnings(page) == []
    assert shown_race(page) == about.cases[0].parsed
    assert page.radio(key="case").label == _("Case")
    assert page.radio(key="case").options == [case.title.translate(_) for case in about.cases]
    assert page.radio(key="case").value == about.cases[0].name
    paragraphs = [one.value for one in page.markdown]
    assert [paragraph.translate(_) for paragraph in about.words] == paragraphs[: len(about.words)]
    check_words(page, language, about.subject)


@pytest.mark.parametrize("about", WITH_CASES, ids=lambda page: page.name)
def test_the_words_of_a_page_differ_between_languages(about: Page) -> None:
    texts = [*about.words, about.title, *(text for case in about.cases for text in (case.title, case.why))]
    for text in texts:
        english, *others = (text.translate(translator(language)) for language in LANGUAGES)
        assert english not in others


@pytest.mark.slow
@pytest.mark.parametrize("about", WITH_CASES, ids=lambda page: page.name)
def test_every_case_is_opened_by_its_button_and_by_its_link(about: Page) -> None:
    page = open_page(about.name)
    for case in reversed(about.cases):
        page.radio(key="case").set_value(case.name)
        assert_no_exception(page.run())
        assert shown_race(page) == case.parsed
        assert link(page)["case"] == [case.name]
        check_words(page, subject=about.subject)
        assert shown_race(open_page(about.name, case=case.name)) == case.parsed


@pytest.mark.parametrize("about", WITH_CASES, ids=lambda page: page.name)
def test_a_short_link_is_its_case_but_for_what_it_says(about: Page) -> None:
    for case in about.cases:
        parsed = from_query({"case": [case.name], "part": ["1"], "seed": ["7"]}, about)
        race, view = replace(case.race, seed=7), replace(case.parsed.view, part=1)
        assert parsed == ParsedRace(race, view)
        other = from_query({"case": [case.name], "steps": ["1"], "lane": ["sgd"]}, about)
        assert (other.problems, other.view.at, other.race.steps) == ((), None, 1)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("about", WITH_CASES, ids=lambda page: page.name)
def test_an_unknown_case_is_reported_and_the_first_is_shown(about: Page, language: str) -> None:
    for query in ({}, {"steps": "50"}):
        page = open_page(about.name, case="nope", lang=language, **query)
        (warning,) = warnings(page)
        start = translator(language)("There is no case “{name}”. The cases are: {choices}.").split("{")[0]
        assert start.strip("“「") in warning
        assert shown_race(page).view.case == page.radio(key="case").value == about.cases[0].name
        assert shown_race(page).race.landscape == about.cases[0].race.landscape
        assert warnings(open_page(about.name, **link(page))) == []  # the address has been corrected


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("about", WITH_CASES, ids=lambda page: page.name)
def test_a_page_always_has_a_runner(about: Page, language: str) -> None:
    page = open_page(about.name, lane="none", lang=language)
    assert shown_race(page).race == about.cases[0].race
    assert len(warnings(page)) == 1
    assert ("needs a runner" in warnings(page)[0]) == (language == "en")
    check_words(page, language, about.subject)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("about", "query", "parts"),
    [
        ("averaging", {"lane": "newton", "seeds": "1e9"}, ["512"]),
        ("averaging", {"steps": "20000", "seeds": "512"}, []),
        ("averaging", {"seeds": "-3"}, ["1 is used"]),
        ("clipping", {"lane": "sgd clip nope", "landscape": "x"}, ["nope", "“x”"]),
        ("clipping", {"lane": "steepest_descent clip norm threshold 1 applied step"}, ["only its gradient"]),
        ("step", {"part": "999", "runner": "9"}, ["100", "runner"]),
        ("step", {"part": "x", "at": "1e9", "case": "<b>"}, ["“Part”", "60", "&lt;b&gt;"]),
    ],
)
def test_a_damaged_link_to_a_page_is_reported_and_corrected(
    about: str, query: dict[str, str], parts: list[str]
) -> None:
    page = open_page(about, **query)
    text = "".join(warnings(page)).replace("\\", "").replace("<", "&lt;").replace(">", "&gt;")
    assert bool(text) == bool(parts)
    for part in parts:
        assert part in text
    assert warnings(open_page(about, **link(page))) == []


@pytest.mark.parametrize("about", WITH_CASES, ids=lambda page: page.name)
def test_another_landscape_in_a_link_keeps_what_a_page_is_about(about: Page) -> None:
    race, first = shown_race(open_page(about.name, landscape="beale")).race, about.cases[0].race
    assert race.landscape == "beale"
    assert [(lane.optimizer, lane.clip, lane.average) for lane in race.lanes] == [
        (lane.optimizer, lane.clip, lane.average) for lane in first.lanes
    ]
    assert (race.steps, race.noise) == (first.steps, first.noise)


def test_a_runner_is_chosen_for_its_step() -> None:
    page = open_page("step", case="adam", at="4", part="1")
    for name in ("newton", "lion", "conjugate_gradient"):
        page.selectbox(key="optimizer 0").set_value(name)
        assert_no_exception(page.run())
        now = shown_race(page)
        (lane,) = now.race.lanes
        assert lane == with_suitable_rate(now.race.landscape, now.race.values, Lane(name), now.race.steps)
        assert (now.view.part, now.view.chosen, now.view.at) == (None, 0, 4)
        assert page.selectbox(key="optimizer 0").value == name
        check_words(page)
    assert len(page.selectbox(key="optimizer 0").options) == len(optimizers.names())


@pytest.mark.slow
@pytest.mark.parametrize("about", WITH_CASES, ids=lambda page: page.name)
def test_a_link_to_a_page_opens_the_same_race_and_view(about: Page) -> None:
    page = open_page(about.name, steps="123", seed="7", start="1.5 0.25", at="20", noise="0.25", seeds="16", part="1")
    again = open_page(about.name, **link(page))
    assert shown_race(again) == shown_race(page)
    assert link(again) == link(page)
    assert in_words(again) == in_words(page)


@pytest.mark.slow
@pytest.mark.parametrize(("about", "case"), ALL_CASES, ids=lambda one: one.name)
def test_a_case_is_opened_in_the_race(about: Page, case: Case) -> None:
    page = open_page(about.name, case=case.name, lang="zh-CN")
    query = way(page, translator("zh-CN")("Open in the race"))
    assert query["lang"] == ["zh-CN"]
    race = open_page(**query)
    assert warnings(race) == []
    assert shown_race(race).race == case.race
    assert (shown_race(race).view.window, shown_race(race).view.at) == (case.view.window, case.view.at)
    assert not {"case", "seeds", "part"} & set(link(race))


@pytest.mark.slow
def test_the_list_of_pages_links_to_the_last_state_of_each() -> None:
    page = open_page("averaging", lang="zh-TW")
    page.number_input(key="steps").set_value(321)
    query = link(assert_no_exception(page.run()))
    first, others = averaging.PAGE, [about for about in PAGES if about.name not in ("race", "averaging")]
    for about in others:
        page.query_params.clear()
        page.query_params["lang"] = "zh-TW"
        assert_no_exception(page.switch_page(f"{about.name}/page.py").run())
        assert way(page, first.title.translate(translator("zh-TW"))) == query
    page.query_params.clear()
    page.query_params.update(query)
    assert_no_exception(page.switch_page("averaging/page.py").run())
    assert link(page) == query
    assert page.number_input(key="steps").value == 321
