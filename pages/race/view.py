"""The Race page: the sidebar's choices, the stage, and the result in words."""

import re
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

import landscapes
from optimizers import Lane, Option, Race, run
from pages import kernels
from pages.race import state, summary
from pages.race.opening import plain
from pages.race.picture import picture
from pages.race.reading import DEFAULT_LANDSCAPE, OPTIONS, Reading
from pages.stage import stage
from pages.words import LANGUAGES, Say, preferred, speaker

CHROME = """<style>
[data-testid="stMainBlockContainer"] { padding: 1rem 1rem 3rem; max-width: none; }
@media (min-width: 801px) { [data-testid="stHeader"] { height: 0; min-height: 0; background: none; } }
[data-testid="stSidebar"] { width: 236px !important; min-width: 0 !important; }
[data-testid="stSidebarHeader"] { height: 1rem; padding: 0.5rem 0.5rem 0; margin: 0; }
[data-testid="stSidebarContent"] { padding: 0; }
[data-testid="stSidebarUserContent"] { padding: 0 1rem 1rem; }
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: 0.65rem; }
[data-testid="stMain"]:focus-visible { outline: none; box-shadow: none; }
[data-testid="stAlert"] { max-height: 6.5rem; overflow-y: auto; }
[data-testid="stElementToolbar"] { display: none; }
.slalom-brand b { display: block; font-size: 1.5rem; line-height: 1.2; }
@media (max-width: 800px) { [data-testid="stMainBlockContainer"] { padding-top: 4.25rem; } }
</style>"""


MOST_TOLD = 8


def show() -> None:
    """Draws the page."""
    language = _language()
    _ = speaker(language)
    st.html(CHROME)
    _wait_for_kernels(plain(DEFAULT_LANDSCAPE), _)
    reading = state.current()
    _wait_for_kernels(reading.race, _)
    _notices(reading, _)
    stage(_data(reading, language), on_commit=_commit)
    with st.sidebar:
        _sidebar(reading, language, _)
    _words(reading.race, _)


def _language() -> str:
    asked = st.query_params.get("lang")
    return asked if asked in LANGUAGES else preferred(st.context.locale)


def _wait_for_kernels(race: Race, _: Say) -> None:
    """Shows how far compilation is, the first time ever; later it is done before the page is asked for."""
    if kernels.progress(race) == 1:
        return
    kernels.warm(race)
    bar = st.empty()
    while (share := kernels.progress(race)) < 1:
        bar.progress(share, _("Compiling the optimizers for this machine. This happens once."))
        time.sleep(0.1)
    bar.empty()


def _notices(reading: Reading, _: Say) -> None:
    told = [problem.said(_) for problem in reading.problems[:MOST_TOLD]]
    if len(reading.problems) > MOST_TOLD:
        told.append(_("And {count} more.").format(count=len(reading.problems) - MOST_TOLD))
    if told:
        st.warning("  \n".join(map(_literally, told)), icon=":material/info:")


def _literally(text: str) -> str:
    """Text as Markdown that shows it as it is: a link may bring words that anyone has written."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _data(reading: Reading, language: str) -> dict[str, Any]:
    """What the stage needs to know from Python: the race and the view, not what came of it."""
    race, view = reading.race, reading.view
    return {
        "session": st.session_state[state.SESSION],
        "revision": st.session_state[state.REVISION],
        "language": language,
        "race": {
            "landscape": race.landscape,
            "values": dict(race.values),
            "lanes": [_lane(lane) for lane in race.lanes],
            "start": race.start,
            "steps": race.steps,
            "noise": _option(race.noise),
            "seed": race.seed,
            "blur": race.blur,
        },
        "view": view._asdict(),
    }


def _lane(lane: Lane) -> dict[str, Any]:
    options = {name: _option(getattr(lane, name)) for name in OPTIONS}
    return {"optimizer": lane.optimizer, "values": dict(lane.values), "shown": lane.shown, **options}


def _option(option: Option | None) -> dict[str, Any] | None:
    return option and {"kind": option.kind, "values": dict(option.values)}


def _commit() -> None:
    """Takes over what the stage shows."""
    told = st.session_state["stage"].commit
    if isinstance(told, Mapping):
        state.follow(told)


def _sidebar(reading: Reading, language: str, _: Say) -> None:
    race, view = reading.race, reading.view
    surface, challenge = landscapes.surfaces()[race.landscape]
    st.html(f'<div class="slalom-brand"><b>Slalom</b>{_("race optimizers downhill")}</div>')
    st.caption(f"{_('Landscape')} · {_(landscapes.challenges()[challenge])}")
    st.image(picture(race.landscape, _dark()), width="stretch")
    if st.button(_(surface.title), icon=":material/landscape:", width="stretch", help=_("Choose another landscape")):
        _picker(_)
    rules = {"own": _("own learning rates"), "same": _("one learning rate for all")}
    st.session_state["rule"] = view.rule
    st.selectbox(
        _("Rule of the race"),
        rules,
        format_func=rules.__getitem__,
        key="rule",
        on_change=lambda: state.choose_rule(st.session_state["rule"]),
        help=_("The same rate holds for all first-order runners; a Newton step has its own scale."),
    )
    left, right = st.columns(2)
    _count(left, _("Steps"), "steps", race.steps)
    _count(right, _("Seed"), "seed", race.seed)
    st.session_state["language"] = language
    st.selectbox(
        "Language · 語言 · 语言",
        LANGUAGES,
        format_func=LANGUAGES.__getitem__,
        key="language",
        on_change=lambda: st.query_params.update(lang=st.session_state["language"]),
    )


def _count(place: Any, label: str, name: str, value: int) -> None:
    st.session_state[name] = value
    place.number_input(label, step=1, key=name, on_change=lambda: state.change(name, st.session_state[name]))


def _dark() -> bool:
    return st.context.theme.type == "dark"


def _picker(_: Say) -> None:
    @st.dialog(_("Choose a landscape"), width="large")
    def cards() -> None:
        for challenge, title in landscapes.challenges().items():
            st.subheader(_(title), anchor=False)
            columns = st.columns(3)
            inside = [name for name, (_surface, folder) in landscapes.surfaces().items() if folder == challenge]
            for i, name in enumerate(inside):
                with columns[i % 3]:
                    _card(name, _)

    cards()


def _card(name: str, _: Say) -> None:
    surface, _challenge = landscapes.surfaces()[name]
    st.image(picture(name, _dark()), width="stretch")
    if st.button(_(surface.title), key=f"choose {name}", width="stretch"):
        _wait_for_kernels(plain(name), _)
        state.choose_landscape(name)
        st.rerun()
    st.markdown(f"${surface.formula}$")
    st.caption(_(surface.watch))


def _words(race: Race, _: Say) -> None:
    """The result in sentences."""
    runs = run(race)
    lines = [summary.line(name, one, _) for name, one in zip(summary.names(race, _), runs, strict=True)]
    st.markdown(
        "\n".join([f"#### {_('The result in words')}", summary.setting(race, _), "", *(f"- {x}" for x in lines)])
    )
    surface, _challenge = landscapes.surfaces()[race.landscape]
    st.caption(f"{_('Source')}: {surface.reference}")
