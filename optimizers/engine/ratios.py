"""Ratios, roots and products of gradients that stay in range at every scale of the loss."""

import math

import numpy as np

from landscapes.tools.arguments import Floats
from landscapes.tools.compiler import bits, device_function, number, select

LEAST, MOST = 2.0**-1022, 2.0**1023  # the powers of two in float64, but for the subnormal ones
EXPONENT = 0x7FF0_0000_0000_0000  # its bits: those of a number without its sign and fraction are a power of two


@device_function
def ratio(s: float, r: float) -> float:
    """s / r, and 0 for 0 / 0: a coordinate that never had a gradient stays where it is, even without a constant δ."""
    return s / r if r > 0 or s != 0 else 0.0


@device_function
def units(a: float, b: float) -> tuple[float, float]:
    """A power of two near the larger of |a| and |b|, and its inverse: in this unit squares are in range."""
    exponent = bits(min(max(abs(a), abs(b), LEAST), MOST)) & EXPONENT
    return number(exponent) / 2, number(EXPONENT - exponent)


@device_function
def root_sum(a: float, b: float, p: float = 1.0, q: float = 1.0, c: float = 0.0) -> float:
    """√(p a² + q b² + c²) for p >= 0 < q, in range wherever the root is.

    Without a branch and a division, because the adaptive methods keep roots instead of squares and do this twice a
    step.
    """
    a = select(p > 0, a, 0.0)  # what has no weight must not choose the unit
    unit, inverse = units(max(abs(a), abs(b)), c)
    a, b, c = a * inverse, b * inverse, c * inverse
    return unit * math.sqrt(p * a * a + q * b * b + c * c)


@device_function
def root_mean(root: float, g: float, rho: float) -> float:
    """√(ρ r + (1 - ρ) g²) of √r and g: the root of a mean of squares, kept as a root so that it is in range."""
    return root_sum(root, g, rho, 1 - rho)


@device_function
def cramer(a: float, b: float, d: float, gx: float, gy: float) -> tuple[float, float, float]:
    """The determinant, in units in which it is in range, and -H⁻¹g, of H = ((a, b), (b, d)) by Cramer's rule."""
    _, inverse = units(max(abs(a), abs(d)), b)
    a, b, d, gx, gy = a * inverse, b * inverse, d * inverse, gx * inverse, gy * inverse
    determinant = a * d - b * b
    return determinant, (b * gy - d * gx) / determinant, (b * gx - a * gy) / determinant


@device_function
def sign(c: float) -> float:
    """-1, 0 or 1; NaN stays NaN."""
    return 1.0 if c > 0 else -1.0 if c < 0 else c


def unit_of(v: Floats) -> float:
    """The first of `units` for a vector, outside the loops."""
    largest = min(max(float(np.max(np.abs(v))), LEAST), MOST)
    return math.ldexp(1.0, math.frexp(largest)[1] - 2)


def ratios(s: Floats, r: Floats) -> Floats:
    """The same for vectors, coordinate by coordinate, outside the loops."""
    return np.divide(s, r, out=np.zeros_like(s), where=(r > 0) | (s != 0))


def root_means(root: Floats, g: Floats, rho: float) -> Floats:
    """`root_mean` for vectors, coordinate by coordinate, outside the loops."""
    return np.hypot(math.sqrt(rho) * root, math.sqrt(1 - rho) * g)


def rates(rate: float | Floats, width: Floats) -> Floats:
    """The learning rate of each coordinate, ε / width; 0 where it never had a gradient, and stays where it is."""
    return np.divide(rate, width, out=np.zeros_like(width), where=width > 0)
