"""Limits for the number of runs in one answer."""

import math
import time
from dataclasses import replace
from functools import lru_cache

from optimizers import Race, run
from pages.protocol.opening import STEPS

MOST_RUN = 10_000_000  # steps of all runs of one block: about a second
PACE = 4e-7  # seconds per step for which that holds; for slower steps the number is reduced in proportion
TIMED = 3  # number of measurements, of which the fastest counts: the machine may be busy
UNSURE = 3e-5  # seconds by which a measurement may be wrong


def max_repeats(race: Race, runs: int) -> int:
    """How often `runs` runs of the race may be repeated for one answer."""
    return max(1, int(MOST_RUN / slowness(race)) // (max(race.steps, 1) * max(runs, 1)))


@lru_cache(maxsize=256)  # the basins are requested strip by strip
def slowness(race: Race) -> float:
    """The duration of a step of this race relative to `PACE`, a power of 2. The race has just been run.

    The overhead of a run besides its steps is measured separately, because short runs have little else. Rounded to a
    power of 2, so that a picture does not depend on the load of the machine.
    """
    full_run, empty_run = (replace(race, steps=min(race.steps, most)) for most in (STEPS, 0))
    steps = sum(one.stopped_at for one in run(full_run))
    seconds, overhead = (min(_seconds(one) for _ in range(TIMED)) for one in (full_run, empty_run))
    measured = (seconds - overhead - UNSURE) / max(steps, 1) / PACE
    return 2.0 ** math.floor(math.log2(max(measured, 1.0)))


def _seconds(race: Race) -> float:
    """The CPU seconds for all runs of a race."""
    begin = time.thread_time()
    run(race)
    return time.thread_time() - begin
