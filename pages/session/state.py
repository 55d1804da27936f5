"""The state of a page: a race, its view, and the link with the same content.

The link is the state. Changes by the stage or a widget are written to the link; a link changed from outside (opened,
reached with the back button, edited) is read.

Streamlit may stop a script, or a callback, at any call of Streamlit, and does not run it again. So a callback only
records the change; the following script run applies it, and if that is stopped, the next one does.
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
from pages.protocol.opening import ZERO_NOISE, default_race, opening, with_suitable_rate
from pages.protocol.parsing import DEFAULT_LANDSCAPE, ParsedRace, parse_race, view_to_dict
from pages.session.script_lock import released
from pages.session.sync import Sync
from pages.words import Message, message

KEY = "state"
RACE_KEYS = {"landscape", "lane", "steps"}  # a link with one of these keys does not use the view of its case
COMPLETE_RULES = ("default", "tuned")  # rules that set every number of a runner

Query = Mapping[str, str | list[str]]


@dataclass
class State:
    """The state of a session.

    Attributes:
        page: Name of the page whose race it is.
        parsed: The race, before its rule is applied.
        written: Whether the rule has been applied and the link written.
        link: Query of the last written link.
        links: Last query of every page.
        sync: State of the commit protocol.
    """

    page: str = ""
    parsed: ParsedRace = field(default_factory=lambda: ParsedRace(default_race(DEFAULT_LANDSCAPE)))
    link_written: bool = True
    link: Query = field(default_factory=dict)
    links: dict[str, Query] = field(default_factory=dict)
    sync: Sync = field(default_factory=Sync)

    def set_race(self, parsed: ParsedRace) -> None:
        """Set the race that is shown; the stage follows."""
        self.parsed, self.link_written = parsed, False
        self.sync.change()


def session() -> State:
    """The state of this session."""
    if KEY not in st.session_state:
        st.session_state[KEY] = State()
    state: State = st.session_state[KEY]
    return state


def current(page: Page) -> ParsedRace:
    """The race that this page shows now, with its rule applied; the link is written if needed."""
    state = session()
    query = {name: st.query_params.get_all(name) for name in st.query_params if name != "lang"}
    if _belongs_to_another_page(query, page):
        query = to_lists(last_query(page.name))
    if state.page != page.name or (state.link_written and query != state.link):
        parsed = from_query(query, page)
        if not state.link_written:
            state.links[state.page] = links.to_query(state.parsed)
        state.page = page.name
        replace_race(parsed)
    apply_rule(page.name)
    return state.parsed


def apply_rule(page: str) -> None:
    """Apply the rule of this page's race and write the link, if the race has changed."""
    state = session()
    if state.page != page or state.link_written:
        return
    parsed = _with_rule_applied(state.parsed)
    if parsed != state.parsed:
        state.set_race(parsed)
    _write_link(state)


def _belongs_to_another_page(query: dict[str, list[str]], page: Page) -> bool:
    """Whether a query is the last one of another page.

    When pages are switched, Streamlit's client adds a history entry with the old page's path and the new page's query.
    The back button passes it, and must show the old page as it was. Only the race page is ever opened with the race of
    another page, and then without its case.
    """
    others = (link for name, link in session().links.items() if name != page.name)
    return bool(page.cases or "case" in query) and any(query == to_lists(link) for link in others)


def to_lists(query: Query) -> dict[str, list[str]]:
    """A query with a list of values for every name."""
    return {name: value if isinstance(value, list) else [value] for name, value in query.items()}


def from_query(query: dict[str, list[str]], page: Page) -> ParsedRace:
    """The race of a link. Missing fields are taken from its case, or from the opening race of its landscape."""
    problems, case = _case(links.query_to_dict(query).get("case", ""), page)
    if case and not query.keys() & RACE_KEYS:
        query = to_lists(links.to_query(case.parsed)) | query
    data = links.query_to_dict(query)
    if case and problems:
        data["case"] = case.name
    landscape = data.get("landscape", "")
    exists = landscape in landscapes.names()
    if case:
        is_moved = exists and landscape != case.race.landscape
        fallback = ParsedRace(move_to(case.race, landscape)) if is_moved else case.parsed
    else:
        fallback = ParsedRace(opening(landscape if exists else DEFAULT_LANDSCAPE))
    parsed = parse_race(data, fallback)
    problems += parsed.problems
    if page.cases and not parsed.race.lanes:
        problems += (message("This page needs a runner. Its usual ones are shown."),)
        parsed = replace(parsed, race=replace(parsed.race, lanes=fallback.race.lanes))
    has_values = any(lane["values"] for lane in data.get("lanes", ()))
    return _with_consistent_rule(replace(parsed, problems=problems), page, has_values)


