"""The rules of a race: what each sets, how a link contains it, and what ends it."""

from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.runtime.state import QueryParamsProxy

import landscapes
import optimizers
from optimizers import Lane, Race, tuned_lanes
from pages import averaging, race
from pages.protocol import links
from pages.protocol.cases import Page
from pages.protocol.fields import RULES, View
from pages.protocol.opening import ZERO_NOISE, opening
from pages.protocol.parsing import ParsedRace, race_to_dict, view_to_dict
from pages.session import state
from pages.words import LANGUAGES, translator
from tests.pages.test_page import assert_no_exception, check_words, link, open_page, shown_race


def defaults(race: Race) -> list[dict[str, float]]:
    return [dict(optimizers.get(lane.optimizer).values) for lane in race.lanes]


def values(race: Race) -> list[dict[str, float]]:
    return [dict(lane.values) for lane in race.lanes]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_four_rules_are_offered(language: str) -> None:
    _ = translator(language)
    names = [
        _("as set"),
        _("one learning rate for all"),
        _("each one's textbook defaults"),
        _("each tuned for this race"),
    ]
    assert open_page(lang=language).selectbox(key="rule").options == names


def test_the_rules_one_after_the_other() -> None:
    page = open_page(landscape="quadratic", steps="60")
    as_set = values(shown_race(page).race)
    page.selectbox(key="rule").set_value("default")
    assert_no_exception(page.run())
    assert shown_race(page).view.rule == "default"
    assert values(shown_race(page).race) == defaults(shown_race(page).race) != as_set
    check_words(page)
    page.selectbox(key="rule").set_value("tuned")
    assert_no_exception(page.run())
    assert shown_race(page).view.rule == "tuned"
    tuned = shown_race(page).race
    assert tuned_lanes(tuned) == tuned.lanes
    assert values(tuned) != defaults(tuned)
    page.number_input(key="steps").set_value(20)
    assert_no_exception(page.run())
    assert shown_race(page).view.rule == "tuned"
    assert shown_race(page).race.lanes == tuned_lanes(replace(tuned, steps=20)) != tuned.lanes
    page.selectbox(key="rule").set_value("own")
    before = shown_race(page).race
    assert_no_exception(page.run())
    assert (shown_race(page).race, shown_race(page).view.rule) == (before, "own")


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["default", "tuned"])
def test_a_link_with_a_rule_has_it_unless_its_numbers_differ(rule: str) -> None:
    page = open_page(landscape="beale", lane=["sgd", "hidden adam"], rule=rule, steps="50")
    parsed = shown_race(page)
    assert parsed.view.rule == rule
    assert [lane.shown for lane in parsed.race.lanes] == [True, False]
    if rule == "default":
        assert values(parsed.race) == defaults(parsed.race)
    else:
        assert parsed.race.lanes == tuned_lanes(parsed.race)
    assert shown_race(open_page(**link(page))) == parsed
    other = shown_race(open_page(landscape="beale", lane=["sgd lr 0.0123"], rule=rule))
    assert (values(other.race), other.view.rule) == ([{"lr": 0.0123}], "own")


@pytest.mark.parametrize("about", [race.PAGE, averaging.PAGE], ids=lambda page: page.name)
def test_a_link_with_one_rate_for_all_has_one_or_another_rule(about: Page) -> None:
    def rates(**query: list[str]) -> tuple[str, set[float]]:
        parsed = state.from_query({"rule": ["same"], "landscape": ["beale"], **query}, about)
        return parsed.view.rule, {dict(lane.values)["lr"] for lane in parsed.race.lanes}

    rule, found_rates = rates(lane=["sgd", "momentum", "adam"])
    assert (rule, len(found_rates)) == ("same", 1)
    assert rates(lane=["sgd lr 0.1", "adam lr 0.1"]) == ("same", {0.1})
    assert rates(lane=["sgd lr 0.1", "adam lr 0.2"]) == ("own", {0.1, 0.2})


