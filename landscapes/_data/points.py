"""The published points: reading, standardisation, and the split into training and validation points."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from landscapes.tools.declarations import Parameter

Column: TypeAlias = tuple[float, ...]
Examples: TypeAlias = tuple[tuple[float, ...], ...]

VALIDATION = Parameter(
    "validation",
    "v",
    0.0,
    0.0,
    1.0,
    at_least=0.0,
    at_most=1.0,
    integer=True,
    meaning="points",
    choices=("training", "validation"),
)


def columns(name: str) -> tuple[Column, ...]:
    """The columns of a published data set."""
    with (Path(__file__).parent / f"{name}.csv").open(newline="") as file:
        _, *rows = csv.reader(file)
    return tuple(tuple(map(float, column)) for column in zip(*rows, strict=True))


def standardised(column: Sequence[float]) -> Column:
    """The column shifted and scaled to mean 0 and variance 1 over all points, so that both sets share one scale.

    >>> standardised([1.0, 3.0])
    (-1.0, 1.0)
    """
    middle = math.fsum(column) / len(column)
    spread = math.sqrt(math.fsum((value - middle) ** 2 for value in column) / len(column))
    return tuple((value - middle) / spread for value in column)


def part(points: Examples, validation: float) -> Examples:
    """Every fourth point for training, the others for validation.

    >>> part(((1.0,), (2.0,), (3.0,), (4.0,), (5.0,)), validation=0.0)
    ((4.0,),)
    """
    return tuple(point for i, point in enumerate(points) if (i % 4 == 3) != bool(validation))


_LENGTH, _WIDTH, _VIRGINICA = columns("petals")
_PETALS = tuple(
    (sign * length, sign * width)
    for length, width, sign in zip(
        standardised(_LENGTH), standardised(_WIDTH), (2 * label - 1 for label in _VIRGINICA), strict=True
    )
)


def petals(validation: float) -> Examples:
    """tᵢ xᵢ for the flowers of one set: petal length and width, times 1 for virginica and -1 for versicolor.

    Weights w classify flower i correctly if its margin w · tᵢ xᵢ is positive. Both kinds are equally frequent, so the
    mean of all points is a fair origin.
    """
    return part(_PETALS, validation)
