"""Averages of a path, computed from the complete path; `optimizers.options.average` lists the kinds."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes.tools.compiler import compiled, device_function, float64, types

UNIFORM, EMA, CORRECTED = 1, 2, 3

# (path, code of the kind, its number, steps, output for the averages)
FOLD = types.void(float64[:, :], types.int64, float64, types.int64[::1], float64[:, ::1])


@compiled
def fold(path: Any, code: int, number: float, steps: NDArray[np.int64], averaged: Any) -> None:
    """Compute the average up to each of some increasing steps; for steps beyond the last row, up to that row."""
    if code == UNIFORM:
        fold_evenly(path, int(number), steps, averaged)
    else:
        fold_exponentially(path, number, code == CORRECTED, steps, averaged)


@device_function
def fold_evenly(path: Any, burn_in: int, steps: Any, averaged: Any) -> None:
    """The mean of all rows from `burn_in` on.

    Differences from the first of these rows are summed: sums of distant points would lose digits.
    """
    last, k, sx, sy = path.shape[0] - 1, burn_in, 0.0, 0.0
    for row in range(len(steps)):
        until = min(steps[row], last)
        if until < burn_in:
            averaged[row, 0], averaged[row, 1] = path[until, 0], path[until, 1]
            continue
        x, y = path[burn_in, 0], path[burn_in, 1]
        while k <= until:
            sx += path[k, 0] - x
            sy += path[k, 1] - y
            k += 1
        averaged[row, 0], averaged[row, 1] = x + sx / (k - burn_in), y + sy / (k - burn_in)


@device_function
def fold_exponentially(path: Any, decay: float, corrected: bool, steps: Any, averaged: Any) -> None:
    """The exponential average."""
    last, k, x, y = path.shape[0] - 1, 1, path[0, 0], path[0, 1]
    share = 1.0 if corrected else 1 - decay  # of the newest row
    for row in range(len(steps)):
        while k <= min(steps[row], last):
            if corrected:
                share = 1 / (1 + decay / share)
            x += share * (path[k, 0] - x)
            y += share * (path[k, 1] - y)
            k += 1
        averaged[row, 0], averaged[row, 1] = x, y
