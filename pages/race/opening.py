"""The race that opens a landscape: its own start, and learning rates that go well there."""

import math
from dataclasses import replace
from functools import cache, lru_cache

import landscapes
import optimizers
from optimizers import Lane, Race, trace

RUNNERS = ("sgd", "momentum", "nesterov", "adam", "newton")
STEPS = 300
CANDIDATES = 41


def plain(landscape: str) -> Race:
    """The usual runners on a landscape, everything at its default. It runs nothing, so it needs no kernel."""
    surface, _ = landscapes.surfaces()[landscape]
    values = tuple((parameter.name, parameter.default) for parameter in surface.parameters)
    return Race(landscape, tuple(map(Lane, RUNNERS)), surface.start, values, STEPS)


@cache
def opening(landscape: str) -> Race:
    """The race to open a landscape with."""
    race = plain(landscape)
    return replace(race, lanes=tuple(suited(landscape, race.values, lane, STEPS) for lane in race.lanes))


@lru_cache(maxsize=1024)
def suited(landscape: str, values: tuple[tuple[str, float], ...], lane: Lane, steps: int) -> Lane:
    """The lane with the learning rate that ends lowest on this landscape without ever climbing above the start.

    Candidates are spread evenly over the knob's range (on its scale) and run from the landscape's own start. Second-order
    methods keep theirs, since their steps know the landscape's scale.
    """
    ground = landscapes.get(landscape, **dict(values))
    optimizer = lane.made()
    settings = dict(optimizer.values)
    rate = next((one for one in optimizer.hyperparameters if one.name == "lr"), None)
    if rate is not None and rate.scale == "log":
        best = math.inf
        for i in range(CANDIDATES):
            candidate = float(f"{rate.low * (rate.high / rate.low) ** (i / (CANDIDATES - 1)):.2g}")
            run = trace(ground, optimizers.get(lane.optimizer, **{**optimizer.values, "lr": candidate}), steps=steps)
            if run.outcome != "diverged" and run.loss.max() <= run.loss[0] and run.loss[-1] < best:
                best, settings["lr"] = float(run.loss[-1]), candidate
    return Lane(lane.optimizer, tuple(settings.items()), lane.shown)
