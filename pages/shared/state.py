"""The one state of a page: a race, how it is looked at, and the link that says the same.

The link is the state. What the stage or a widget changes is written to the link; a link that was changed from outside
(opened, gone back to, edited) is read.

Streamlit may stop a script wherever it touches Streamlit, a callback too, and does not run it again. So a callback only
notes what was asked for; the script that follows does the rest, and where that is stopped, the next one does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

import landscapes
import optimizers
from optimizers import Lane, Race, tuned_lanes
from pages.protocol import links
from pages.protocol.kinds import shorten
from pages.protocol.opening import CALM, opening, plain, suited
from pages.protocol.parsing import DEFAULT_LANDSCAPE, ParsedRace, parse_race, view_to_dict
from pages.shared.about import Case, Page
from pages.shared.sync import Sync
from pages.shared.turns import released
from pages.words import Message, message

KEY = "state"
ANOTHER = {"landscape", "lane", "steps"}  # a link that names one of these is not looked at as its case is
SEARCHED = ("default", "tuned")  # rules that set every number of a runner

Query = Mapping[str, str | list[str]]


@dataclass
class State:
    """What is known of a session.

    Attributes:
        page: whose race it is.
        reading: the race, as it was asked for.
        written: whether the runners are as the rule has them, and the link says so.
        link: the query that was last written.
        links: those of all pages, as they were left.
        sync: what the stage and this session know of each other.
    """

    page: str = ""
    reading: ParsedRace = field(default_factory=lambda: ParsedRace(plain(DEFAULT_LANDSCAPE)))
    written: bool = True
    link: Query = field(default_factory=dict)
    links: dict[str, Query] = field(default_factory=dict)
    sync: Sync = field(default_factory=Sync)

    def set_race(self, reading: ParsedRace) -> None:
        """Makes this the race that is shown; the stage follows."""
        self.reading, self.written = reading, False
        self.sync.change()


def known() -> State:
    """What is known of this session."""
    if KEY not in st.session_state:
        st.session_state[KEY] = State()
    state: State = st.session_state[KEY]
    return state


def current(page: Page) -> ParsedRace:
    """The race that this page is to show now, under its rule; from here on the link says so."""
    state = known()
    asked = {name: st.query_params.get_all(name) for name in st.query_params if name != "lang"}
    if _is_of_another(asked, page):
        asked = listed(left(page.name))
    if state.page != page.name or (state.written and asked != state.link):
        reading = from_query(asked, page)
        if not state.written:
            state.links[state.page] = links.to_query(state.reading)
        state.page = page.name
        replace_race(reading)
    settle(page.name)
    return state.reading


def settle(page: str) -> None:
    """Brings the runners under their rule, and writes the link, if this page's race has changed."""
    state = known()
    if state.page != page or state.written:
        return
    ruled = _ruled(state.reading)
    if ruled != state.reading:
        state.set_race(ruled)
    _write_link(state)


def _is_of_another(asked: dict[str, list[str]], page: Page) -> bool:
    """Whether a query is the one that another page was left with.

    Between two pages the browser's history has an entry of the old page's path with the new page's query: Streamlit's
    client makes it. Who goes back comes by, and is to see the page as it was left. Only the race page is ever opened
    with the race of another, and then without its case.
    """
    others = (query for name, query in known().links.items() if name != page.name)
    return bool(page.cases or "case" in asked) and any(asked == listed(query) for query in others)


def listed(query: Query) -> dict[str, list[str]]:
    """A query with a list of values for every name."""
    return {name: value if isinstance(value, list) else [value] for name, value in query.items()}


def from_query(asked: dict[str, list[str]], page: Page) -> ParsedRace:
    """The race of a link. What it leaves out is as in its case, or as in the race that opens its landscape."""
    problems, case = _case(links.query_to_dict(asked).get("case", ""), page)
    if case and not asked.keys() & ANOTHER:
        asked = listed(links.to_query(case.reading)) | asked
    query = links.query_to_dict(asked)
    if case and problems:
        query["case"] = case.name
    landscape = query.get("landscape", "")
    is_one = landscape in landscapes.names()
    if case:
        elsewhere = is_one and landscape != case.race.landscape
        usual = ParsedRace(moved(case.race, landscape)) if elsewhere else case.reading
    else:
        usual = ParsedRace(opening(landscape if is_one else DEFAULT_LANDSCAPE))
    reading = parse_race(query, usual)
    problems += reading.problems
    if page.cases and not reading.race.lanes:
        problems += (message("This page needs a runner. Its usual ones are shown."),)
        reading = replace(reading, race=replace(reading.race, lanes=usual.race.lanes))
    written = any(lane["values"] for lane in query.get("lanes", ()))
    return _honest(replace(reading, problems=problems), page, written)


