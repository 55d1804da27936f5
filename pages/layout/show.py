"""The layout of every page: the sidebar's choices, the stage, and the result in words."""

import re
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

import landscapes
import optimizers
from optimizers import Race, kernels, run
from pages.layout.picture import picture
from pages.protocol import links, summary
from pages.protocol.cases import Page
from pages.protocol.opening import default_race
from pages.protocol.parsing import DEFAULT_LANDSCAPE, ParsedRace, race_to_dict, view_to_dict
from pages.protocol.rules import rule_help, rule_titles
from pages.session import state
from pages.session.script_lock import released
from pages.stage.component import stage
from pages.words import LANGUAGES, Translator, preferred_language, translator

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


MOST_NOTICES = 8


def show(page: Page) -> None:
    """Draw a page around the stage."""
    parsed, language, _ = begin(page)
    stage(_data(page, parsed, language), on_commit=_commit, key=f"stage {page.name}")
    with st.sidebar:
        sidebar(page, parsed, language, _)
    for paragraph in page.words:
        st.markdown(paragraph.translate(_))
    _result_in_words(page, parsed.race, _)


def begin(page: Page) -> tuple[ParsedRace, str, Translator]:
    """Start a page: return its race, the language, and the translator for that language."""
    language = page_language()
    _ = translator(language)
    st.html(CHROME)
    _wait_for_kernels(default_race(DEFAULT_LANDSCAPE), _)
    parsed = state.current(page)
    _wait_for_kernels(parsed.race, _)
    _notices(parsed, _)
    return parsed, language, _


def page_language() -> str:
    """The language of the page: that of the link, else that of the browser."""
    language = st.query_params.get("lang")
    return language if language in LANGUAGES else preferred_language(st.context.locale)


def _wait_for_kernels(race: Race, _: Translator) -> None:
    """Show the progress of compilation until the kernels of a race are ready; only the first time it takes long."""
    if kernels.progress(race) == 1:
        return
    kernels.warm(race)
    bar = st.empty()
    with released():
        while (share := kernels.progress(race)) < 1:
            bar.progress(share, _("Compiling the optimizers for this machine. This happens once."))
            time.sleep(0.1)
    bar.empty()


def _notices(parsed: ParsedRace, _: Translator) -> None:
    sentences = [problem.translate(_) for problem in parsed.problems[:MOST_NOTICES]]
    if len(parsed.problems) > MOST_NOTICES:
        sentences.append(_("And {count} more.").format(count=len(parsed.problems) - MOST_NOTICES))
    if sentences:
        st.warning("  \n".join(map(_escape_markdown, sentences)), icon=":material/info:")


