"""Where runners from every start on the map end, as the race socket tells it.

For each of the first two lanes come two bytes of every cell, row by row from the bottom: first how all of them end,
then how soon. An end is the index of a minimum, `FIRST_SADDLE` and the index of a saddle, or one of the codes above;
how soon is the logarithm of the step it ended at, 255 for the last step of the budget.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from optimizers import OUTCOMES, Race, sweep

Numbers = NDArray[np.float64]

LANES = 2
FIRST_SADDLE = 128
SADDLE, NO_STEP, MAXIMUM, STALLED, DIVERGED, OUT, ELSEWHERE = range(249, 256)
ENDS = {"maximum": MAXIMUM, "stalled": STALLED, "diverged": DIVERGED, "out_of_steps": OUT, "no_step": NO_STEP}


def basins(race: Race, x: Numbers, y: Numbers, cancelled: Callable[[], bool] | None = None) -> list[bytes]:
    """The bytes of every lane for the starts (x, y) of a lattice."""
    return [_lane(race, i, x, y, cancelled) for i in range(min(LANES, len(race.lanes)))]


def _lane(race: Race, i: int, x: Numbers, y: Numbers, cancelled: Callable[[], bool] | None) -> bytes:
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
    return ends.astype(np.uint8).tobytes() + soon.astype(np.uint8).tobytes()
