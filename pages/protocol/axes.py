"""Axes of the heat map: numbers of the runner, of the landscape, or of the start."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import landscapes
import optimizers
from landscapes import Parameter
from optimizers import Race


def axes(race: Race, lane: int) -> Mapping[str, Parameter]:
    """All axes for a lane, by their names in `optimizers.sweep`; the two default axes come first."""
    method, _ = optimizers.methods()[race.lanes[lane].optimizer]
    surface, _ = landscapes.surfaces()[race.landscape]
    (x0, x1), (y0, y1) = surface.domain
    own = sorted((one for one in method.hyperparameters if not one.choices), key=lambda one: one.name != "lr")
    starts = (Parameter("x", "x_0", x0, x0, x1), Parameter("y", "y_0", y0, y0, y1))
    numbers = (*own, *(one for one in surface.parameters if not one.choices), *starts)
    by_name: dict[str, Parameter] = {}
    for one in numbers:
        by_name.setdefault(one.name, one)
    return by_name


def values(parameter: Parameter, count: int) -> NDArray[np.float64]:
    """`count` values from the low end of a knob to its high end, spaced by its scale; no integer twice.

    >>> values(Parameter("lr", "", 0.1, 0.01, 1.0, "log"), 3).round(9).tolist()
    [0.01, 0.1, 1.0]
    """
    if parameter.scale == "log":
        spaced = np.geomspace(parameter.low, parameter.high, count)
    else:
        spaced = np.linspace(parameter.low, parameter.high, count)
    return np.unique(np.round(spaced)) if parameter.integer else spaced


def with_value(race: Race, lane: int, axis: str, value: float) -> Race:
    """The race with the number of one axis changed."""
    method, _ = optimizers.methods()[race.lanes[lane].optimizer]
    if any(one.name == axis for one in method.hyperparameters):
        lanes = list(race.lanes)
        settings = {**{one.name: one.default for one in method.hyperparameters}, **dict(lanes[lane].values)}
        lanes[lane] = replace(lanes[lane], values=tuple({**settings, axis: value}.items()))
        return replace(race, lanes=tuple(lanes))
    if axis in ("x", "y"):
        x, y = race.start
        return replace(race, start=(value, y) if axis == "x" else (x, value))
    return replace(race, values=tuple({**dict(race.values), axis: value}.items()))
