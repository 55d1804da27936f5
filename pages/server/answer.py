"""What the race socket answers: a pure function from a request to bytes.

A message is JSON; everything in it is optional and anything may be wrong:

    {"id": 7, "language": "zh-TW", "race": {...}, "rows": 500,
     "origin": [x, y],                                         the paths come relative to this point
     "surface": {"window": [x0, x1, y0, y1], "columns": 160, "rows": 140}}

Beside these it may name the blocks of pages, each with what it asks for: see `pages.server.blocks`. A message with
"instead": true drops one that takes long and is still on its way: that one is never answered.

An answer has a header and arrays with names. For every lane i there is "path i", rows of (x - x₀, y - y₀,
f - infimum, ‖g‖), and as many of its average, "average i", if it has one; "surface" has rows of f - infimum.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import optimizers
from landscapes import Landscape, Points
from optimizers import Lane, Race, Trajectory, rates, run
from optimizers.engine.packing import pack_rows
from pages.protocol.fields import MOST_SEED
from pages.server.blocks import Answer, Cancelled, blocks, finite, lattice, point, whole
from pages.server.request import Request
from pages.words import DEFAULT, LANGUAGES, translator

MOST_ROWS = 20_001
FINEST = 320  # columns or rows of a surface


@np.errstate(all="ignore")  # runs go as far as they go
def respond(request: Request, cancelled: Cancelled | None = None) -> bytes:
    """The answer to a request.

    Raises:
        concurrent.futures.CancelledError: it was `cancelled`, and had very many runs to make.
    """
    given, parsed = request.given, request.parsed
    answer = Answer(
        given=given,
        race=parsed.race,
        landscape=parsed.race.build_landscape(),
        runs=run(parsed.race),
        origin=point(given.get("origin")),
        rows=whole(given.get("rows"), MOST_ROWS, MOST_ROWS),
        translate=translator(given["language"] if given.get("language") in list(LANGUAGES) else DEFAULT),
        cancelled=cancelled,
    )
    landscape = answer.landscape
    answer.header = {
        "id": _numbered(given.get("id")),
        "problems": [problem.translate(answer.translate) for problem in parsed.problems],
        "origin": answer.origin,
        "infimum": landscape.infimum,
        "attained": landscape.minimum_value is not None,
        "minima": _within_reach(landscape.minima),
        "saddles": _within_reach(landscape.saddles),
        "lanes": [_add_lane(answer, i) for i in range(len(answer.runs))],
    }
    _add_surface(answer, given.get("surface"))
    for name, block in blocks().items():
        if name in given:
            block.answer(answer, given[name])
    return answer.to_bytes()


def _add_lane(answer: Answer, i: int) -> dict[str, Any]:
    """The rows of a runner and of its average; what the header says of it."""
    one, lane, infimum = answer.runs[i], answer.race.lanes[i], answer.landscape.infimum
    rows, every = pack_rows(one.record, answer.origin, infimum, answer.rows)
    answer.add(f"path {i}", rows)
    if one.average is not None and one.average_loss is not None:
        average = _record_of_average(one.average, one.average_loss)
        answer.add(f"average {i}", pack_rows(average, answer.origin, infimum, answer.rows)[0])
    return _describe_run(answer.landscape, lane, one, len(rows), every) | {"rates": _rates(answer.race, i)}


def _record_of_average(average: NDArray[np.float64], loss: NDArray[np.float64]) -> NDArray[np.float64]:
    """The record of the average, which has no gradient of its own."""
    return np.column_stack([average, loss, np.zeros_like(average)])


def _describe_run(landscape: Landscape, lane: Lane, one: Trajectory, rows: int, every: int) -> dict[str, Any]:
    x, y = one.path[-1]
    return {
        "rows": rows,
        "every": every,
        "steps": one.stopped_at,
        "outcome": one.outcome,
        "reason": one.reason,
        "best": one.best,
        "minimum": None if one.minimum is None else landscape.minima[one.minimum],
        "last": [float(x), float(y)] if math.isfinite(x) and math.isfinite(y) else None,
        "final": {
            "loss": finite(float(one.loss[-1])),
            "slope": finite(math.hypot(*map(float, one.gradient[-1]))),
        },
        "evaluations": _evaluations(lane, one, rows, every),
    }


def _rates(race: Race, lane: int) -> list[float | None] | None:
    """The learning rate below which theory has a lane stable, and from which to which it contracts fastest."""
    theory = rates(race, lane)
    return None if theory is None else [finite(rate) for rate in (theory.edge, *(theory.fastest or ()))]


def _evaluations(lane: Lane, one: Trajectory, rows: int, every: int) -> list[int | list[int]]:
    """How many values, gradients and Hessians a step computes; where that varies, how many each row more than the last.

    So a number stands for every step, and a list has one number fewer than there are rows.
    """
    method, _ = optimizers.methods()[lane.optimizer]
    if not method.counts:
        return list(method.evaluations)
    counts = np.diff(one.evaluations[np.minimum(np.arange(rows) * every, one.stopped_at)], axis=0)
    return [more.tolist() if more.any() else 0 for more in counts.T]


def _numbered(given: Any) -> int | None:
    """The message's number, if a browser can count so far."""
    return given if isinstance(given, int) and abs(given) <= MOST_SEED else None


def _within_reach(points: Points) -> Points:
    """The points that can be drawn: extreme parameters put them at infinity."""
    return tuple(one for one in points if math.isfinite(one[0]) and math.isfinite(one[1]))


def _add_surface(answer: Answer, given: Any) -> None:
    """The surface above its infimum on a grid over a window, row by row from y0 up."""
    if not isinstance(given, Mapping):
        return
    columns, rows = (whole(given.get(side), FINEST, FINEST, 2) for side in ("columns", "rows"))
    x, y = lattice(answer.landscape, given.get("window"), columns, rows)
    answer.add("surface", answer.landscape.value(x, y[:, None]) - answer.landscape.infimum)
    window = [float(side) for side in (x[0], x[-1], y[0], y[-1])]
    answer.header["surface"] = {"window": window, "rows": rows, "columns": columns}
