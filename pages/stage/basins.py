"""Where runners from every start on the map end, as the race socket tells it.

For each of the first two lanes come two bytes of every cell, row by row from the bottom: first how all of them end,
then how soon. An end is the index of a minimum, or one of the codes above `SADDLE`; how soon is the logarithm of the
step it ended at, 255 for the last step of the budget.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Landscape
from optimizers import Race, Trajectory, trace

Bytes = NDArray[np.uint8]

LANES = 2
SADDLE, MAXIMUM, STALLED, DIVERGED, OUT, ELSEWHERE = 250, 251, 252, 253, 254, 255
ENDS = {"saddle": SADDLE, "maximum": MAXIMUM, "stalled": STALLED, "diverged": DIVERGED, "out_of_steps": OUT}


def basins(race: Race, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[bytes]:
    """The bytes of every lane for the starts (x, y) of a lattice."""
    ground = race.ground()
    return [_lane(ground, race, i, x, y) for i in range(min(LANES, len(race.lanes)))]


def _lane(ground: Landscape, race: Race, i: int, x: Any, y: Any) -> bytes:
    lane = race.lanes[i]
    made = lane.made()
    runs = [
        trace(
            ground, made, (u, v), race.steps, schedule=lane.schedule, clip=lane.clip, noise=race.noise, seed=race.seed
        )
        for v in y
        for u in x
    ]
    ends = np.array([_end(one) for one in runs], np.uint8)
    soon = np.log1p([one.stopped_at for one in runs]) / math.log1p(max(race.steps, 1))
    return ends.tobytes() + np.round(255 * soon).astype(np.uint8).tobytes()


def _end(one: Trajectory) -> int:
    if one.outcome != "converged":
        return ENDS[one.outcome]
    return ELSEWHERE if one.minimum is None else min(one.minimum, SADDLE - 1)
