"""The basins: where runners from every start on the map end.

"basins": {"window": [x0, x1, y0, y1], "columns": 512, "rows": 512, "from": 0, "to": 16} adds for each of the first two
lanes i one byte per cell, row by row from the bottom: "ends i", how the run ends, and "steps i", how soon. An end is
the index of a minimum, "first_saddle" plus the index of a saddle, or another one of the "codes" in the header; how soon
is the logarithm of its last step, 255 for the last step of the budget. Without "from" the whole lattice is sent, coarse
enough to be computed quickly; with it a strip of rows, as many as that allows.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers import OUTCOMES, Race, sweep
from pages.server.blocks import Answer, Block, Cancelled, coarser, lattice, whole
from pages.server.pace import max_repeats

Numbers = NDArray[np.float64]

LANES = 2
FINEST = 1024  # maximum of columns or rows
MOST_CELLS = 16_384  # in one answer
FIRST_SADDLE = 128
SADDLE, NO_STEP, MAXIMUM, STALLED, DIVERGED, OUT, ELSEWHERE = range(249, 256)
ENDS = {"maximum": MAXIMUM, "stalled": STALLED, "diverged": DIVERGED, "out_of_steps": OUT, "no_step": NO_STEP}
CODES = {"first_saddle": FIRST_SADDLE, "saddle": SADDLE, "elsewhere": ELSEWHERE, **ENDS}


def add_basins(answer: Answer, query: Any) -> None:
    """Add the basins of the first two lanes."""
    if not isinstance(query, Mapping):
        return
    most, lanes = min(MOST_CELLS, max_repeats(answer.race, LANES)), min(LANES, len(answer.race.lanes))
    columns, rows = (whole(query.get(side), FINEST, FINEST, 2) for side in ("columns", "rows"))
    if "from" in query:
        first = whole(query["from"], 0, rows - 1, 0)
        last = min(whole(query.get("to"), rows, rows, first + 1), first + max(1, most // columns))
    else:
        columns, rows = coarser(columns, rows, most)
        first, last = 0, rows
    x, y = lattice(answer.landscape, query.get("window"), columns, rows)
    for i, (ends, steps) in enumerate(basins(answer.race, x, y[first:last], answer.cancelled)):
        answer.add(f"ends {i}", ends, np.uint8)
        answer.add(f"steps {i}", steps, np.uint8)
    answer.header["basins"] = {
        "columns": columns,
        "rows": rows,
        "from": first,
        "to": last,
        "lanes": lanes,
        "codes": CODES,
    }


def basins(
    race: Race, x: Numbers, y: Numbers, cancelled: Cancelled | None = None
) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """How the runs of every lane from the starts (x, y) of a lattice end, and how soon."""
    return [_lane(race, i, x, y, cancelled) for i in range(min(LANES, len(race.lanes)))]


def _lane(race: Race, i: int, x: Numbers, y: Numbers, cancelled: Cancelled | None) -> tuple[NDArray[Any], NDArray[Any]]:
    want = ("outcome", "stopped_at", "minimum", "saddle")
    result = sweep(race, i, over={"y": y, "x": x}, want=want, cancelled=cancelled)
    assert result.minimum is not None
    assert result.saddle is not None
    assert result.stopped_at is not None
    ends = np.where(result.minimum < 0, ELSEWHERE, np.minimum(result.minimum, FIRST_SADDLE - 1))
    saddles = np.where(result.saddle < 0, SADDLE, np.minimum(result.saddle + FIRST_SADDLE, SADDLE))
    ends = np.where(result.ended("saddle"), saddles, ends)
    for outcome in OUTCOMES:
        if outcome in ENDS:
            ends = np.where(result.ended(outcome), ENDS[outcome], ends)
    soon = np.round(255 * np.log1p(result.stopped_at) / math.log1p(max(race.steps, 1)))
    return ends, soon


BASINS = Block("basins", add_basins)
