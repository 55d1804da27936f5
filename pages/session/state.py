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
from pages.protocol.cases import Case, Page
from pages.protocol.kinds import shorten
from pages.protocol.opening import CALM, default_race, opening, suited
from pages.protocol.parsing import DEFAULT_LANDSCAPE, ParsedRace, parse_race, view_to_dict
from pages.session.script_lock import released
from pages.session.sync import Sync
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
        parsed: the race, before its rule is applied.
        written: whether the runners are as the rule has them, and the link says so.
        link: the query that was last written.
        links: those of all pages, as they were left.
        sync: what the stage and this session know of each other.
    """

    page: str = ""
    parsed: ParsedRace = field(default_factory=lambda: ParsedRace(default_race(DEFAULT_LANDSCAPE)))
    written: bool = True
    link: Query = field(default_factory=dict)
    links: dict[str, Query] = field(default_factory=dict)
    sync: Sync = field(default_factory=Sync)

    def set_race(self, parsed: ParsedRace) -> None:
        """Makes this the race that is shown; the stage follows."""
        self.parsed, self.written = parsed, False
        self.sync.change()


def session() -> State:
    """What is known of this session."""
    if KEY not in st.session_state:
        st.session_state[KEY] = State()
    state: State = st.session_state[KEY]
    return state


def current(page: Page) -> ParsedRace:
    """The race that this page is to show now, under its rule; from here on the link says so."""
    state = session()
    query = {name: st.query_params.get_all(name) for name in st.query_params if name != "lang"}
    if _is_of_another(query, page):
        query = to_lists(last_query(page.name))
    if state.page != page.name or (state.written and query != state.link):
        parsed = from_query(query, page)
        if not state.written:
            state.links[state.page] = links.to_query(state.parsed)
        state.page = page.name
        replace_race(parsed)
    apply_rule(page.name)
    return state.parsed


def apply_rule(page: str) -> None:
    """Brings the runners under their rule, and writes the link, if this page's race has changed."""
    state = session()
    if state.page != page or state.written:
        return
    ruled = _ruled(state.parsed)
    if ruled != state.parsed:
        state.set_race(ruled)
    _write_link(state)


def _is_of_another(query: dict[str, list[str]], page: Page) -> bool:
    """Whether a query is the one that another page was left with.

    Between two pages the browser's history has an entry of the old page's path with the new page's query: Streamlit's
    client makes it. Who goes back comes by, and is to see the page as it was left. Only the race page is ever opened
    with the race of another, and then without its case.
    """
    others = (link for name, link in session().links.items() if name != page.name)
    return bool(page.cases or "case" in query) and any(query == to_lists(link) for link in others)


def to_lists(query: Query) -> dict[str, list[str]]:
    """A query with a list of values for every name."""
    return {name: value if isinstance(value, list) else [value] for name, value in query.items()}


def from_query(query: dict[str, list[str]], page: Page) -> ParsedRace:
    """The race of a link. What it leaves out is as in its case, or as in the race that opens its landscape."""
    problems, case = _case(links.query_to_dict(query).get("case", ""), page)
    if case and not query.keys() & ANOTHER:
        query = to_lists(links.to_query(case.parsed)) | query
    given = links.query_to_dict(query)
    if case and problems:
        given["case"] = case.name
    landscape = given.get("landscape", "")
    is_one = landscape in landscapes.names()
    if case:
        elsewhere = is_one and landscape != case.race.landscape
        usual = ParsedRace(move_to(case.race, landscape)) if elsewhere else case.parsed
    else:
        usual = ParsedRace(opening(landscape if is_one else DEFAULT_LANDSCAPE))
    parsed = parse_race(given, usual)
    problems += parsed.problems
    if page.cases and not parsed.race.lanes:
        problems += (message("This page needs a runner. Its usual ones are shown."),)
        parsed = replace(parsed, race=replace(parsed.race, lanes=usual.race.lanes))
    written = any(lane["values"] for lane in given.get("lanes", ()))
    return _honest(replace(parsed, problems=problems), page, written)


def _honest(parsed: ParsedRace, page: Page, written: bool) -> ParsedRace:
    """Under the rule that the reading names. Runners whose numbers were written down otherwise stay, "as set"."""
    ruled = _ruled(parsed)
    if (page.cases and parsed.view.rule in SEARCHED) or (written and ruled != parsed):
        return _as_set(parsed)
    return ruled


def _as_set(parsed: ParsedRace) -> ParsedRace:
    return replace(parsed, view=replace(parsed.view, rule="own"))


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


