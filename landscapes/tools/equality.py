"""Equality of objects that contain arrays."""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np


def same(one: Any, other: Any) -> bool:
    """Whether two objects are equal; arrays by dtype, shape and values, and NaN equals NaN.

    >>> same((np.array([1.0, np.nan]), "nan"), (np.array([1.0, np.nan]), "nan"))
    True
    """
    if one is other:
        return True
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)) or one.dtype != other.dtype:
            return False
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


class ByValue:
    """A dataclass whose instances are equal if all their fields are the `same`."""

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(same(getattr(self, one.name), getattr(other, one.name)) for one in fields(self))  # type: ignore[arg-type]

    def __hash__(self) -> int:
        values = [getattr(self, one.name) for one in fields(self)]  # type: ignore[arg-type]
        return hash((type(self), *(one.shape if isinstance(one, np.ndarray) else type(one) for one in values)))
