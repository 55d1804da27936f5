"""The answer of the race socket: a pure function from a request to bytes.

A message is JSON; every field is optional, and may be invalid:

    {"id": 7, "language": "zh-TW", "race": {...}, "rows": 500,
     "subject": "clip",                                        the option in which the runners differ: it names them
     "origin": [x, y],                                         the paths are relative to this point
     "surface": {"window": [x0, x1, y0, y1], "columns": 160, "rows": 140}}

It may also name blocks of pages, each with its own query: see `pages.server.blocks`. A message with "instead": true
cancels a slow one that is still being answered, which then has no answer.

An answer has a header and named arrays. For every lane i there is "path i", rows of (x - x₀, y - y₀, f - infimum, ‖g‖),
and the same rows of its average, "average i", if it has one; "surface" has rows of f - infimum.
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
from pages.protocol import summary
from pages.protocol.fields import MOST_SEED, OPTIONS
from pages.server.blocks import Answer, Cancelled, blocks, finite, lattice, point, whole
from pages.server.request import Request
from pages.words import DEFAULT, LANGUAGES, translator

MOST_ROWS = 20_001
FINEST = 320  # maximum of columns or rows of a surface


@np.errstate(all="ignore")  # diverging runs overflow
def respond(request: Request, cancelled: Cancelled | None = None) -> bytes:
    """The answer to a request.

    Raises:
        concurrent.futures.CancelledError: It was `cancelled` during a sweep.
    """
    query, parsed = request.query, request.parsed
    answer = Answer(
        query=query,
        race=parsed.race,
        landscape=parsed.race.build_landscape(),
        runs=run(parsed.race),
        origin=point(query.get("origin")),
        rows=whole(query.get("rows"), MOST_ROWS, MOST_ROWS),
        translate=translator(query["language"] if query.get("language") in list(LANGUAGES) else DEFAULT),
        cancelled=cancelled,
    )
    landscape = answer.landscape
    answer.header = {
        "id": _to_id(query.get("id")),
        "problems": [problem.translate(answer.translate) for problem in parsed.problems],
        "origin": answer.origin,
        "infimum": landscape.infimum,
        "attained": landscape.minimum_value is not None,
        "minima": _finite_points(landscape.minima),
        "saddles": _finite_points(landscape.saddles),
        "lanes": _add_lanes(answer),
    }
    _add_surface(answer, query.get("surface"))
    for name, block in blocks().items():
        if name in query:
            block.answer(answer, query[name])
    return answer.to_bytes()


def _add_lanes(answer: Answer) -> list[dict[str, Any]]:
    """Add the rows of all runners; return their entries in the header."""
    subject = answer.query.get("subject")
    arguments = answer.race, answer.translate, subject if subject in list(OPTIONS) else ""
    names = zip(summary.names(*arguments), summary.names_without(*arguments), strict=True)
    return [{"name": name, "nameWithout": without, **_add_lane(answer, i)} for i, (name, without) in enumerate(names)]


def _add_lane(answer: Answer, i: int) -> dict[str, Any]:
    """Add the rows of a runner and of its average; return its entry in the header."""
    one, lane, infimum = answer.runs[i], answer.race.lanes[i], answer.landscape.infimum
    rows, every = pack_rows(one.record, answer.origin, infimum, answer.rows)
    answer.add(f"path {i}", rows)
    if one.average is not None and one.average_loss is not None:
        average = _record_of_average(one.average, one.average_loss)
        answer.add(f"average {i}", pack_rows(average, answer.origin, infimum, answer.rows)[0])
    return {
        **_describe_run(answer.landscape, lane, one, len(rows), every),
        "phrase": summary.phrase(one, answer.translate),
        "rates": _rates(answer.race, i),
    }


def _record_of_average(average: NDArray[np.float64], loss: NDArray[np.float64]) -> NDArray[np.float64]:
    """The average in the form of a record, with zeros for its gradient."""
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
    """The learning rate below which theory predicts stability, and the range in which it predicts the fastest rate."""
    theory = rates(race, lane)
    return None if theory is None else [finite(rate) for rate in (theory.edge, *(theory.fastest or ()))]


def _evaluations(lane: Lane, one: Trajectory, rows: int, every: int) -> list[int | list[int]]:
    """The numbers of values, gradients and Hessians per step; if they vary, their increments from row to row.

    A single number holds for every step; a list has one number fewer than there are rows.
    """
    method, _ = optimizers.methods()[lane.optimizer]
    if not method.counts:
        return list(method.evaluations)
    counts = np.diff(one.evaluations[np.minimum(np.arange(rows) * every, one.stopped_at)], axis=0)
    return [more.tolist() if more.any() else 0 for more in counts.T]


def _to_id(query: Any) -> int | None:
    """The id of the message, if it is an integer that a browser can represent."""
    return query if isinstance(query, int) and abs(query) <= MOST_SEED else None


def _finite_points(points: Points) -> Points:
    """The finite points: with extreme parameters some are at infinity."""
    return tuple(one for one in points if math.isfinite(one[0]) and math.isfinite(one[1]))


def _add_surface(answer: Answer, query: Any) -> None:
    """Add the surface above its infimum on a grid over a window, row by row from y0 up."""
    if not isinstance(query, Mapping):
        return
    columns, rows = (whole(query.get(side), FINEST, FINEST, 2) for side in ("columns", "rows"))
    x, y = lattice(answer.landscape, query.get("window"), columns, rows)
    answer.add("surface", answer.landscape.value(x, y[:, None]) - answer.landscape.infimum)
    window = [float(side) for side in (x[0], x[-1], y[0], y[-1])]
    answer.header["surface"] = {"window": window, "rows": rows, "columns": columns}
