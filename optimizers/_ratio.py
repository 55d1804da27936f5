"""What the methods that divide by a root of squared gradients share."""

import math

import numpy as np

from landscapes._kernel import inlined
from landscapes._landscape import Floats


@inlined
def ratio(s: float, r: float) -> float:
    """s / r, and 0 for 0 / 0: a coordinate that never had a gradient stays where it is, even without a constant δ."""
    return s / r if r > 0 or s != 0 else 0.0


@inlined
def root_sum(a: float, b: float, p: float = 1.0, q: float = 1.0) -> float:
    """√(p a² + q b²), without the squares: a² alone leaves float64 for |a| below 1e-162 or above 1e154.

    Without a branch and without a call, so that many runs can take it at once; `math.hypot` is a call.
    """
    a, b = abs(a), abs(b)
    larger = a >= b
    most, least = (a, b) if larger else (b, a)
    of_most, of_least = (p, q) if larger else (q, p)
    share = least / most if most > 0 else 0.0
    return most * math.sqrt(of_most + of_least * share * share)


@inlined
def root_mean(root: float, g: float, rho: float) -> float:
    """√(ρ r + (1 - ρ) g²) of √r and g: the root of a mean of squares, kept as a root so that it is in range."""
    return root_sum(root, g, rho, 1 - rho)


def ratios(s: Floats, r: Floats) -> Floats:
    """The same for vectors, coordinate by coordinate, outside the loops."""
    return np.divide(s, r, out=np.zeros_like(s), where=(r > 0) | (s != 0))


def rates(rate: float, width: Floats) -> Floats:
    """The learning rate of each coordinate, ε / width; 0 where it never had a gradient, and stays where it is."""
    return np.divide(rate, width, out=np.zeros_like(width), where=width > 0)
