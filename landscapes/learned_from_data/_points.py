"""The real points behind these surfaces, as they were published, and what every surface does with them.

- cars.csv: speed (mph) and stopping distance (ft) of 50 cars. M. Ezekiel, *Methods of Correlation Analysis*, Wiley
  (1930).
- petals.csv: petal length and width (cm) of 50 Iris versicolor, then 50 Iris virginica. R. A. Fisher, "The use of
  multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936) 179-188.
- geyser.csv: waiting time and duration (min) of 272 eruptions of Old Faithful. W. Härdle, *Smoothing Techniques with
  Implementation in S*, Springer (1991); A. Azzalini, A. W. Bowman, "A look at some data on the Old Faithful geyser",
  Applied Statistics 39 (1990) 357-365.

Every fourth point is for training and the others are for validation: with so few, the two surfaces differ visibly.
"""

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from landscapes._landscape import Parameter

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
    """The columns of a published table."""
    with (Path(__file__).parent / f"{name}.csv").open(newline="") as file:
        _, *rows = csv.reader(file)
    return tuple(tuple(map(float, column)) for column in zip(*rows, strict=True))


def standardised(column: Sequence[float]) -> Column:
    """Shifted and scaled to mean 0 and variance 1 over all points, so that both sets are on one scale.

    >>> standardised([1.0, 3.0])
    (-1.0, 1.0)
    """
    middle = math.fsum(column) / len(column)
    spread = math.sqrt(math.fsum((value - middle) ** 2 for value in column) / len(column))
    return tuple((value - middle) / spread for value in column)


def part(points: Examples, validation: float) -> Examples:
    """Every fourth point, or the others.

    >>> part(((1.0,), (2.0,), (3.0,), (4.0,), (5.0,)), validation=0.0)
    ((4.0,),)
    """
    return tuple(point for i, point in enumerate(points) if (i % 4 == 3) != bool(validation))