def replace_race(parsed: ParsedRace) -> None:
    """Shows another race."""
    state = session()
    state.set_race(parsed)
    state.sync.replace()


def last_query(page: str) -> Query:
    """The query of a page as it was left in this session; empty if it was not yet opened."""
    return session().links.get(page, {})


def apply_commit(sent: Mapping[str, Any]) -> None:
    """Takes over what the stage has committed. A browser may send anything, so nothing is taken for granted.

    The stage does not choose landscape, steps, seed and rule. A commit that did not yet know of a change of these
    leaves them as they are now. Only where a number of a runner was edited it is no more as the rule had it, nor where
    they no longer share a learning rate; and whatever else has changed, the runners are tuned anew.
    """
    state = session()
    now = state.parsed
    commit = state.sync.receive(sent)
    if commit is None or commit.race.get("landscape") != now.race.landscape:
        return
    edited = commit.edited and now.view.rule in SEARCHED
    ours = {"steps": now.race.steps, "seed": now.race.seed, "rule": "own" if edited else now.view.rule}
    parsed = parse_race({**commit.race, **commit.view, **ours}, now)
    if parsed.view.rule == "same" and share_rate(parsed.race.lanes) != parsed.race.lanes:
        parsed = _as_set(parsed)
    state.parsed, state.written = parsed, False
    state.sync.apply(commit, as_sent=parsed.view.rule == commit.view.get("rule"))


def _write_link(state: State) -> None:
    """Writes the race into the browser's address."""
    query = links.to_query(state.parsed)
    language = st.query_params.get("lang")
    st.query_params.from_dict(query if language is None else {**query, "lang": language})
    state.links[state.page] = query
    state.link, state.written = to_lists(query), True


def for_the_race(parsed: ParsedRace) -> ParsedRace:
    """The same race as the Race page looks at it."""
    return ParsedRace(parsed.race, replace(parsed.view, case="", seeds=1, axes="", measure="loss", part=None))


def change(name: str, value: Any) -> None:
    """Changes a number of the race, as it was typed."""
    state = session()
    state.set_race(parse_race({**view_to_dict(state.parsed.view), "at": None, name: value}, state.parsed))


def move_to(race: Race, name: str) -> Race:
    """The same race on another landscape, from that landscape's start and with learning rates for it."""
    fresh = opening(name)
    lanes = tuple(suited(name, fresh.values, lane, race.steps) for lane in race.lanes)
    made_of_data = landscapes.surfaces()[name][0].example is not None
    noise = race.noise if made_of_data or (race.noise and race.noise.kind != "minibatch") else CALM
    return Race(name, lanes, fresh.start, fresh.values, race.steps, noise, race.seed)


def choose_landscape(name: str) -> None:
    """Opens a landscape with the same runners, steps, noise and seed; learning rates are set for it."""
    now = session().parsed
    replace_race(ParsedRace(move_to(now.race, name), replace(now.view, at=None, window=None, case="", part=None)))


def choose_case(page: Page, name: str) -> None:
    """Opens a case of a page."""
    if case := page.case(name):
        replace_race(case.parsed)


def choose_optimizer(i: int, count: int, name: str) -> None:
    """Sets the i-th of so many runners, with a learning rate for this landscape."""
    now = session().parsed
    race, view = now.race, now.view
    lane = suited(race.landscape, race.values, Lane(name), race.steps)
    lanes = (*race.lanes[:i], lane, *race.lanes[i + 1 : count])
    replace_race(ParsedRace(replace(race, lanes=lanes), replace(view, chosen=min(i, len(lanes) - 1), part=None)))


def choose_rule(rule: str) -> None:
    """Sets the rule of the race; the runners follow it."""
    state = session()
    state.set_race(ParsedRace(state.parsed.race, replace(state.parsed.view, rule=rule)))


def _ruled(parsed: ParsedRace) -> ParsedRace:
    """The runners as the rule has them."""
    race, rule = parsed.race, parsed.view.rule
    lanes = race.lanes
    if rule == "default":
        lanes = tuple(replace(lane, values=tuple(optimizers.get(lane.optimizer).values.items())) for lane in lanes)
    elif rule == "tuned":
        with released():
            lanes = tuned_lanes(race)
    elif rule == "same":
        lanes = share_rate(lanes)
    return replace(parsed, race=replace(race, lanes=lanes))


def share_rate(lanes: tuple[Lane, ...]) -> tuple[Lane, ...]:
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
