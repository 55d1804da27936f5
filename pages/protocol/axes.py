"""Axes of the heat map: numbers of the runner, of the landscape, or of the start."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import landscapes
import optimizers
from landscapes import Parameter
from optimizers import Race
from pages.words import Translator

START = ("x", "y")  # the axes of the start


def axes(race: Race, lane: int) -> Mapping[str, Parameter]:
    """All axes for a lane, by their names in `optimizers.sweep`; the two default axes come first."""
    method, _ = optimizers.methods()[race.lanes[lane].optimizer]
    surface, _ = landscapes.surfaces()[race.landscape]
    own = sorted((one for one in method.hyperparameters if not one.choices), key=lambda one: one.name != "lr")
    starts = [
        Parameter(name, f"{name}_0", low, low, high) for name, (low, high) in zip(START, surface.domain, strict=True)
    ]
    numbers = (*own, *(one for one in surface.parameters if not one.choices), *starts)
    by_name: dict[str, Parameter] = {}
    for one in numbers:
        by_name.setdefault(one.name, one)
    return by_name


def choose_axes(race: Race, lane: int, view_axes: str) -> tuple[str, str]:
    """The axes to show: those of the view if this lane has them, else the default ones."""
    axes_by_name, names = axes(race, lane), tuple(view_axes.split())
    if len(set(names)) == len(names) == 2 and all(name in axes_by_name for name in names):
        return names[0], names[1]
    first, second, *_ = axes_by_name
    return first, second


def meaning(parameter: Parameter, _: Translator) -> str:
    """The name of a parameter on the screen."""
    return _(parameter.meaning) if parameter.meaning else parameter.name


def axis_label(axis: Parameter, _: Translator) -> str:
    """The name of an axis on the screen."""
    return _("{name} of the start").format(name=axis.name) if axis.name in START else meaning(axis, _)


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
    if axis in START:
        x, y = (value if name == axis else number for name, number in zip(START, race.start, strict=True))
        return replace(race, start=(x, y))
    return replace(race, values=tuple({**dict(race.values), axis: value}.items()))