def _escape_markdown(text: str) -> str:
    """Escape Markdown in text that may come from a link, which anyone may have written."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _data(page: Page, parsed: ParsedRace, language: str) -> dict[str, Any]:
    """The data that the stage needs from Python: the race and the view, but no results."""
    _ = translator(language)
    case = page.case(parsed.view.case)
    session = state.session()
    return {
        **session.sync.stamp(),
        "language": language,
        "page": page.name,
        "subject": page.subject,
        "title": page.title.translate(_) if page.cases else None,
        "why": case.why.translate(_) if case else None,
        "race": race_to_dict(parsed.race),
        "view": view_to_dict(parsed.view),
    }


def _commit() -> None:
    """Apply a commit of the stage. If its page is being left, Streamlit may have dropped it already."""
    component_state = st.session_state.get(f"stage {state.session().page}")
    if component_state is not None and isinstance(component_state.commit, Mapping):
        state.apply_commit(component_state.commit)


def sidebar(page: Page, parsed: ParsedRace, language: str, _: Translator) -> None:
    """Draw the choices of the sidebar."""
    race, view = parsed.race, parsed.view
    if page.cases:
        _cases(page, view.case, _)
    surface, challenge = landscapes.surfaces()[race.landscape]
    st.caption(f"{_('Landscape')} · {_(landscapes.challenges()[challenge])}")
    if not page.cases:
        st.image(picture(race.landscape, is_dark()), width="stretch", alt="")  # the button below has its name
    if st.button(_(surface.title), icon=":material/landscape:", width="stretch", help=_("Choose another landscape")):
        _picker(_)
    if not page.cases:
        _rule(view.rule, _)
    for i in range(page.runners):
        _runner(i, page.runners, parsed, _)
    left, right = st.columns(2)
    _count(left, _("Steps"), "steps", race.steps)
    _count(right, _("Seed"), "seed", race.seed)
    _links_to_pages(page, {**links.to_query(state.for_race_page(parsed)), "lang": language}, _)
    st.session_state["language"] = language
    st.selectbox(
        "Language · 語言 · 语言",
        LANGUAGES,
        format_func=LANGUAGES.__getitem__,
        key="language",
        on_change=lambda: st.query_params.update(lang=st.session_state["language"]),
    )


def _links_to_pages(page: Page, query: dict[str, str | list[str]], _: Translator) -> None:
    """Draw the links to the same race on other pages."""
    if page.name != "race":
        st.page_link("race/page.py", label=_("Open in the race"), icon=":material/sports_score:", query_params=query)
    elif st.button(_("From many starts"), icon=":material/emoji_events:", width="stretch", type="tertiary"):
        st.switch_page("tournament/page.py", query_params=query)


def _cases(page: Page, chosen: str, _: Translator) -> None:
    titles = {case.name: case.title.translate(_) for case in page.cases}
    st.session_state["case"] = chosen if chosen in titles else None
    st.radio(
        _("Case"),
        titles,
        format_func=titles.__getitem__,
        key="case",
        on_change=lambda: state.choose_case(page, st.session_state["case"]),
    )


def _runner(i: int, count: int, parsed: ParsedRace, _: Translator) -> None:
    methods, lanes = optimizers.methods(), parsed.race.lanes
    key = f"optimizer {i}"
    st.session_state[key] = lanes[i].optimizer if i < len(lanes) else None
    st.selectbox(
        f"{_('Runner')} {i + 1}" if count > 1 else _("Runner"),
        [name for family in optimizers.families() for name in methods if methods[name][1] == family],
        format_func=lambda name: _(methods[name][0].title),
        key=key,
        on_change=lambda: state.choose_optimizer(i, count, st.session_state[key]),
    )


def _rule(rule: str, _: Translator) -> None:
    rules = rule_titles(_)
    st.session_state["rule"] = rule
    st.selectbox(
        _("Rule of the race"),
        rules,
        format_func=rules.__getitem__,
        key="rule",
        on_change=lambda: state.choose_rule(st.session_state["rule"]),
        help=rule_help(_),
    )


def _count(place: Any, label: str, name: str, value: int) -> None:
    st.session_state[name] = value
    place.number_input(label, step=1, key=name, on_change=lambda: state.change(name, st.session_state[name]))


def is_dark() -> bool:
    """Whether the dark theme is active."""
    return st.context.theme.type == "dark"


def _picker(_: Translator) -> None:
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


def _card(name: str, _: Translator) -> None:
    surface, _challenge = landscapes.surfaces()[name]
    st.image(picture(name, is_dark()), width="stretch", alt="")
    if st.button(_(surface.title), key=f"choose {name}", width="stretch"):
        _wait_for_kernels(default_race(name), _)
        state.choose_landscape(name)
        st.rerun()
    st.markdown(f"${surface.formula}$")
    st.caption(_(surface.watch))


def _result_in_words(page: Page, race: Race, _: Translator) -> None:
    """Draw the result in sentences."""
    with released():
        runs = run(race)
    lines = [summary.line(name, one, _) for name, one in zip(summary.names(race, _, page.subject), runs, strict=True)]
    st.markdown(
        "\n".join([f"#### {_('The result in words')}", summary.setting(race, _), "", *(f"- {x}" for x in lines)])
    )
    surface, _challenge = landscapes.surfaces()[race.landscape]
    st.caption(f"{_('Source')}: {surface.reference}")
