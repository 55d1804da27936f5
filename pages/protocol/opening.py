"""The opening race of a landscape: its own start, and learning rates that work well there."""

import math
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np

import landscapes
import optimizers
from landscapes import Landscape, Parameter
from optimizers import Lane, Race, trace
from optimizers.engine.rules import radius

RUNNERS = ("sgd", "momentum", "nesterov", "adam", "newton")
STEPS = 300
ZERO_NOISE = optimizers.noise("gaussian", 0.0)  # noise with its knob at zero
CANDIDATES = 41
LONGEST = 0.05  # largest rate of an adaptive method, relative to half the map's diagonal
LOWEST = 1e-12  # losses closer than this to the infimum count as equal


def default_race(landscape: str) -> Race:
    """The default runners on a landscape, everything at its default. It runs nothing, so it needs no kernel."""
    surface, _ = landscapes.surfaces()[landscape]
    values = tuple((parameter.name, parameter.default) for parameter in surface.parameters)
    return Race(landscape, tuple(map(Lane, RUNNERS)), surface.start, values, STEPS, ZERO_NOISE)


@cache
def opening(landscape: str) -> Race:
    """The opening race of a landscape."""
    race = default_race(landscape)
    return replace(race, lanes=tuple(with_suitable_rate(landscape, race.values, lane, STEPS) for lane in race.lanes))


@lru_cache(maxsize=1024)
def with_suitable_rate(name: str, values: tuple[tuple[str, float], ...], lane: Lane, steps: int) -> Lane:
    """The lane with a learning rate that shows what this landscape is about.

    That is the rate declared by the surface; else, of candidates spread evenly over the knob's range, the one whose
    loss curve from the landscape's own start is lowest on average, on a logarithmic axis, without ever exceeding its
    initial value. The rate of an adaptive method is the length of its steps: at most a fraction of the map.
    Second-order methods keep theirs: their steps adapt to the landscape's scale.
    """
    method, family = optimizers.methods()[lane.optimizer]
    settings = {**{one.name: one.default for one in method.hyperparameters}, **dict(lane.values)}
    knob = next((one for one in method.hyperparameters if one.name == "lr"), None)
    if knob is not None and family != "second_order":
        landscape = landscapes.get(name, **dict(values))
        most = LONGEST * radius(landscape) if family == "adaptive" else math.inf
        settings["lr"] = landscape.surface.lr or _best(landscape, lane.optimizer, settings, knob, steps, most)
    return replace(lane, values=tuple(settings.items()))


def _best(
    landscape: Landscape, method: str, settings: dict[str, float], knob: Parameter, steps: int, most: float
) -> float:
    lowest, best = math.inf, settings["lr"]
    for i in range(CANDIDATES):
        rate = float(f"{knob.low * (knob.high / knob.low) ** (i / (CANDIDATES - 1)):.2g}")
        if rate > most:
            break
        run = trace(landscape, optimizers.get(method, **{**settings, "lr": rate}), steps=steps)
        if run.outcome == "diverged" or run.loss.max() > run.loss[0]:
            continue
        height = np.log(np.maximum(run.loss - landscape.infimum, LOWEST))
        mean = (height.sum() + height[-1] * (steps - run.stopped_at)) / (steps + 1)
        if mean < lowest:
            lowest, best = float(mean), rate
    return best
