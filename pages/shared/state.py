"""The one state of a page: a race, how it is looked at, and the link that says the same.

The link is the state. What the stage or a widget changes is written to the link; a link that was changed from outside
(opened, gone back to, edited) is read.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

import landscapes
import optimizers
from optimizers import Lane, Race, tuned_lanes
from pages.shared import links
from pages.shared.about import Case, Page
from pages.shared.opening import CALM, opening, suited
from pages.shared.reading import DEFAULT_LANDSCAPE, Reading, read, shown
from pages.shared.turns import aside
from pages.words import Message, message

KEY = "reading"
LINK = "link"
LINKS = "links"  # of all pages, as they were left
PAGE = "page"
REVISION = "revision"
SESSION = "session"

ANOTHER = {"landscape", "lane", "steps"}  # a link that names one of these is not looked at as its case is

SEARCHED = ("default", "tuned")  # rules that set every number of a runner


def current(page: Page) -> Reading:
    """The race that this page is to show now."""
    asked = {name: st.query_params.get_all(name) for name in st.query_params if name != "lang"}
    if _is_of_another(asked, page):
        asked = listed(left(page.name))
    if st.session_state.get(PAGE) != page.name or asked != st.session_state.get(LINK):
        st.session_state[PAGE] = page.name
        adopt(from_query(asked, page))
    return st.session_state[KEY]


def _is_of_another(asked: dict[str, list[str]], page: Page) -> bool:
    """Whether a query is the one that another page was left with.

    Between two pages the browser's history has an entry of the old page's path with the new page's query: Streamlit's
    client makes it. Who goes back comes by, and is to see the page as it was left. Only the race page is ever opened
    with the race of another, and then without its case.
    """
    others = (query for name, query in st.session_state.get(LINKS, {}).items() if name != page.name)
    return bool(page.cases or "case" in asked) and any(asked == listed(query) for query in others)


def listed(query: Mapping[str, str | list[str]]) -> dict[str, list[str]]:
    """A query with a list of values for every name."""
    return {name: value if isinstance(value, list) else [value] for name, value in query.items()}


def from_query(asked: dict[str, list[str]], page: Page) -> Reading:
    """The race of a link. What it leaves out is as in its case, or as in the race that opens its landscape."""
    problems, case = _case(links.plain(asked).get("case", ""), page)
    if case and not asked.keys() & ANOTHER:
        asked = listed(links.query(case.reading)) | asked
    plain = links.plain(asked)
    if case and problems:
        plain["case"] = case.name
    landscape = plain.get("landscape", "")
    known = landscape in landscapes.names()
    if case:
        elsewhere = known and landscape != case.race.landscape
        usual = Reading(moved(case.race, landscape)) if elsewhere else case.reading
    else:
        usual = Reading(opening(landscape if known else DEFAULT_LANDSCAPE))
    reading = read(plain, usual)
    problems += reading.problems
    if page.cases and not reading.race.lanes:
        problems += (message("This page needs a runner. Its usual ones are shown."),)
        reading = replace(reading, race=replace(reading.race, lanes=usual.race.lanes))
    written = any(lane["values"] for lane in plain.get("lanes", ()))
    return _honest(replace(reading, problems=problems), page, written)


def _honest(reading: Reading, page: Page, written: bool) -> Reading:
    """Under the rule that the reading names. Runners whose numbers were written down otherwise stay, "as set"."""
    ruled = _ruled(reading)
    if (page.cases and reading.view.rule in SEARCHED) or (written and ruled != reading):
        return _as_set(reading)
    return ruled


def _as_set(reading: Reading) -> Reading:
    return replace(reading, view=reading.view._replace(rule="own"))


def _case(name: str, page: Page) -> tuple[tuple[Message, ...], Case | None]:
    """The case of a link; the page's first if it names none."""
    first = page.cases[0] if page.cases else None
    if not name or first is None:
        return (), first
    if case := page.case(name):
        return (), case
    choices = ", ".join(case.name for case in page.cases)
    problem = message("There is no case “{name}”. The cases are: {choices}.", name=shown(name), choices=choices)
    return (problem,), first


def adopt(reading: Reading) -> None:
    """Makes this the race that is shown; the stage follows."""
    st.session_state[KEY] = reading
    st.session_state.setdefault(SESSION, secrets.token_hex(8))  # a stage may outlive the server it began with
    st.session_state[REVISION] = st.session_state.get(REVISION, 0) + 1
    write_link(reading)


def left(page: str) -> Mapping[str, str | list[str]]:
    """The query of a page as it was left in this session; empty if it was not yet opened."""
    return st.session_state.get(LINKS, {}).get(page, {})


