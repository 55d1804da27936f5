"""What the race socket answers: a pure function from a message to bytes.

A message is JSON; everything in it is optional and anything may be wrong:

    {"id": 7, "language": "zh-TW", "race": {...}, "rows": 500,
     "origin": [x, y],                                         the paths come relative to this point
     "surface": {"window": [x0, x1, y0, y1], "columns": 160, "rows": 140}}

An answer is the length of a JSON header (uint32, little endian), the header, spaces up to a multiple of four, and
float32 numbers: for every lane its rows (x - x₀, y - y₀, f - infimum, ‖g‖), as many of its average if it has one, and
with "clipping": true as many of what clipping was given and what it made of it (rx, ry, cx, cy); then, if asked for,
the surface's rows of f - infimum. With "seeds": 256, "fan": 24, "points": 64 the runs of so many seeds come last: see
`pages.stage.fans`. Then come with "heat": {"lane": 0, "axes": "lr momentum", "columns": 40, "rows": 40} a heat map and
with "bands": {"points": 61} the bands of all runners, see `pages.stage.heat`; and as bytes with "basins": {"window":
[...], "columns": 512, "rows": 512, "from": 0, "to": 16} the basins, see `pages.stage.basins`; all of these with fewer
nodes than asked for where the runs are long. A message with "instead": true drops one of these that is still on its
way: that one is never answered. With "dissect": {"lane": 0, "step": 3} the header has the parts of that
step of that runner: see `pages.stage.anatomy`. The subtractions are done in float64, before they are rounded.
"""

import math
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

import optimizers
from landscapes import Landscape, Points
from optimizers import Lane, Race, Trajectory, rates, run
from optimizers.engine.packing import pack_rows
from pages.protocol.fields import MOST_SEED, MOST_SEEDS
from pages.protocol.kinds import NARROWEST, WIDEST, number
from pages.protocol.opening import STEPS
from pages.stage import heat
from pages.stage.anatomy import dissected
from pages.stage.basins import LANES, basins
from pages.stage.fans import fans
from pages.stage.request import Request
from pages.words import DEFAULT, LANGUAGES, translator

MOST_ROWS = 20_001
FINEST = 320  # columns or rows of a surface
FINEST_BASINS = 1024
FINEST_HEAT = 256
MOST_CELLS = 16_384  # of basins in one answer
MOST_RUN = 10_000_000  # steps of the runs of one heat map, of all bands, or of the basins in one answer: a second or so
PACE = 4e-7  # seconds for a step up to which that holds; where a step takes longer there are as many fewer
TIMED = 3  # times: the machine may be busy once
UNSURE = 3e-5  # seconds by which a measurement may be wrong

Floats = NDArray[np.float32]
Cancelled = Callable[[], bool]


@np.errstate(all="ignore")  # runs go as far as they go
def answer(request: Request, cancelled: Cancelled | None = None) -> bytes:
    """The answer to a request.

    Raises:
        concurrent.futures.CancelledError: it was `cancelled`, and had very many runs to make.
    """
    given, parsed = request.given, request.parsed
    race, landscape = parsed.race, parsed.race.build_landscape()
    _ = translator(given["language"] if given.get("language") in list(LANGUAGES) else DEFAULT)
    origin = _point(given.get("origin"))
    most = _whole(given.get("rows"), MOST_ROWS, MOST_ROWS)
    parts: list[bytes] = []
    lanes: list[dict[str, Any]] = []
    runs = run(race)
    for lane, one in zip(race.lanes, runs, strict=True):
        rows, every = pack_rows(one.record, origin, landscape.infimum, most)
        parts.append(rows.tobytes())
        if one.average is not None and one.average_loss is not None:
            average = _averaged(one.average, one.average_loss)
            parts.append(pack_rows(average, origin, landscape.infimum, most)[0].tobytes())
        described = _describe_run(landscape, lane, one, len(rows), every) | {"rates": _rates(race, len(lanes))}
        if given.get("clipping") is True:
            vectors, described["clipping"] = _clipping(one, len(rows), every)
            parts.append(vectors.tobytes())
        lanes.append(described)
    surface = _surface(landscape, given.get("surface"))
    header: dict[str, Any] = {
        "id": _numbered(given.get("id")),
        "problems": [problem.translate(_) for problem in parsed.problems],
        "origin": origin,
        "infimum": landscape.infimum,
        "attained": landscape.minimum_value is not None,
        "minima": _within_reach(landscape.minima),
        "saddles": _within_reach(landscape.saddles),
        "lanes": lanes,
    }
    if surface is not None:
        grid, window = surface
        header["surface"] = {"window": window, "rows": grid.shape[0], "columns": grid.shape[1]}
        parts.append(grid.tobytes())
    if "seeds" in given:
        count, fan = _whole(given["seeds"], 1, MOST_SEEDS), _whole(given.get("fan"), 24, 128, 0)
        header["seeds"], numbers, problems = fans(race, count, fan, _whole(given.get("points"), 128, 256, 2), origin)
        header["problems"] += [problem.translate(_) for problem in problems]
        parts += numbers
    if isinstance(given.get("heat"), Mapping) and race.lanes:
        header["heat"], cells = _heat(race, given["heat"], cancelled)
        parts.append(cells)
    if isinstance(given.get("bands"), Mapping):
        header["bands"], curves = _bands(race, given["bands"], cancelled)
        parts += curves
    if isinstance(given.get("basins"), Mapping):
        header["basins"], ends = _basins(landscape, race, given["basins"], cancelled)
        parts += ends
    if isinstance(given.get("dissect"), Mapping):
        header["dissection"] = dissected(parsed, runs, given["dissect"], _)
    text = orjson.dumps(header)
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + b"".join(parts)


