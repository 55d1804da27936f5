"""Settings of every discovered surface: its defaults, and other values of every parameter."""

import math
from collections.abc import Collection, Iterable
from typing import Any, TypeAlias

import numpy as np
import pytest

import landscapes
from landscapes import Landscape, Parameter

Setting: TypeAlias = tuple[str, dict[str, float]]


def middle(parameter: Parameter) -> float:
    low, high = parameter.low, parameter.high
    value = math.sqrt(low * high) if parameter.scale == "log" else (low + high) / 2
    return float(round(value)) if parameter.integer else value


def values(parameter: Parameter) -> list[float]:
    """Both ends of the knob, its middle, and both ends of the allowed range."""
    ends = [end for end in (parameter.at_least, parameter.at_most) if math.isfinite(end)]
    return sorted({parameter.low, parameter.high, middle(parameter), *ends} - {parameter.default})


def settings() -> list[Setting]:
    cases: list[Setting] = []
    for name in landscapes.names():
        cases.append((name, {}))
        for parameter in landscapes.surfaces()[name][0].parameters:
            cases.extend((name, {parameter.name: value}) for value in values(parameter))
    return cases


def slow_settings(costly: Collection[str], settings: Iterable[Setting]) -> list[Any]:
    """Settings as cases; those with other values than the defaults, or of a costly surface, are marked as slow."""
    marks = {True: [pytest.mark.slow], False: []}
    return [pytest.param(name, values, marks=marks[bool(values) or name in costly]) for name, values in settings]


def label(setting: Setting) -> str:
    name, parameters = setting
    return "-".join([name, *(f"{key}={value:g}" for key, value in parameters.items())])


NAMES = landscapes.names()
SETTINGS = settings()
LABELS = [label(setting) for setting in SETTINGS]


def points(landscape: Landscape, count: int, wider: float = 1.2, seed: int = 0) -> np.ndarray:
    """Random points of the domain scaled by `wider` around its middle: shape (count, 2)."""
    low, high = np.array(landscape.domain).T
    half = (high - low) / 2 * wider
    return (low + high) / 2 + np.random.default_rng(seed).uniform(-half, half, (count, 2))


def inside(landscape: Landscape, point: tuple[float, float]) -> bool:
    return all(low <= at <= high for at, (low, high) in zip(point, landscape.domain, strict=True))
