"""The stage: map, runners, loss curve, scoreboard, playhead and live knobs, one component in the browser.

It asks the race socket for what it does not have, and commits a race to Python when the finger is lifted.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.stage.server import WEB, version

# Small on purpose: it is sent with every rerun. Everything else is a served file, fetched side by side.
_MOUNT = """
const at = (file) => new URL("/slalom/%s/" + file, location.origin).href
for (const name of "%s".split(" ")) {
  document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: at(name) }))
}
const ready = import(at("stage.js"))
export default function (component) {
  const left = { gone: false, end: () => {} }
  ready.then(({ stage }) => { if (!left.gone) left.end = stage(component) })
  return () => { left.gone = true; left.end() }
}
"""

_component = st.components.v2.component(
    "slalom_stage",
    html='<div class="slalom"></div>',
    js=_MOUNT % (version(), " ".join(sorted(file.name for file in WEB.glob("*.js")))),
    isolate_styles=False,
)


def stage(data: Mapping[str, Any], on_commit: Callable[[], None], key: str = "stage") -> None:
    """Mounts the stage. When it commits, `st.session_state[key].commit` is what it shows now."""
    _component(key=key, data=dict(data), on_commit_change=on_commit, height="content")