def test_a_page_of_cases_has_no_rule_that_sets_its_runners() -> None:
    parsed = state.from_query({"rule": ["tuned"]}, averaging.PAGE)
    assert parsed.race == averaging.PAGE.cases[0].race
    assert parsed.view.rule == "own"


START = ParsedRace(replace(opening("beale"), steps=40, lanes=opening("beale").lanes[:2]))


def start_session(parsed: ParsedRace, rule: str) -> ParsedRace:
    """Start a session of the Race page under a rule."""
    st.session_state.clear()
    st.query_params.clear()
    now()
    state.replace_race(parsed)
    state.choose_rule(rule)
    return now()


def now() -> ParsedRace:
    """The race of the next script run."""
    parsed = state.current(race.PAGE)
    assert links.to_query(parsed) == state.session().links["race"]
    return parsed


def send_commit(parsed: ParsedRace, **more: Any) -> bool:
    """Commit a race as the stage does; return whether the session answers with a new revision."""
    sync = state.session().sync
    before, commit = sync.revision, sync.acknowledged + 1
    data = {
        "race": race_to_dict(parsed.race),
        "view": view_to_dict(parsed.view),
        "revision": before,
        "commit": commit,
    }
    state.apply_commit({"session": sync.token, **data, **more})
    now()
    assert sync.acknowledged == commit
    return sync.revision > before


def moved(parsed: ParsedRace, **changes: Any) -> ParsedRace:
    return replace(parsed, race=replace(parsed.race, **changes))


def test_after_a_change_the_runners_are_tuned_again_for_the_stage() -> None:
    tuned = start_session(START, "tuned")
    assert tuned.race.lanes == tuned_lanes(tuned.race)
    further = moved(tuned, start=(-1.0, 1.5))
    assert send_commit(further)
    assert now().race.lanes == tuned_lanes(further.race) != tuned.race.lanes
    assert now().view.rule == "tuned"
    assert not send_commit(now())


def test_an_added_runner_is_tuned_too() -> None:
    tuned = start_session(START, "tuned")
    more = moved(tuned, lanes=(*tuned.race.lanes, Lane("adam", tuple(optimizers.get("adam").values.items()))))
    assert send_commit(more)
    assert now().race.lanes == tuned_lanes(more.race)
    assert now().race.lanes[:2] == tuned.race.lanes


@pytest.mark.parametrize("rule", RULES)
def test_an_edited_number_ends_the_rules_that_set_every_number(rule: str) -> None:
    parsed = start_session(START, rule)
    lanes = (replace(parsed.race.lanes[0], values=(("lr", 0.0321),)), *parsed.race.lanes[1:])
    edited = moved(parsed, lanes=lanes)
    expected = replace(edited, view=replace(edited.view, rule="own"))
    assert not send_commit(expected, edited=True)
    assert (now().race.lanes, now().view.rule) == (lanes, "own")


def test_the_one_rate_for_all_is_edited_for_all_or_ends() -> None:
    parsed = start_session(START, "same")
    alike = tuple(
        replace(one, values=tuple((k, 0.0321 if k == "lr" else v) for k, v in one.values)) for one in parsed.race.lanes
    )
    assert not send_commit(moved(parsed, lanes=alike))
    assert (now().race.lanes, now().view.rule) == (alike, "same")
    apart = (parsed.race.lanes[0], *alike[1:])
    assert send_commit(moved(now(), lanes=apart))
    assert (now().race.lanes, now().view.rule) == (apart, "own")


@pytest.mark.parametrize("rule", ["default", "tuned"])
def test_the_stage_cannot_choose_a_rule(rule: str) -> None:
    parsed = start_session(START, rule)
    send_commit(replace(parsed, view=replace(parsed.view, rule="same")))
    assert now() == parsed
    for foreign in (1, "yes", None, [True]):
        send_commit(parsed, edited=foreign)
        assert now().view.rule == rule


