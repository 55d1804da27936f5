"""One step of a run taken apart: its parts with their captions, and what it does to the loss.

"dissect": {"lane": 0, "step": 3} has the header say it; null where there is no such step.
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

SAMPLES = 81  # of the loss along a line search
REACH = 2.0  # of it, in multiples of the step that was taken


def add_step(answer: Answer, given: Any) -> None:
    """Says how a step is taken apart."""
    if isinstance(given, Mapping):
        answer.header["dissect"] = _dissect(answer, given)


def _dissect(answer: Answer, given: Mapping[Any, Any]) -> dict[str, Any] | None:
    """The step of the chosen runner, or the last one before; None where there is none to be had."""
    runs, chosen, _ = answer.runs, number(given.get("lane")), answer.translate
    lane = int(chosen) if chosen is not None and 0 <= chosen < len(runs) else 0
    if lane >= len(runs) or not runs[lane].stopped_at:
        return None
    step_number, run = number(given.get("step")), runs[lane]
    k = int(min(max(step_number or 0, 0), run.stopped_at - 1))
    landscape, optimizer = answer.landscape, answer.race.lanes[lane].build_optimizer()
    try:
        step = dissect(landscape, optimizer, run, k)
    except ValueError:  # beyond all bounds its arrows are not finite, and do not add up
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
        shape |= _along(landscape, part.shape)
    numbers = {name: written(value) for name, value in part.numbers.items()}
    return {"term": part.term, "adds": part.adds, "caption": _(caption).format(**numbers), "shape": _finite(shape)}


def _along(landscape: Landscape, search: Search) -> dict[str, Any]:
    """The loss above the infimum along a line search, from the point to twice as far as was gone."""
    most = REACH * search.taken if search.taken > 0 else REACH
    along = np.linspace(0.0, most, SAMPLES)
    x, y = (search.origin[i] + along * search.direction[i] for i in (0, 1))
    with np.errstate(all="ignore"):
        return {"most": most, "losses": (landscape.value(x, y) - landscape.infimum).tolist()}


def _finite(value: Any) -> Any:
    """Plain data without the numbers that JSON cannot say."""
    if isinstance(value, Mapping):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def written(value: Any) -> str:
    """A number for a sentence, or one for each coordinate.

    >>> written(0.000123456), written((1.0, -2.5))
    ('0.000123', '(1, −2.5)')
    """
    if isinstance(value, tuple):
        return f"({', '.join(map(written, value))})"
    return f"{value:.3g}".replace("-", "−")


STEP = Block("dissect", add_step, quick=100)  # what came before the step is found again in Python