def _averaged(average: NDArray[np.float64], loss: NDArray[np.float64]) -> NDArray[np.float64]:
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
            "loss": _finite(float(one.loss[-1])),
            "slope": _finite(math.hypot(*map(float, one.gradient[-1]))),
        },
        "average": one.average is not None,
        "evaluations": _evaluations(lane, one, rows, every),
    }


def _rates(race: Race, lane: int) -> list[float | None] | None:
    """The learning rate below which theory has a lane stable, and from which to which it contracts fastest."""
    theory = rates(race, lane)
    return None if theory is None else [_finite(rate) for rate in (theory.edge, *(theory.fastest or ()))]


def _clipping(one: Trajectory, rows: int, every: int) -> tuple[Floats, dict[str, Any]]:
    """What clipping was given at every row that is sent, and what it made of it; and which steps it touched.

    Where the run ended there was no step: its last row is that of the last step.
    """
    raw = one.unclipped if one.stopped_at else one.gradient
    used = one.clip.of(raw) if one.clip else raw
    kept = np.minimum(np.arange(rows) * every, len(raw) - 1)
    vectors = np.column_stack([raw[kept], used[kept]]).astype(np.float32)
    # How many of the first k steps it touched, for every row that is sent.
    touched = np.concatenate([[0], np.cumsum(one.clipped)])
    counts = touched[np.minimum(np.arange(rows) * every, one.stopped_at)]
    return np.ascontiguousarray(vectors), {"counts": counts.tolist()}


def _heat(race: Race, asked: Mapping[Any, Any], cancelled: Cancelled | None) -> tuple[dict[str, Any], bytes]:
    """The heat map of the asked lane."""
    lane = _whole(asked.get("lane"), 0, len(race.lanes) - 1, 0)
    named = asked.get("axes")
    names = heat.chosen(race, named if isinstance(named, str) else "", lane)
    columns, rows = (_whole(asked.get(side), FINEST_HEAT, FINEST_HEAT, 2) for side in ("columns", "rows"))
    grounds = heat.MOST_GROUNDS if heat.of_the_landscape(race, names) else MOST_RUN
    described, cells = heat.heat(race, lane, names, *_coarser(columns, rows, min(grounds, _room(race, 1))), cancelled)
    return described, _floats(cells)


