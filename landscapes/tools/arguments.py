"""The kinds of arguments that public functions take. What is not of its kind ends in an error that says what is wanted.

A number is a Python or NumPy number or an array of no dimensions, but no bool: a truth value in the place of a number
is a slip.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]
Floats: TypeAlias = NDArray[np.float64]
T = TypeVar("T")

LONGEST = 100  # characters of a value in a message


def wrong(name: str, wanted: str, value: object) -> TypeError:
    """The error of an argument of the wrong kind.

    >>> wrong("steps", "a whole number", "many")
    TypeError("steps must be a whole number, not 'many'")
    """
    return TypeError(f"{name} must be {wanted}, not {shown(value)}")


def shown(value: object) -> str:
    """A value in a message: its beginning, where it is long."""
    words = repr(value)
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"


def instance(name: str, kind: type, wanted: str, value: T) -> T:
    """The value, if it is an instance of a class."""
    if not isinstance(value, kind):
        raise wrong(name, wanted, value)
    return value


def text(name: str, value: str, wanted: str = "a string") -> str:
    """A string."""
    return instance(name, str, wanted, value)


def real(name: str, value: object, wanted: str = "a number") -> float:
    """A number as a float; infinite where it is too large for one.

    >>> real("x", np.array(2))
    2.0
    """
    if type(value) is float:
        return value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise wrong(name, wanted, value)
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def whole(name: str, value: object, least: int | None = None, most: int | None = None) -> int:
    """A whole number as an int.

    Raises:
        TypeError: it is none.
        ValueError: it is not from `least` to `most`, where these are given.

    >>> whole("steps", np.int32(300))
    300
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if type(value) is not int and (isinstance(value, bool) or not isinstance(value, (int, np.integer))):
        raise wrong(name, "a whole number", value)
    number = int(value)
    if least is not None and most is not None and not least <= number <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, not {shown(number)}")
    return number


def pair(name: str, value: object, wanted: str = "two finite numbers (x, y)") -> tuple[float, float]:
    """Two numbers, from a tuple, a list or an array.

    Raises:
        TypeError: it is none of them, or not of numbers.
        ValueError: they are not two.

    >>> pair("start", [1, 2])
    (1.0, 2.0)
    """
    if type(value) is tuple and len(value) == 2 and type(value[0]) is type(value[1]) is float:
        return value
    given = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(given, (tuple, list)):
        raise wrong(name, wanted, value)
    if len(given) != 2:
        raise ValueError(f"{name} must be {wanted}, not {shown(value)}")
    try:
        return real(name, given[0]), real(name, given[1])
    except TypeError:
        raise wrong(name, wanted, value) from None


def sequence(name: str, value: object, wanted: str) -> tuple[Any, ...]:
    """A tuple, of a tuple, a list or an iterator. A string or a mapping is none: its parts are not what is meant."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise wrong(name, wanted, value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        raise wrong(name, wanted, value)
    return tuple(value)


def texts(name: str, value: object, wanted: str) -> tuple[str, ...]:
    """A tuple of strings, of a tuple, a list, a set or an iterator of them."""
    return tuple(text(f"every one of {name}", one, wanted) for one in sequence(name, value, wanted))


def numbers(name: str, value: object, wanted: str = "a number or an array of numbers") -> Floats:
    """An array of numbers, of any shape, as float64.

    >>> numbers("x", [[1, 2], [3, 4]]).shape
    (2, 2)
    """
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        raise wrong(name, wanted, value) from None
    if array.dtype.kind not in "fiu":
        raise wrong(name, wanted, value)
    return array.astype(np.float64, copy=False)


def vectors(name: str, value: object, wanted: str = "an array of points (x, y), of shape (n, 2)") -> Floats:
    """An array of shape (n, 2).

    Raises:
        TypeError: it is no array of numbers.
        ValueError: it has another shape.
    """
    array = numbers(name, value, wanted)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"{name} must be {wanted}, not of shape {array.shape}")
    return array


def _is_named(one: Any) -> bool:
    return type(one) is tuple and len(one) == 2 and type(one[0]) is str and type(one[1]) is float


def named_values(name: str, value: object) -> tuple[tuple[str, float | str], ...]:
    """Numbers by their names as (name, number) pairs, from pairs or a mapping. The name of a choice stands for it.

    >>> named_values("values", {"lr": 1})
    (('lr', 1.0),)
    """
    if type(value) is tuple and all(map(_is_named, value)):
        return value
    wanted = 'pairs of a name and a number, such as (("lr", 0.1),), or a dict'
    pairs = sequence(name, value.items() if isinstance(value, Mapping) else value, wanted)
    if not all(isinstance(one, (tuple, list)) and len(one) == 2 and isinstance(one[0], str) for one in pairs):
        raise wrong(name, wanted, value)
    return tuple((key, number if isinstance(number, str) else real(key, number)) for key, number in pairs)