def test_before_the_first_race_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of pages is drawn while the kernels are still being compiled."""

    def fail(*_: object) -> None:
        raise AssertionError("it needs kernels")

    monkeypatch.setattr("pages.protocol.opening.with_suitable_rate", fail)
    opening.cache_clear()
    st.session_state.clear()
    assert state.last_query("race") == {}
    state.apply_rule("race")


def test_a_commit_that_crosses_a_choice_keeps_both() -> None:
    parsed = start_session(START, "own")
    before = state.session().sync.revision
    state.change("steps", 33)
    now()
    assert send_commit(moved(parsed, start=(1.0, 2.0)), revision=before)
    assert (now().race.steps, now().race.start) == (33, (1.0, 2.0))


def test_a_commit_about_a_replaced_race_is_ignored() -> None:
    parsed = start_session(START, "own")
    before = state.session().sync.revision
    state.choose_optimizer(0, 2, "adam")
    chosen = now()
    assert not send_commit(moved(parsed, start=(1.0, 2.0)), revision=before)
    assert now() == chosen


def test_a_commit_holds_though_its_page_is_left_at_once() -> None:
    parsed = start_session(START, "own")
    sync = state.session().sync
    data = {"race": race_to_dict(moved(parsed, start=(1.0, 2.0)).race), "view": view_to_dict(parsed.view)}
    state.apply_commit({"session": sync.token, **data, "revision": sync.revision, "commit": 1})
    st.query_params.clear()
    assert state.current(averaging.PAGE).race == averaging.PAGE.cases[0].race
    st.query_params.from_dict(state.last_query("race"))
    assert now().race.start == (1.0, 2.0)


@pytest.mark.parametrize(("place", "name"), [(state, "tuned_lanes"), (QueryParamsProxy, "from_dict")])
def test_a_script_that_is_stopped_loses_nothing(place: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit stops a script for a newer request whenever it calls Streamlit or waits."""

    def stopped(*_: object) -> None:
        raise RerunException(RerunData())

    def stopping() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(place, name, stopped)
            with pytest.raises(RerunException):
                state.current(race.PAGE)

    start_session(START, "tuned")
    state.change("steps", 33)
    stopping()
    assert (now().race.steps, now().race.lanes) == (33, tuned_lanes(now().race))
    started = moved(now(), start=(-1.0, 1.5)).race
    data = {
        "race": race_to_dict(started),
        "view": view_to_dict(now().view),
        "revision": state.session().sync.revision,
        "commit": 1,
    }
    state.apply_commit({"session": state.session().sync.token, **data})
    stopping()
    assert (now().race.start, now().race.lanes) == (started.start, tuned_lanes(started))


def test_the_rule_holds_on_another_landscape() -> None:
    for rule in RULES:
        start_session(START, rule)
        state.choose_landscape("quadratic")
        parsed = now()
        assert (parsed.race.landscape, parsed.view.rule) == ("quadratic", rule)
        if rule == "tuned":
            assert parsed.race.lanes == tuned_lanes(parsed.race)
        if rule == "default":
            assert values(parsed.race) == defaults(parsed.race)


def test_clock_and_lattice_stay_with_another_landscape() -> None:
    view = View(clock="all", price=7.0, side=5, at=10_000)
    start_session(replace(START, view=view), "own")
    state.choose_landscape("quadratic")
    assert now().view == replace(view, at=None)


def test_a_number_of_the_view_is_changed_by_its_name() -> None:
    start_session(START, "own")
    for name, value in (("side", 9), ("seeds", 3), ("clock", "gradients"), ("price", 4.5)):
        state.change(name, value)
        assert getattr(now().view, name) == value
    assert now().race == START.race
    state.change("side", 65)
    assert now().view.side == 64
    assert len(now().problems) == 1


def test_a_tuned_race_without_runners() -> None:
    surface, _ = landscapes.surfaces()["beale"]
    assert start_session(ParsedRace(Race("beale", (), surface.start, (), 10, ZERO_NOISE)), "tuned").race.lanes == ()
