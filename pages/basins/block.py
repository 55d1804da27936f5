"""Where runners from every start on the map end.

"basins": {"window": [x0, x1, y0, y1], "columns": 512, "rows": 512, "from": 0, "to": 16} adds for each of the first two
lanes i a byte of every cell, row by row from the bottom: "ends i", how the run ends, and "steps i", how soon. An end is
the index of a minimum, `FIRST_SADDLE` and the index of a saddle, or one of the codes below; how soon is the logarithm
of the step it ended at, 255 for the last step of the budget. Without "from" the whole lattice is made so coarse that it
is soon there; from a row on it is a strip, as wide as that allows.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers import OUTCOMES, Race, sweep
from pages.server.blocks import Answer, Block, Cancelled, coarser, lattice, whole
from pages.server.pace import room

Numbers = NDArray[np.float64]

LANES = 2
FINEST = 1024  # columns or rows
MOST_CELLS = 16_384  # in one answer
FIRST_SADDLE = 128
SADDLE, NO_STEP, MAXIMUM, STALLED, DIVERGED, OUT, ELSEWHERE = range(249, 256)
ENDS = {"maximum": MAXIMUM, "stalled": STALLED, "diverged": DIVERGED, "out_of_steps": OUT, "no_step": NO_STEP}


def add_basins(answer: Answer, given: Any) -> None:
    """Adds the basins of the first two lanes."""
    if not isinstance(given, Mapping):
        return
    most, lanes = min(MOST_CELLS, room(answer.race, LANES)), min(LANES, len(answer.race.lanes))
    columns, rows = (whole(given.get(side), FINEST, FINEST, 2) for side in ("columns", "rows"))
    if "from" in given:
        first = whole(given["from"], 0, rows - 1, 0)
        last = min(whole(given.get("to"), rows, rows, first + 1), first + max(1, most // columns))
    else:
        columns, rows = coarser(columns, rows, most)
        first, last = 0, rows
    x, y = lattice(answer.landscape, given.get("window"), columns, rows)
    for i, (ends, steps) in enumerate(basins(answer.race, x, y[first:last], answer.cancelled)):
        answer.add(f"ends {i}", ends, np.uint8)
        answer.add(f"steps {i}", steps, np.uint8)
    answer.header["basins"] = {"columns": columns, "rows": rows, "from": first, "to": last, "lanes": lanes}


def basins(
    race: Race, x: Numbers, y: Numbers, cancelled: Cancelled | None = None
) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """How the runs of every lane end from the starts (x, y) of a lattice, and how soon."""
    return [_lane(race, i, x, y, cancelled) for i in range(min(LANES, len(race.lanes)))]


def _lane(race: Race, i: int, x: Numbers, y: Numbers, cancelled: Cancelled | None) -> tuple[NDArray[Any], NDArray[Any]]:
    want = ("outcome", "stopped_at", "minimum", "saddle")
    found = sweep(race, i, over={"y": y, "x": x}, want=want, cancelled=cancelled)
    assert found.minimum is not None
    assert found.saddle is not None
    assert found.stopped_at is not None
    ends = np.where(found.minimum < 0, ELSEWHERE, np.minimum(found.minimum, FIRST_SADDLE - 1))
    saddles = np.where(found.saddle < 0, SADDLE, np.minimum(found.saddle + FIRST_SADDLE, SADDLE))
    ends = np.where(found.ended("saddle"), saddles, ends)
    for outcome in OUTCOMES:
        if outcome in ENDS:
            ends = np.where(found.ended(outcome), ENDS[outcome], ends)
    soon = np.round(255 * np.log1p(found.stopped_at) / math.log1p(max(race.steps, 1)))
    return ends, soon


BASINS = Block("basins", add_basins)
