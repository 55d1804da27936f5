"""Gradient clipping (section 10.11.1): an upper bound for the gradient of a step, or for the step itself."""

import numpy as np
from numpy.typing import NDArray

from landscapes import Parameter
from landscapes.tools.arguments import Floats, vectors
from optimizers.engine.clipping import LEAST, NORM, VALUE
from optimizers.options.option import Kind, Option

THRESHOLD = Parameter("threshold", "c", 1.0, 1e-3, 1e3, "log", at_least=0.0, meaning="threshold")
APPLIED = Parameter(
    "applied",
    "",
    0.0,
    0.0,
    1.0,
    at_least=0,
    at_most=1,
    integer=True,
    meaning="what is clipped",
    choices=("gradient", "step"),
    labels=("the gradient", "the whole step"),
)

CLIPS: dict[str, Kind] = {
    "norm": Kind("by norm", (THRESHOLD, APPLIED)),
    "value": Kind("by value", (THRESHOLD, APPLIED)),
}
CODES = {"norm": NORM, "value": VALUE}


class Clip(Option):
    """Clipping for `trace` and `race`; see `clip`."""

    option, kinds, example = "clip", CLIPS, 'optimizers.clip("norm", 1.0)'

    @property
    def of_step(self) -> bool:
        """Whether the method's step is clipped instead of its gradient."""
        return self["applied"] == APPLIED.choices.index("step")

    def touches(self, raw: Floats) -> NDArray[np.bool_]:
        """Which of the vectors, shape (n, 2), clipping changes."""
        raw = vectors("raw", raw)
        half = np.hypot(*(raw.T / 2)) if self.kind == "norm" else np.abs(raw).max(axis=1) / 2
        return np.asarray(half > self["threshold"] / 2)

    def of(self, raw: Floats) -> Floats:
        """The vectors, shape (n, 2), clipped."""
        raw, most = vectors("raw", raw), self["threshold"]
        if self.kind == "value":
            return np.clip(raw, -most, most)
        half = np.hypot(*(raw.T / 2))  # the full length may overflow
        share = np.divide(most / 2, half, out=np.ones_like(half), where=half > most / 2)[:, None]
        unit = np.divide(raw, half[:, None], out=np.zeros_like(raw), where=share < LEAST)
        return np.asarray(np.where(share < LEAST, unit * (most / 2), raw * share))


def clip(kind: str, threshold: float = 1.0, applied: str | float = "gradient") -> Clip:
    """Clipping of every gradient that a method uses, including noise and look-ahead, before it uses it.

    - "norm": g <- g · c / ‖g‖ if ‖g‖ > c: the direction is kept (Pascanu, Mikolov, Bengio 2013, algorithm 1)
    - "value": every coordinate is clipped to [-c, c]: the direction may change (Mikolov 2012)

    With applied="step" the step, in multiples of the learning rate, is clipped instead: after momentum and everything
    else that a method does with its gradients. The state of the method, such as its velocity, is not affected. For
    plain gradient descent both are the same.

    Raises:
        KeyError: Unknown kind; the message lists the choices.
        TypeError, ValueError: The threshold is not a finite number, at least 0.

    >>> clip("norm", 0.5)["threshold"]
    0.5
    """
    return Clip(kind, (("threshold", threshold), ("applied", applied)))  # type: ignore[arg-type]
