"""The numbers that differ between many runs, as the compiled loops read them.

They are nodes of a grid, a few values that repeat. Storing them for every run would take a tenth of the time of the
runs.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes.tools.arguments import Floats
from landscapes.tools.compiler import VALUES, Values, device_function, types


class Each(NamedTuple):
    """A number for every run: run i has `values[i // every % len(values)]`."""

    values: ArrayLike
    every: int = 1


Number: TypeAlias = ArrayLike | Each  # the same for all runs, one for each, or along an axis of a grid


class Settings(NamedTuple):
    """All numbers of some runs.

    Attributes:
        first, total: Index of the first run, and number of runs.
        values: Values of all settings, concatenated.
        places: For each setting the offset of its values, their number, and the number of consecutive runs that share
            one; in the order x, y, tolerance, hyperparameters. Shape (3 + hyperparameters, 3).
        seeds: Seeds of the noise.
        every: Number of consecutive runs that share a seed.
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
    """Concatenate the settings of these runs; of all runs by default, as many as there are numbers for."""
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
def setting(run_settings: Settings, which: int, i: int) -> float:
    """One setting of run i."""
    begin, length, turns = run_settings.places[which]
    number: float = run_settings.values[begin + (run_settings.first + i) // turns % length]
    return number


@device_function
def spread(run_settings: Settings, which: int, i: int, count: int, wide: int, b: Values, at: int) -> None:
    """Write one setting of `count` runs from run i on; the last one is repeated as padding."""
    begin, length, turns = run_settings.places[which]
    node, turn = (run_settings.first + i) // turns % length, (run_settings.first + i) % turns
    for j in range(wide):
        b[at + j] = run_settings.values[begin + node]
        turn += j + 1 < count
        if turn == turns:
            turn = 0
            node = node + 1 if node + 1 < length else 0
