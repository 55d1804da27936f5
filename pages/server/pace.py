"""How many runs of a race fit into one answer."""

import math
import time
from dataclasses import replace
from functools import lru_cache

from optimizers import Race, run
from pages.protocol.opening import STEPS

MOST_RUN = 10_000_000  # steps of all runs of one block: a second or so
PACE = 4e-7  # seconds for a step up to which that holds; where a step takes longer there are as many fewer
TIMED = 3  # times: the machine may be busy once
UNSURE = 3e-5  # seconds by which a measurement may be wrong


def room(race: Race, runs: int) -> int:
    """How often so many runs of the race may be run for one answer."""
    return max(1, int(MOST_RUN / slowness(race)) // (max(race.steps, 1) * max(runs, 1)))


@lru_cache(maxsize=256)  # the basins ask for one strip after the other
def slowness(race: Race) -> float:
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
