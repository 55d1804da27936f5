"""The layout of the Tournament page."""

import time
from dataclasses import replace

import streamlit as st

from landscapes import surfaces
from optimizers import Race, Tournament, tournament
from optimizers.studies.tournament import MOST_RUNS, MOST_STEPS
from pages.layout.show import begin, is_dark, sidebar
from pages.protocol import summary
from pages.protocol.fields import CLOCKS, MOST_SEEDS, MOST_SIDE, PRICE, VIEW, label
from pages.protocol.parsing import ParsedRace
from pages.protocol.rules import rule_titles
from pages.server import palette
from pages.session import state
from pages.session.script_lock import released
from pages.tournament import PAGE
from pages.tournament.standings import clock_unit, costs, figure, standings, table
from pages.words import Translator

RESULT = "tournament"  # key of this session's last result, stored with its arguments
PATIENCE = 0.4  # seconds before the progress bar appears
STYLE = """<style>
.slalom-table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.slalom-table :is(th, td) { padding: 0.3rem 0.6rem; text-align: right; border-bottom: 1px solid
  color-mix(in srgb, currentColor 18%, transparent); }
.slalom-table th:first-child { text-align: left; white-space: nowrap; }
.slalom-table thead th { font-weight: 500; font-size: 0.9rem; vertical-align: bottom; opacity: 0.8;
  min-width: 4.5em; }
.slalom-table i { display: inline-block; width: 0.8rem; height: 0.8rem; border-radius: 50%; margin-right: 0.5rem; }
.slalom-wide { overflow-x: auto; }
</style>"""


def show() -> None:
    """Draw the page."""
    parsed, language, _ = begin(PAGE)
    with st.sidebar:
        sidebar(PAGE, parsed, language, _)
    st.header(f"{_('Tournament')} · {_(surfaces()[parsed.race.landscape][0].title)}", anchor=False)
    _controls(parsed, _)
    result = _get_result(parsed, _)
    if result is not None:
        _results(parsed, result, _)
    _words(parsed, _)


def _controls(parsed: ParsedRace, _: Translator) -> None:
    """Draw the controls of the lattice, the seeds and the clock."""
    view = parsed.view
    places = st.columns(4)
    _number(places[0], label(VIEW, "side").translate(_), "side", view.side, 1, MOST_SIDE)
    _number(places[1], label(VIEW, "seeds").translate(_), "seeds", view.seeds, 1, MOST_SEEDS)
    titles = {"steps": _("steps"), "gradients": _("gradient evaluations"), "all": _("all evaluations")}
    st.session_state["clock"] = view.clock
    places[2].selectbox(
        label(VIEW, "price").translate(_),
        CLOCKS,
        format_func=titles.__getitem__,
        key="clock",
        on_change=lambda: state.change("clock", st.session_state["clock"]),
    )
    if view.clock == "all":
        st.session_state["price"] = view.price
        places[3].number_input(
            _(PRICE.meaning),
            min_value=PRICE.at_least,
            max_value=PRICE.at_most,
            key="price",
            on_change=lambda: state.change("price", st.session_state["price"]),
        )


def _number(place: st.delta_generator.DeltaGenerator, label: str, name: str, value: int, least: int, most: int) -> None:
    st.session_state[name] = value
    place.number_input(
        label, least, most, step=1, key=name, on_change=lambda: state.change(name, st.session_state[name])
    )


def without_hidden(race: Race) -> Race:
    """The race without hidden runners."""
    return replace(race, lanes=tuple(lane for lane in race.lanes if lane.shown))


def _get_result(parsed: ParsedRace, _: Translator) -> Tournament | None:
    """The tournament, run unless it is this session's last result; None, with a notice, if it would take too long."""
    race, view = without_hidden(parsed.race), parsed.view
    runs = len(race.lanes) * view.side**2 * view.seeds
    if not race.lanes:
        st.info(_("No runner yet. Add one in the race."))
        return None
    if runs > MOST_RUNS or runs * race.steps > MOST_STEPS:
        sentence = _(
            "That would be {runs} runs of {steps} steps each. A tournament has at most {most} runs and {most_steps} "
            "steps in all: take fewer starts, seeds, steps or runners."
        )
        st.warning(sentence.format(runs=runs, steps=race.steps, most=MOST_RUNS, most_steps=MOST_STEPS))
        return None
    arguments = (race, view.side, view.seeds)
    if st.session_state.get(RESULT, (None,))[0] != arguments:
        st.session_state[RESULT] = (arguments, _run(*arguments, _))
    result: Tournament = st.session_state[RESULT][1]
    return result


def _run(race: Race, side: int, seeds: int, _: Translator) -> Tournament:
    place, start = st.empty(), time.monotonic()

    def progress(share: float) -> None:
        if time.monotonic() - start > PATIENCE:
            place.progress(share, _("The runners are on their way …"))

    with released():
        result = tournament(race, side, seeds, progress)
    place.empty()
    return result


def _results(parsed: ParsedRace, result: Tournament, _: Translator) -> None:
    race, view = parsed.race, parsed.view
    names = summary.names(race, _)
    lanes = [i for i, lane in enumerate(race.lanes) if lane.shown]
    colours = palette.RUNNERS["dark" if is_dark() else "light"]
    cost = costs(result, view)
    lane_names = [names[i] for i in lanes]
    count = len(result.starts) * view.seeds
    problems = _("Starts: {side} × {side}. Seeds: {seeds}. Problems: {count}.").format(
        side=view.side, seeds=view.seeds, count=count
    )
    rule = _("The runners: {rule}.").format(rule=rule_titles(_)[view.rule])
    tuned = _("They were tuned once, for the race's own start, and keep these numbers from every other start.")
    st.markdown(" ".join([problems, rule, *([tuned] if view.rule == "tuned" else [])]))
    rows = table(standings(result, cost), lane_names, [colours[i % len(colours)] for i in lanes], view, _)
    st.html(f'{STYLE}<div class="slalom-wide">{rows}</div>')
    st.subheader(_("Performance profile"), anchor=False)
    st.plotly_chart(figure(cost, lane_names, lanes, is_dark(), _), config={"displayModeBar": False}, key="profile")


def _words(parsed: ParsedRace, _: Translator) -> None:
    paragraphs = [
        _(
            "A problem is one start with one seed; the starts are the middles of a lattice of cells over the "
            "map. A runner has solved it at the first step that has covered 99.9 % of the way from the loss at "
            "the start down to the lowest loss of the landscape. Whoever pays least for that, in {unit}, wins "
            "the problem; ties count as wins. The medians are over all problems, and “–” says that less than "
            "half came so far."
        ).format(unit=clock_unit(parsed.view, _)),
        _(
            "How to read the curves: at τ = 1 stands the share of the problems that a runner wins, at τ = 2 the share "
            "that it solves at no more than twice the cost of the best, and at the right end the share that it solves "
            "at all. High on the left is fast, high on the right is reliable. A single race may go to a lucky start; a "
            "curve that lies higher everywhere does not."
        ),
        _(
            "A runner that is slow here may have been set badly: compare the rules. Far ahead of the rest on this map "
            "may be far behind on another: no method is the best for every landscape."
        ),
    ]
    st.markdown("\n\n".join(paragraphs))
    st.caption(
        f"{_('Source')}: Dolan, Moré (2002), Mathematical Programming 91, 201-213; "
        "Moré, Wild (2009), SIAM Journal on Optimization 20, 172-191"
    )
