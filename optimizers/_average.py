"""Polyak averaging (section 8.7.3): a point made of all the iterates so far. The run itself does not know of it."""

from typing import Any

import numpy as np

from landscapes import Parameter
from landscapes._kernel import compiled, float64, prepare, types
from landscapes._landscape import Floats
from optimizers._options import Kind, Option, settled

BURN_IN = Parameter("burn_in", "b", 0.0, 0.0, 1000.0, at_least=0, at_most=1e7, integer=True, meaning="steps left out")
DECAY = Parameter("decay", r"\alpha", 0.95, 0.5, 0.999, at_least=0.0, at_most=1.0, meaning="decay of the average")

AVERAGES: dict[str, Kind] = {
    "uniform": Kind("uniform", (BURN_IN,)),
    "ema": Kind("exponential", (DECAY,)),
    "ema_corrected": Kind("exponential, bias-corrected", (DECAY,)),
}

FOLD = types.void(float64[:, :], float64, types.boolean, float64[:, ::1])


class Average(Option):
    """Averaging for `trace` and `race`; see `average`."""

    def of(self, path: Floats) -> Floats:
        """The average up to every iterate, shape (n + 1, 2)."""
        averaged = np.array(path, order="C")
        if self.kind == "uniform":
            burn_in = int(self["burn_in"])
            later = averaged[burn_in:]
            # Sums of differences from the first keep the digits that sums of far points would lose.
            origin = later[:1].copy()
            later[:] = origin + np.cumsum(later - origin, axis=0) / np.arange(1, len(later) + 1)[:, None]
        else:
            prepare(fold, FOLD)
            fold(path, self["decay"], self.kind == "ema_corrected", averaged)
        return averaged


@compiled
def fold(path: Any, decay: float, corrected: bool, averaged: Any) -> None:
    """The exponential average up to every row."""
    weight = 1.0  # of the newest row
    for k in range(1, path.shape[0]):
        if corrected:
            weight = 1 / (1 + decay / weight)
        share = weight if corrected else 1 - decay
        for i in range(2):
            averaged[k, i] = averaged[k - 1, i] + share * (path[k, i] - averaged[k - 1, i])


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
    return Average(kind, settled("average", AVERAGES, kind, values))