def follow(told: Mapping[str, Any]) -> None:
    """Takes over what the stage has committed. A browser may send anything, so nothing is taken for granted.

    The stage does not choose landscape, steps, seed and rule. A commit that did not yet know of a change of these
    leaves them as they are now, and one about another landscape is let go. Only where a knob of a runner was turned it
    is no more as the rule had it, nor where they no longer share a learning rate; and whatever else has changed, the
    runners are tuned anew.
    """
    race, view, revision = told.get("race"), told.get("view"), told.get("revision")
    now: Reading = st.session_state[KEY]
    if told.get("session") != st.session_state[SESSION] or not isinstance(revision, int):
        revision = 0
    knew = revision > st.session_state[REVISION]
    # One more than the stage has, and it follows what is decided here.
    st.session_state[REVISION] = revision if knew else max(revision, st.session_state[REVISION]) + 1
    if isinstance(race, Mapping) and isinstance(view, Mapping) and race.get("landscape") == now.race.landscape:
        turned = told.get("turned") is True and now.view.rule in SEARCHED
        ours = {"steps": now.race.steps, "seed": now.race.seed, "rule": "own" if turned else now.view.rule}
        asked = read({**race, **view, **ours}, now)
        ruled = _ruled(asked)
        if asked.view.rule == "same" and ruled != asked:
            ruled = _as_set(asked)
        st.session_state[KEY] = ruled
        if ruled.race != asked.race or ruled.view.rule != view.get("rule"):
            st.session_state[REVISION] += 1  # news for the stage
    write_link(st.session_state[KEY])


def write_link(reading: Reading) -> None:
    """Writes the race into the browser's address."""
    query = links.query(reading)
    st.session_state.setdefault(LINKS, {})[st.session_state[PAGE]] = query
    st.session_state[LINK] = listed(query)
    language = st.query_params.get("lang")
    st.query_params.from_dict(query if language is None else {**query, "lang": language})


def for_the_race(reading: Reading) -> Reading:
    """The same race as the Race page looks at it."""
    return Reading(reading.race, reading.view._replace(case="", seeds=1, axes="", measure="loss", part=None))


def change(name: str, value: Any) -> None:
    """Changes a number of the race, as it was typed."""
    now: Reading = st.session_state[KEY]
    adopt(_ruled(read({**now.view._asdict(), "at": None, name: value}, now)))


def moved(race: Race, name: str) -> Race:
    """The same race on another landscape, from that landscape's start and with learning rates for it."""
    fresh = opening(name)
    lanes = tuple(suited(name, fresh.values, lane, race.steps) for lane in race.lanes)
    made_of_data = landscapes.surfaces()[name][0].example is not None
    noise = race.noise if made_of_data or (race.noise and race.noise.kind != "minibatch") else CALM
    return Race(name, lanes, fresh.start, fresh.values, race.steps, noise, race.seed)


def choose_landscape(name: str) -> None:
    """Opens a landscape with the same runners, steps, noise and seed; learning rates are set for it."""
    view = st.session_state[KEY].view
    kept = view._replace(at=None, window=None, case="", part=None)
    adopt(_ruled(Reading(moved(st.session_state[KEY].race, name), kept)))


def choose_case(page: Page, name: str) -> None:
    """Opens a case of a page."""
    if case := page.case(name):
        adopt(case.reading)


def choose_optimizer(i: int, count: int, name: str) -> None:
    """Sets the i-th of so many runners, with a learning rate for this landscape."""
    race, view = st.session_state[KEY].race, st.session_state[KEY].view
    lane = suited(race.landscape, race.values, Lane(name), race.steps)
    lanes = (*race.lanes[:i], lane, *race.lanes[i + 1 : count])
    adopt(_ruled(Reading(replace(race, lanes=lanes), view._replace(chosen=min(i, len(lanes) - 1), part=None))))


def choose_rule(rule: str) -> None:
    """Sets the rule of the race; the runners follow it."""
    reading = st.session_state[KEY]
    adopt(_ruled(Reading(reading.race, reading.view._replace(rule=rule))))


def _ruled(reading: Reading) -> Reading:
    """The runners as the rule has them."""
    race, rule = reading.race, reading.view.rule
    lanes = race.lanes
    if rule == "default":
        lanes = tuple(replace(lane, values=tuple(optimizers.get(lane.optimizer).values.items())) for lane in lanes)
    elif rule == "tuned":
        with aside():
            lanes = tuned_lanes(race)
    elif rule == "same":
        lanes = shared(lanes)
    return replace(reading, race=replace(race, lanes=lanes))


def shared(lanes: tuple[Lane, ...]) -> tuple[Lane, ...]:
    """The lanes with one learning rate for all first-order runners: the smallest of theirs, so that none is thrown."""
    rates = [dict(lane.values)["lr"] for lane in lanes if _first_order(lane)]
    if not rates:
        return lanes
    return tuple(
        replace(lane, values=tuple((k, min(rates) if k == "lr" else v) for k, v in lane.values))
        if _first_order(lane)
        else lane
        for lane in lanes
    )


def _first_order(lane: Lane) -> bool:
    return lane.made().family != "second_order" and "lr" in dict(lane.values)
