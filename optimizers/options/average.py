"""Polyak averaging (section 8.7.3): the average of the iterates so far. It does not affect the run."""

import numpy as np

from landscapes import Parameter
from landscapes.tools.arguments import Floats, vectors, whole
from landscapes.tools.compiler import prepare
from optimizers.engine.averaging import CORRECTED, EMA, FOLD, UNIFORM, fold
from optimizers.options.option import Kind, Option

BURN_IN = Parameter("burn_in", "b", 0.0, 0.0, 1000.0, at_least=0, at_most=1e7, integer=True, meaning="steps left out")
DECAY = Parameter("decay", r"\alpha", 0.95, 0.5, 0.999, at_least=0.0, at_most=1.0, meaning="decay of the average")

MOST_SHARES = 10_000_001  # for the longest possible run

AVERAGES: dict[str, Kind] = {
    "uniform": Kind("uniform", (BURN_IN,)),
    "ema": Kind("exponential", (DECAY,)),
    "ema_corrected": Kind("exponential, bias-corrected", (DECAY,)),
}

CODES = {"uniform": UNIFORM, "ema": EMA, "ema_corrected": CORRECTED}


class Average(Option):
    """Averaging for `trace` and `race`; see `average`."""

    option, kinds, example = "average", AVERAGES, 'optimizers.average("uniform", burn_in=50)'

    @property
    def code(self) -> tuple[int, float]:
        """The code of the kind and its parameter, as `fold` reads them."""
        return CODES[self.kind], self.values[0][1]

    def of(self, path: Floats) -> Floats:
        """The average up to every iterate, shape (n + 1, 2)."""
        path = vectors("path", path)
        averaged = np.empty((len(path), 2))
        prepare(fold, FOLD)
        fold(path, *self.code, np.arange(len(path)), averaged)
        return averaged

    def shares(self, count: int) -> Floats:
        """The share of θₖ in the average up to it, for k < count, shape (count,): θ̂ₖ = θ̂ₖ₋₁ + share (θₖ - θ̂ₖ₋₁).

        >>> average("uniform", burn_in=1).shares(4).tolist()
        [1.0, 1.0, 0.5, 0.3333333333333333]
        """
        k, number = np.arange(whole("count", count, 0, MOST_SHARES), dtype=np.float64), self.values[0][1]
        if self.kind == "uniform":
            return 1 / np.maximum(k - number + 1, 1)
        if self.kind == "ema":
            return np.where(k == 0, 1.0, 1 - number)
        return 1 / np.cumsum(number**k)


def average(kind: str, **values: float) -> Average:
    """An average of the iterates θ₀, θ₁, ..., computed beside the path.

    - "uniform": the mean of θ_b, ..., θₖ for a burn-in of b steps; before it, θₖ itself (Polyak, Juditsky 1992)
    - "ema": θ̂ₖ = α θ̂ₖ₋₁ + (1 - α) θₖ with θ̂₀ = θ₀: equation 8.39
    - "ema_corrected": the same without the extra weight of the start from θ̂₀ = θ₀: Σ αᵏ⁻ⁱ θᵢ / Σ αᵏ⁻ⁱ

    Raises:
        KeyError: Unknown kind; the message lists the choices.
        TypeError, ValueError: The kind has no such parameter, or its value is not allowed.

    >>> average("uniform", burn_in=1).of(np.array([[9.0, 9.0], [1.0, 0.0], [3.0, 2.0]])).tolist()
    [[9.0, 9.0], [1.0, 0.0], [2.0, 1.0]]
    """
    return Average(kind, tuple(values.items()))
