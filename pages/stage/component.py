"""The stage: map, runners, loss curve, scoreboard, playhead and live knobs, one component in the browser.

It requests missing data from the race socket, and commits a race to Python when the pointer is released.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.server.development import DEVELOPMENT, RELOAD
from pages.server.files import has_panel, version

# Kept small, because it is sent with every rerun. Everything else is a served file, preloaded with the page.
_MOUNT = """
const ready = import(new URL("/slalom/%s/stage/mount.js", location.origin).href)
export default function (component) {
  const place = { isGone: false, close: () => {} }
  ready.then(({ mount }) => { if (!place.isGone) place.close = mount(component) })
  return () => { place.isGone = true; place.close() }
}
"""

_component = st.components.v2.component(
    "slalom_stage",
    html='<div class="slalom"></div>',
    js=_MOUNT % version() + (RELOAD if DEVELOPMENT else ""),
    isolate_styles=False,
)


def stage(data: Mapping[str, Any], on_commit: Callable[[], None], key: str = "stage") -> None:
    """Mount the stage. After a commit, `st.session_state[key].commit` contains the race and the view that it shows."""
    everything = {**data, "panel": has_panel(data["page"])}
    _component(key=key, data=everything, on_commit_change=on_commit, height="content")
