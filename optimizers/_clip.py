"""Gradient clipping (section 10.11.1): an upper bound for what a step is made of."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Parameter
from landscapes._kernel import inlined
from landscapes._landscape import Floats
from optimizers._options import Kind, Option, settled

THRESHOLD = Parameter("threshold", "c", 1.0, 1e-3, 1e3, "log", at_least=0.0, meaning="threshold")

CLIPS: dict[str, Kind] = {
    "norm": Kind("by norm", (THRESHOLD,)),
    "value": Kind("by value", (THRESHOLD,)),
}
NORM, VALUE = 1, 2
CODES = {"norm": NORM, "value": VALUE}


class Clip(Option):
    """Clipping for `trace` and `race`; see `clip`."""

    def touches(self, gradient: Floats) -> NDArray[np.bool_]:
        """Which gradients, shape (n, 2), it changes."""
        size = np.hypot(*gradient.T) if self.kind == "norm" else np.abs(gradient).max(axis=1)
        return np.asarray(size > self["threshold"])

    def applied(self, gradient: Floats) -> Floats:
        """The gradients, shape (n, 2), as a step uses them."""
        threshold = self["threshold"]
        if self.kind == "value":
            return np.clip(gradient, -threshold, threshold)
        touched = self.touches(gradient)
        short = gradient.copy()
        short[touched] *= threshold / np.hypot(*gradient[touched].T)[:, None]
        return short


def clip(kind: str, threshold: float = 1.0) -> Clip:
    """Clipping of every gradient a method uses, with noise and look-ahead, before it uses it.

    - "norm": g <- g · c / ‖g‖ where ‖g‖ > c: the direction stays (Pascanu, Mikolov, Bengio 2013, algorithm 1)
    - "value": every coordinate is brought into [-c, c]: the direction may turn (Mikolov 2012)

    Raises:
        KeyError: an unknown kind; the message names the choices.
        TypeError, ValueError: a threshold that is not a finite number, at least 0.

    >>> clip("norm", 0.5)["threshold"]
    0.5
    """
    return Clip(kind, settled("clip", CLIPS, kind, {"threshold": threshold}))


@inlined
def clipped(kind: int, threshold: float, gx: float, gy: float) -> Any:
    """(gx, gy) clipped. NaN stays NaN."""
    if kind == NORM:
        norm = math.hypot(gx, gy)
        if norm > threshold:
            return gx * (threshold / norm), gy * (threshold / norm)
    elif kind == VALUE:
        gx = threshold if gx > threshold else -threshold if gx < -threshold else gx
        gy = threshold if gy > threshold else -threshold if gy < -threshold else gy
    return gx, gy