def _with_consistent_rule(parsed: ParsedRace, page: Page, has_values: bool) -> ParsedRace:
    """Apply the rule of the race. If the link contradicts it, keep the numbers of the link with the rule "as set"."""
    result = _with_rule_applied(parsed)
    if (page.cases and parsed.view.rule in COMPLETE_RULES) or (has_values and result != parsed):
        return _with_own_rule(parsed)
    return result


def _with_own_rule(parsed: ParsedRace) -> ParsedRace:
    return replace(parsed, view=replace(parsed.view, rule="own"))


def _case(name: str, page: Page) -> tuple[tuple[Message, ...], Case | None]:
    """The case of a link, by default the first of the page, and the problems found."""
    first = page.cases[0] if page.cases else None
    if not name or first is None:
        return (), first
    if case := page.case(name):
        return (), case
    choices = ", ".join(case.name for case in page.cases)
    problem = message("There is no case “{name}”. The cases are: {choices}.", name=shorten(name), choices=choices)
    return (problem,), first


def replace_race(parsed: ParsedRace) -> None:
    """Show another race."""
    state = session()
    state.set_race(parsed)
    state.sync.replace()


def last_query(page: str) -> Query:
    """The last query of a page in this session; empty if the page has not been opened."""
    return session().links.get(page, {})


def apply_commit(data: Mapping[str, Any]) -> None:
    """Apply a commit of the stage. The data come from a browser, so nothing in them is trusted.

    The stage does not set landscape, steps, seed and rule: a commit made before a change of these keeps the new values.
    The rule becomes "as set" only if a number that it sets was edited, or the runners no longer share a learning rate;
    after any other change the rule is applied again.
    """
    state = session()
    now = state.parsed
    commit = state.sync.receive(data)
    if commit is None or commit.race.get("landscape") != now.race.landscape:
        return
    edited = commit.edited and now.view.rule in COMPLETE_RULES
    session_fields = {"steps": now.race.steps, "seed": now.race.seed, "rule": "own" if edited else now.view.rule}
    parsed = parse_race({**commit.race, **commit.view, **session_fields}, now)
    if parsed.view.rule == "same" and share_rate(parsed.race.lanes) != parsed.race.lanes:
        parsed = _with_own_rule(parsed)
    state.parsed, state.link_written = parsed, False
    state.sync.apply(commit, as_sent=parsed.view.rule == commit.view.get("rule"))


def _write_link(state: State) -> None:
    """Write the race to the browser's address."""
    query = links.to_query(state.parsed)
    language = st.query_params.get("lang")
    st.query_params.from_dict(query if language is None else {**query, "lang": language})
    state.links[state.page] = query
    state.link, state.link_written = to_lists(query), True


def for_race_page(parsed: ParsedRace) -> ParsedRace:
    """The same race with the view of the Race page."""
    return ParsedRace(parsed.race, replace(parsed.view, case="", seeds=1, axes="", measure="loss", part=None))


def change(name: str, value: Any) -> None:
    """Set a field of the race to a typed value."""
    state = session()
    state.set_race(parse_race({**view_to_dict(state.parsed.view), "at": None, name: value}, state.parsed))


def move_to(race: Race, name: str) -> Race:
    """The same race on another landscape, from the start of that landscape and with suitable learning rates."""
    target = opening(name)
    lanes = tuple(with_suitable_rate(name, target.values, lane, race.steps) for lane in race.lanes)
    has_examples = landscapes.surfaces()[name][0].example is not None
    noise = race.noise if has_examples or (race.noise and race.noise.kind != "minibatch") else ZERO_NOISE
    return Race(name, lanes, target.start, target.values, race.steps, noise, race.seed)


def choose_landscape(name: str) -> None:
    """Open a landscape with the same runners, steps, noise and seed, and suitable learning rates."""
    now = session().parsed
    replace_race(ParsedRace(move_to(now.race, name), replace(now.view, at=None, window=None, case="", part=None)))


def choose_case(page: Page, name: str) -> None:
    """Open a case of a page."""
    if case := page.case(name):
        replace_race(case.parsed)


def choose_optimizer(i: int, count: int, name: str) -> None:
    """Set runner i of `count`, with a suitable learning rate for this landscape."""
    now = session().parsed
    race, view = now.race, now.view
    lane = with_suitable_rate(race.landscape, race.values, Lane(name), race.steps)
    lanes = (*race.lanes[:i], lane, *race.lanes[i + 1 : count])
    replace_race(ParsedRace(replace(race, lanes=lanes), replace(view, chosen=min(i, len(lanes) - 1), part=None)))


def choose_rule(rule: str) -> None:
    """Set the rule of the race."""
    state = session()
    state.set_race(ParsedRace(state.parsed.race, replace(state.parsed.view, rule=rule)))


def _with_rule_applied(parsed: ParsedRace) -> ParsedRace:
    """The race with its rule applied to the runners."""
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
    """The lanes with one learning rate for all first-order runners: their smallest one, so that none diverges."""
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