def _honest(reading: ParsedRace, page: Page, written: bool) -> ParsedRace:
    """Under the rule that the reading names. Runners whose numbers were written down otherwise stay, "as set"."""
    ruled = _ruled(reading)
    if (page.cases and reading.view.rule in SEARCHED) or (written and ruled != reading):
        return _as_set(reading)
    return ruled


def _as_set(reading: ParsedRace) -> ParsedRace:
    return replace(reading, view=replace(reading.view, rule="own"))


def _case(name: str, page: Page) -> tuple[tuple[Message, ...], Case | None]:
    """The case of a link; the page's first if it names none."""
    first = page.cases[0] if page.cases else None
    if not name or first is None:
        return (), first
    if case := page.case(name):
        return (), case
    choices = ", ".join(case.name for case in page.cases)
    problem = message("There is no case “{name}”. The cases are: {choices}.", name=shorten(name), choices=choices)
    return (problem,), first


def replace_race(reading: ParsedRace) -> None:
    """Shows another race."""
    state = known()
    state.set_race(reading)
    state.sync.replace()


def left(page: str) -> Query:
    """The query of a page as it was left in this session; empty if it was not yet opened."""
    return known().links.get(page, {})


def apply_commit(sent: Mapping[str, Any]) -> None:
    """Takes over what the stage has committed. A browser may send anything, so nothing is taken for granted.

    The stage does not choose landscape, steps, seed and rule. A commit that did not yet know of a change of these
    leaves them as they are now. Only where a number of a runner was edited it is no more as the rule had it, nor where
    they no longer share a learning rate; and whatever else has changed, the runners are tuned anew.
    """
    state = known()
    now = state.reading
    commit = state.sync.receive(sent)
    if commit is None or commit.race.get("landscape") != now.race.landscape:
        return
    edited = commit.edited and now.view.rule in SEARCHED
    ours = {"steps": now.race.steps, "seed": now.race.seed, "rule": "own" if edited else now.view.rule}
    reading = parse_race({**commit.race, **commit.view, **ours}, now)
    if reading.view.rule == "same" and shared(reading.race.lanes) != reading.race.lanes:
        reading = _as_set(reading)
    state.reading, state.written = reading, False
    state.sync.apply(commit, as_sent=reading.view.rule == commit.view.get("rule"))


def _write_link(state: State) -> None:
    """Writes the race into the browser's address."""
    query = links.to_query(state.reading)
    language = st.query_params.get("lang")
    st.query_params.from_dict(query if language is None else {**query, "lang": language})
    state.links[state.page] = query
    state.link, state.written = listed(query), True


def for_the_race(reading: ParsedRace) -> ParsedRace:
    """The same race as the Race page looks at it."""
    return ParsedRace(reading.race, replace(reading.view, case="", seeds=1, axes="", measure="loss", part=None))


def change(name: str, value: Any) -> None:
    """Changes a number of the race, as it was typed."""
    state = known()
    state.set_race(parse_race({**view_to_dict(state.reading.view), "at": None, name: value}, state.reading))


def moved(race: Race, name: str) -> Race:
    """The same race on another landscape, from that landscape's start and with learning rates for it."""
    fresh = opening(name)
    lanes = tuple(suited(name, fresh.values, lane, race.steps) for lane in race.lanes)
    made_of_data = landscapes.surfaces()[name][0].example is not None
    noise = race.noise if made_of_data or (race.noise and race.noise.kind != "minibatch") else CALM
    return Race(name, lanes, fresh.start, fresh.values, race.steps, noise, race.seed)


def choose_landscape(name: str) -> None:
    """Opens a landscape with the same runners, steps, noise and seed; learning rates are set for it."""
    now = known().reading
    replace_race(ParsedRace(moved(now.race, name), replace(now.view, at=None, window=None, case="", part=None)))


def choose_case(page: Page, name: str) -> None:
    """Opens a case of a page."""
    if case := page.case(name):
        replace_race(case.reading)


def choose_optimizer(i: int, count: int, name: str) -> None:
    """Sets the i-th of so many runners, with a learning rate for this landscape."""
    now = known().reading
    race, view = now.race, now.view
    lane = suited(race.landscape, race.values, Lane(name), race.steps)
    lanes = (*race.lanes[:i], lane, *race.lanes[i + 1 : count])
    replace_race(ParsedRace(replace(race, lanes=lanes), replace(view, chosen=min(i, len(lanes) - 1), part=None)))


def choose_rule(rule: str) -> None:
    """Sets the rule of the race; the runners follow it."""
    state = known()
    state.set_race(ParsedRace(state.reading.race, replace(state.reading.view, rule=rule)))


def _ruled(reading: ParsedRace) -> ParsedRace:
    """The runners as the rule has them."""
    race, rule = reading.race, reading.view.rule
    lanes = race.lanes
    if rule == "default":
        lanes = tuple(replace(lane, values=tuple(optimizers.get(lane.optimizer).values.items())) for lane in lanes)
    elif rule == "tuned":
        with released():
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
    return lane.build_optimizer().family != "second_order" and "lr" in dict(lane.values)
