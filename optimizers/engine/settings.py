"""The numbers in which many runs differ, as the compiled loops read them.

They are nodes of a grid, a few values that come again and again. Written out for every run they would take a tenth of
the time of the runs.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes.tools.arguments import Floats
from landscapes.tools.compiler import VALUES, Values, device_function, types


class Each(NamedTuple):
    """A number of every run: run i has `values[i // every % len(values)]`."""

    values: ArrayLike
    every: int = 1


Number: TypeAlias = ArrayLike | Each  # the same for all runs, one for each, or along an axis of a grid


class Settings(NamedTuple):
    """All the numbers of some runs.

    Attributes:
        first, total: the first run, and how many they are.
        values: one after the other, of all that is set.
        places: where those of each begin, how many they are, and for how many runs in a row each of them holds; in this
            order: x, y, the tolerance, the hyperparameters. Shape (3 + hyperparameters, 3).
        seeds: of the noise.
        every: for how many runs in a row a seed holds.
    """

    first: int
    total: int
    values: Floats
    places: NDArray[np.int64]
    seeds: NDArray[np.uint64]
    every: int


X, Y, TOLERANCE, HYPERS = range(4)

SETTINGS = types.NamedTuple(
    (
        *(types.int64, types.int64, VALUES, types.Array(types.int64, 2, "C", readonly=True)),
        *(types.Array(types.uint64, 1, "C", readonly=True), types.int64),
    ),
    Settings,
)


def settings(numbers: Sequence[Number], seeds: Number, runs: range | None) -> Settings:
    """What is set, put together; of all runs by default, as many as there are numbers for."""
    each = [_each(one, np.float64) for one in numbers]
    seed = _each(seeds, np.uint64)
    chosen = range(max(len(one.values) for one in (*each, seed))) if runs is None else runs
    counts = [len(one.values) for one in each]
    begins = np.cumsum([0, *counts[:-1]])
    places = np.column_stack([begins, counts, [one.every for one in each]])
    values = np.concatenate([one.values for one in each])
    for array in (values, places, seed.values):
        array.setflags(write=False)
    return Settings(chosen.start, len(chosen), values, places, seed.values, seed.every)


def _each(number: Number, kind: Any) -> Any:
    values, every = number if isinstance(number, Each) else (number, 1)
    return Each(np.array(values, kind, ndmin=1), every)


@device_function
def setting(given: Settings, which: int, i: int) -> float:
    """One number of the i-th of the runs."""
    begin, length, turns = given.places[which]
    number: float = given.values[begin + (given.first + i) // turns % length]
    return number


@device_function
def spread(given: Settings, which: int, i: int, count: int, wide: int, b: Values, at: int) -> None:
    """Writes one number of `count` runs from the i-th on; the last is there again to fill up."""
    begin, length, turns = given.places[which]
    node, turn = (given.first + i) // turns % length, (given.first + i) % turns
    for j in range(wide):
        b[at + j] = given.values[begin + node]
        turn += j + 1 < count
        if turn == turns:
            turn = 0
            node = node + 1 if node + 1 < length else 0
