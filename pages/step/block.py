"""The dissection of one step of a run: its parts with their captions, and its effect on the loss.

"dissect": {"lane": 0, "step": 3} adds it to the header; null if there is no such step.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscapes import Landscape
from optimizers import Part, Search, dissect
from pages.protocol.kinds import number
from pages.server.blocks import Answer, Block
from pages.words import Translator

SAMPLES = 81  # points of the loss along a line search
REACH = 2.0  # length of that line, in multiples of the step


def add_step(answer: Answer, query: Any) -> None:
    """Add the dissection of a step."""
    if isinstance(query, Mapping):
        answer.header["dissect"] = _dissect(answer, query)


def _dissect(answer: Answer, query: Mapping[Any, Any]) -> dict[str, Any] | None:
    """The dissection of a step of a runner, of its last step if it has fewer; None if it has no steps."""
    runs, index, _ = answer.runs, number(query.get("lane")), answer.translate
    lane = int(index) if index is not None and 0 <= index < len(runs) else 0
    if lane >= len(runs) or not runs[lane].stopped_at:
        return None
    step_number, run = number(query.get("step")), runs[lane]
    k = int(min(max(step_number or 0, 0), run.stopped_at - 1))
    landscape, optimizer = answer.landscape, answer.race.lanes[lane].build_optimizer()
    try:
        step = dissect(landscape, optimizer, run, k)
    except ValueError:  # far out the arrows are not finite and do not add up
        return None
    captions = optimizer.method.captions
    return {
        "lane": lane,
        "step": k,
        "optimizer": optimizer.name,
        "at": _finite([*map(float, run.path[k])]),
        "parts": [_part(landscape, part, captions[part.term], _) for part in step.parts],
        "slope": _finite(step.slope),
        "curvature": _finite(step.curvature),
        "predicted": _finite(step.predicted),
        "real": _finite(step.real),
        "curvatureWins": step.curvature_wins,
    }


def _part(landscape: Landscape, part: Part, caption: str, _: Translator) -> dict[str, Any]:
    shape = {"kind": type(part.shape).__name__.lower(), **part.shape._asdict()}
    if isinstance(part.shape, Search):
        shape |= _loss_along(landscape, part.shape)
    numbers = {name: format_number(value) for name, value in part.numbers.items()}
    return {"term": part.term, "adds": part.adds, "caption": _(caption).format(**numbers), "shape": _finite(shape)}


def _loss_along(landscape: Landscape, search: Search) -> dict[str, Any]:
    """The loss above the infimum along a line search, from its origin to `REACH` times the step."""
    most = REACH * search.taken if search.taken > 0 else REACH
    along = np.linspace(0.0, most, SAMPLES)
    x, y = (search.origin[i] + along * search.direction[i] for i in (0, 1))
    with np.errstate(all="ignore"):
        return {"most": most, "losses": (landscape.value(x, y) - landscape.infimum).tolist()}


def _finite(value: Any) -> Any:
    """Plain data with None in place of numbers that JSON cannot represent."""
    if isinstance(value, Mapping):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def format_number(value: Any) -> str:
    """A number for a sentence, or one for each coordinate.

    >>> format_number(0.000123456), format_number((1.0, -2.5))
    ('0.000123', '(1, −2.5)')
    """
    if isinstance(value, tuple):
        return f"({', '.join(map(format_number, value))})"
    return f"{value:.3g}".replace("-", "−")


STEP = Block("dissect", add_step, quick=100)  # the anatomy repeats all previous steps in Python