def _bands(
    race: Race, asked: Mapping[Any, Any], cancelled: Cancelled | None
) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The bands of all lanes."""
    points = min(_whole(asked.get("points"), 61, 241, 2), _room(race, len(race.lanes) * heat.seeds(race)))
    bands, curves = heat.bands(race, max(points, 2), cancelled)
    return bands, [_floats(curve) for curve in curves]


def _basins(
    landscape: Landscape, race: Race, given: Mapping[Any, Any], cancelled: Cancelled | None
) -> tuple[dict[str, Any], list[bytes]]:
    """The basins on a lattice over a window, up to a whole number of floats.

    The whole lattice is made so coarse that it is soon there; of one "from" a row, a strip as wide as that allows.
    """
    most = min(MOST_CELLS, _room(race, LANES))
    columns, rows = (_whole(given.get(side), FINEST_BASINS, FINEST_BASINS, 2) for side in ("columns", "rows"))
    first, last = 0, rows
    if "from" in given:
        first = _whole(given["from"], 0, rows - 1, 0)
        last = min(_whole(given.get("to"), rows, rows, first + 1), first + max(1, most // columns))
    else:
        columns, rows = _coarser(columns, rows, most)
        last = rows
    x, y = _lattice(landscape, given, columns, rows)
    described = basins(race, x, y[first:last], cancelled)
    size = sum(map(len, described))
    header = {"columns": columns, "rows": rows, "from": first, "to": last, "lanes": len(described)}
    return header, [*described, b"\0" * (-size % 4)]


def _room(race: Race, runs: int) -> int:
    """How often so many runs of the race may be run for one answer."""
    return max(1, int(MOST_RUN / _slowness(race)) // (max(race.steps, 1) * max(runs, 1)))


@lru_cache(maxsize=256)  # the basins ask for one strip after the other
def _slowness(race: Race) -> float:
    """How much longer a step of this race takes than `PACE`, a power of 2. The race has been run just before.

    What a run takes before and after its steps is measured apart: one that ends at once has little else. A power of 2,
    because a picture should not depend on how busy the machine was.
    """
    beginning, still = (replace(race, steps=min(race.steps, most)) for most in (STEPS, 0))
    steps = sum(one.stopped_at for one in run(beginning))
    seconds, apart = (min(_seconds(one) for _ in range(TIMED)) for one in (beginning, still))
    measured = (seconds - apart - UNSURE) / max(steps, 1) / PACE
    return 2.0 ** math.floor(math.log2(max(measured, 1.0)))


def _seconds(race: Race) -> float:
    """Seconds of a processor for all runs of a race."""
    begin = time.thread_time()
    run(race)
    return time.thread_time() - begin


def _coarser(columns: int, rows: int, most: int) -> tuple[int, int]:
    """A lattice of the same shape with no more nodes than that; two each way at least."""
    share = math.sqrt(min(1.0, most / (columns * rows)))
    return max(2, int(columns * share)), max(2, int(rows * share))


def _floats(numbers: Any) -> bytes:
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(numbers, np.float32).tobytes()


def _evaluations(lane: Lane, one: Trajectory, rows: int, every: int) -> list[int | list[int]]:
    """How many values, gradients and Hessians a step asks for; where that varies, how many each row more than the last.

    So a number stands for every step, and a list has one number fewer than there are rows.
    """
    method, _ = optimizers.methods()[lane.optimizer]
    if not method.counts:
        return list(method.evaluations)
    asked = np.diff(one.evaluations[np.minimum(np.arange(rows) * every, one.stopped_at)], axis=0)
    return [more.tolist() if more.any() else 0 for more in asked.T]


def _numbered(given: Any) -> int | None:
    """The message's number, if a browser can count so far."""
    return given if isinstance(given, int) and abs(given) <= MOST_SEED else None


def _finite(value: float) -> float | None:
    """A number as JSON can say it. It is not rounded to float32 on its way."""
    return value if math.isfinite(value) else None


def _within_reach(points: Points) -> Points:
    """The points that can be drawn: extreme parameters put them at infinity."""
    return tuple(point for point in points if math.isfinite(point[0]) and math.isfinite(point[1]))


def _surface(landscape: Landscape, given: Any) -> tuple[Floats, list[float]] | None:
    """The surface above its infimum on a grid over a window, row by row from y0 up."""
    if not isinstance(given, Mapping):
        return None
    columns, rows = (_whole(given.get(side), FINEST, FINEST, 2) for side in ("columns", "rows"))
    x, y = _lattice(landscape, given, columns, rows)
    grid = (landscape.value(x, y[:, None]) - landscape.infimum).astype(np.float32)
    return grid, [float(side) for side in (x[0], x[-1], y[0], y[-1])]


def _lattice(landscape: Landscape, given: Mapping[Any, Any], columns: int, rows: int) -> tuple[Any, Any]:
    """The places of the columns and rows of a lattice over a window; the landscape's own where none can be read."""
    window = given.get("window")
    sides = [number(side) for side in window] if isinstance(window, list) and len(window) == 4 else [None]
    (x0, x1), (y0, y1) = landscape.domain
    known = [side for side in sides if side is not None and abs(side) <= WIDEST]
    if len(known) == 4 and known[1] - known[0] >= NARROWEST and known[3] - known[2] >= NARROWEST:
        x0, x1, y0, y1 = known
    return np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)


def _point(given: Any) -> tuple[float, float]:
    if isinstance(given, list) and len(given) == 2:
        x, y = number(given[0]), number(given[1])
        if x is not None and y is not None and abs(x) <= WIDEST and abs(y) <= WIDEST:
            return x, y
    return 0.0, 0.0


def _whole(given: Any, otherwise: int, most: int, least: int = 1) -> int:
    value = number(given)
    return otherwise if value is None else int(min(max(value, least), most))
