"""What the methods that divide by a root of squared gradients share."""

import numpy as np

from landscapes._kernel import inlined
from landscapes._landscape import Floats


@inlined
def ratio(s: float, r: float) -> float:
    """s / r, and 0 for 0 / 0: a coordinate that never had a gradient stays where it is, even without a constant δ."""
    return s / r if r > 0 or s != 0 else 0.0


def ratios(s: Floats, r: Floats) -> Floats:
    """The same for vectors, coordinate by coordinate, outside the loops."""
    return np.divide(s, r, out=np.zeros_like(s), where=(r > 0) | (s != 0))


def rates(rate: float, width: Floats) -> Floats:
    """The learning rate of each coordinate, ε / width; 0 where it never had a gradient, and stays where it is."""
    return np.divide(rate, width, out=np.zeros_like(width), where=width > 0)
