"""Checks of the arguments of public functions. A wrong type raises an error that says what is expected.

A number is a Python or NumPy number or a zero-dimensional array, but not a bool: a bool in place of a number is a
mistake.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]
Floats: TypeAlias = NDArray[np.float64]
T = TypeVar("T")

LONGEST = 100  # maximum length of a value in a message, in characters


def wrong_type(name: str, wanted: str, value: object) -> TypeError:
    """The error for an argument of the wrong type.

    >>> wrong_type("steps", "a whole number", "many")
    TypeError("steps must be a whole number, not 'many'")
    """
    return TypeError(f"{name} must be {wanted}, not {short_repr(value)}")


def short_repr(value: object) -> str:
    """The repr of a value, shortened for a message."""
    words = repr(value)
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"


def instance(name: str, kind: type, wanted: str, value: T) -> T:
    """The value, checked to be an instance of a class."""
    if not isinstance(value, kind):
        raise wrong_type(name, wanted, value)
    return value


def text(name: str, value: str, wanted: str = "a string") -> str:
    """The value, checked to be a string."""
    return instance(name, str, wanted, value)


def real(name: str, value: object, wanted: str = "a number") -> float:
    """A number as a float; infinite if it is too large for one.

    >>> real("x", np.array(2))
    2.0
    """
    if type(value) is float:
        return value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise wrong_type(name, wanted, value)
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def whole(name: str, value: object, least: int | None = None, most: int | None = None) -> int:
    """A whole number as an int.

    Raises:
        TypeError: The value is not a whole number.
        ValueError: It is not between `least` and `most`, if both are given.

    >>> whole("steps", np.int32(300))
    300
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if type(value) is not int and (isinstance(value, bool) or not isinstance(value, (int, np.integer))):
        raise wrong_type(name, "a whole number", value)
    number = int(value)
    if least is not None and most is not None and not least <= number <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, not {short_repr(number)}")
    return number


def pair(name: str, value: object, wanted: str = "two finite numbers (x, y)") -> tuple[float, float]:
    """Two numbers, from a tuple, a list or an array.

    Raises:
        TypeError: The value is not a sequence of numbers.
        ValueError: Its length is not two.

    >>> pair("start", [1, 2])
    (1.0, 2.0)
    """
    if type(value) is tuple and len(value) == 2 and type(value[0]) is type(value[1]) is float:
        return value
    items = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(items, (tuple, list)):
        raise wrong_type(name, wanted, value)
    if len(items) != 2:
        raise ValueError(f"{name} must be {wanted}, not {short_repr(value)}")
    try:
        return real(name, items[0]), real(name, items[1])
    except TypeError:
        raise wrong_type(name, wanted, value) from None


def sequence(name: str, value: object, wanted: str) -> tuple[Any, ...]:
    """A tuple, from a tuple, a list or an iterator. Strings and mappings are refused: their parts are not meant."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise wrong_type(name, wanted, value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        raise wrong_type(name, wanted, value)
    return tuple(value)


def texts(name: str, value: object, wanted: str) -> tuple[str, ...]:
    """A tuple of strings, from a tuple, a list, a set or an iterator of strings."""
    return tuple(text(f"every one of {name}", one, wanted) for one in sequence(name, value, wanted))


def numbers(name: str, value: object, wanted: str = "a number or an array of numbers") -> Floats:
    """An array of numbers, of any shape, as float64.

    >>> numbers("x", [[1, 2], [3, 4]]).shape
    (2, 2)
    """
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        raise wrong_type(name, wanted, value) from None
    if array.dtype.kind not in "fiu":
        raise wrong_type(name, wanted, value)
    return array.astype(np.float64, copy=False)


def vectors(name: str, value: object, wanted: str = "an array of points (x, y), of shape (n, 2)") -> Floats:
    """An array of shape (n, 2).

    Raises:
        TypeError: The value is not an array of numbers.
        ValueError: It has another shape.
    """
    array = numbers(name, value, wanted)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"{name} must be {wanted}, not of shape {array.shape}")
    return array


def _is_named(one: Any) -> bool:
    return type(one) is tuple and len(one) == 2 and type(one[0]) is str and type(one[1]) is float


def named_values(name: str, value: object) -> tuple[tuple[str, float | str], ...]:
    """Numbers by name as (name, number) pairs, from pairs or a mapping. A choice may be given by its name.

    >>> named_values("values", {"lr": 1})
    (('lr', 1.0),)
    """
    if type(value) is tuple and all(map(_is_named, value)):
        return value
    wanted = 'pairs of a name and a number, such as (("lr", 0.1),), or a dict'
    pairs = sequence(name, value.items() if isinstance(value, Mapping) else value, wanted)
    if not all(isinstance(one, (tuple, list)) and len(one) == 2 and isinstance(one[0], str) for one in pairs):
        raise wrong_type(name, wanted, value)
    return tuple((key, number if isinstance(number, str) else real(key, number)) for key, number in pairs)
