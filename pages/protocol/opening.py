"""The race that opens a landscape: its own start, and learning rates that go well there."""

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
CALM = optimizers.noise("gaussian", 0.0)  # its knob is there, at zero
CANDIDATES = 41
LONGEST = 0.05  # of half the map's diagonal
LOWEST = 1e-12  # below it a loss curve is at its foot


def default_race(landscape: str) -> Race:
    """The usual runners on a landscape, everything at its default. It runs nothing, so it needs no kernel."""
    surface, _ = landscapes.surfaces()[landscape]
    values = tuple((parameter.name, parameter.default) for parameter in surface.parameters)
    return Race(landscape, tuple(map(Lane, RUNNERS)), surface.start, values, STEPS, CALM)


@cache
def opening(landscape: str) -> Race:
    """The race to open a landscape with."""
    race = default_race(landscape)
    return replace(race, lanes=tuple(suited(landscape, race.values, lane, STEPS) for lane in race.lanes))


@lru_cache(maxsize=1024)
def suited(name: str, values: tuple[tuple[str, float], ...], lane: Lane, steps: int) -> Lane:
    """The lane with a learning rate that shows what this landscape is about.

    That is the one the surface declares; else, of candidates spread evenly over the knob's range, the one whose loss
    curve from the landscape's own start lies lowest on average, on its logarithmic axis, and never climbs above where
    it began. An adaptive method's rate is the length of its steps: no more than a share of the map. Second-order
    methods keep theirs: their steps know the landscape's scale.
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
