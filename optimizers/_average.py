"""Polyak averaging (section 8.7.3): a point made of all the iterates so far. The run itself does not know of it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Parameter
from landscapes._arguments import vectors, whole
from landscapes._kernel import compiled, float64, inlined, prepare, types
from landscapes._landscape import Floats
from optimizers._options import Kind, Option

BURN_IN = Parameter("burn_in", "b", 0.0, 0.0, 1000.0, at_least=0, at_most=1e7, integer=True, meaning="steps left out")
DECAY = Parameter("decay", r"\alpha", 0.95, 0.5, 0.999, at_least=0.0, at_most=1.0, meaning="decay of the average")

MOST_SHARES = 10_000_001  # those of the longest run there is

AVERAGES: dict[str, Kind] = {
    "uniform": Kind("uniform", (BURN_IN,)),
    "ema": Kind("exponential", (DECAY,)),
    "ema_corrected": Kind("exponential, bias-corrected", (DECAY,)),
}

UNIFORM, EMA, CORRECTED = 1, 2, 3
CODES = {"uniform": UNIFORM, "ema": EMA, "ema_corrected": CORRECTED}

# (path, code of the kind, its number, steps, room for the averages)
FOLD = types.void(float64[:, :], types.int64, float64, types.int64[::1], float64[:, ::1])


class Average(Option):
    """Averaging for `trace` and `race`; see `average`."""

    option, kinds, example = "average", AVERAGES, 'optimizers.average("uniform", burn_in=50)'

    @property
    def code(self) -> tuple[int, float]:
        """The kind and its number, as `fold` reads them."""
        return CODES[self.kind], self.values[0][1]

    def of(self, path: Floats) -> Floats:
        """The average up to every iterate, shape (n + 1, 2)."""
        path = vectors("path", path)
        averaged = np.empty((len(path), 2))
        prepare(fold, FOLD)
        fold(path, *self.code, np.arange(len(path)), averaged)
        return averaged

    def shares(self, count: int) -> Floats:
        """The share that θₖ has in the average up to it, for k < count, shape (count,): θ̂ₖ = θ̂ₖ₋₁ + share (θₖ - θ̂ₖ₋₁).

        >>> average("uniform", burn_in=1).shares(4).tolist()
        [1.0, 1.0, 0.5, 0.3333333333333333]
        """
        k, number = np.arange(whole("count", count, 0, MOST_SHARES), dtype=np.float64), self.values[0][1]
        if self.kind == "uniform":
            return 1 / np.maximum(k - number + 1, 1)
        if self.kind == "ema":
            return np.where(k == 0, 1.0, 1 - number)
        return 1 / np.cumsum(number**k)


@compiled
def fold(path: Any, code: int, number: float, steps: NDArray[np.int64], averaged: Any) -> None:
    """The average up to each of some rising steps; beyond the last row, the average up to that."""
    if code == UNIFORM:
        fold_evenly(path, int(number), steps, averaged)
    else:
        fold_exponentially(path, number, code == CORRECTED, steps, averaged)


@inlined
def fold_evenly(path: Any, burn_in: int, steps: Any, averaged: Any) -> None:
    """The mean of all rows from `burn_in` on.

    Sums of differences from the first of them keep the digits that sums of far points would lose.
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


@inlined
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


def average(kind: str, **values: float) -> Average:
    """An average of the iterates θ₀, θ₁, ..., beside the path.

    - "uniform": the mean of θ_b, ..., θₖ for a burn-in of b steps; before it, θₖ itself (Polyak, Juditsky 1992)
    - "ema": θ̂ₖ = α θ̂ₖ₋₁ + (1 - α) θₖ with θ̂₀ = θ₀: equation 8.39
    - "ema_corrected": the same weights, but none for the start that θ̂₀ = θ₀ would give: Σ αᵏ⁻ⁱ θᵢ / Σ αᵏ⁻ⁱ

    Raises:
        KeyError: an unknown kind; the message names the choices.
        TypeError, ValueError: a number that the kind does not have, or that makes no sense.

    >>> average("uniform", burn_in=1).of(np.array([[9.0, 9.0], [1.0, 0.0], [3.0, 2.0]])).tolist()
    [[9.0, 9.0], [1.0, 0.0], [2.0, 1.0]]
    """
    return Average(kind, tuple(values.items()))
