"""Ratios, roots and products of gradients that do not overflow or underflow at any scale of the loss."""

import math

import numpy as np

from landscapes.tools.arguments import Floats
from landscapes.tools.compiler import bits, device_function, number, select

LEAST, MOST = 2.0**-1022, 2.0**1023  # range of the powers of two in float64, without the subnormal ones
EXPONENT = 0x7FF0_0000_0000_0000  # mask of the exponent bits: without sign and fraction a number is a power of two


@device_function
def ratio(s: float, r: float) -> float:
    """s / r, and 0 for 0 / 0: a coordinate whose gradients were all 0 does not move, even without a constant δ."""
    return s / r if r > 0 or s != 0 else 0.0


@device_function
def units(a: float, b: float) -> tuple[float, float]:
    """A power of two near the larger of |a| and |b|, and its inverse: in this unit squares are in range."""
    exponent = bits(min(max(abs(a), abs(b), LEAST), MOST)) & EXPONENT
    return number(exponent) / 2, number(EXPONENT - exponent)


@device_function
def root_sum(a: float, b: float, p: float = 1.0, q: float = 1.0, c: float = 0.0) -> float:
    """√(p a² + q b² + c²) for p >= 0 < q, in range whenever the root is.

    Without branches and divisions, because the adaptive methods store roots instead of squares and call this twice per
    step.
    """
    a = select(p > 0, a, 0.0)  # a number with weight 0 must not determine the unit
    unit, inverse = units(max(abs(a), abs(b)), c)
    a, b, c = a * inverse, b * inverse, c * inverse
    return unit * math.sqrt(p * a * a + q * b * b + c * c)


@device_function
def root_mean(root: float, g: float, rho: float) -> float:
    """√(ρ r + (1 - ρ) g²) from √r and g: the root of a mean of squares, stored as a root to stay in range."""
    return root_sum(root, g, rho, 1 - rho)


@device_function
def cramer(a: float, b: float, d: float, gx: float, gy: float) -> tuple[float, float, float]:
    """The determinant of H = ((a, b), (b, d)), in units in which it is in range, and -H⁻¹g by Cramer's rule."""
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
    """`ratio` for vectors, elementwise, outside the loops."""
    return np.divide(s, r, out=np.zeros_like(s), where=(r > 0) | (s != 0))


def root_means(root: Floats, g: Floats, rho: float) -> Floats:
    """`root_mean` for vectors, elementwise, outside the loops."""
    return np.hypot(math.sqrt(rho) * root, math.sqrt(1 - rho) * g)


def rates(rate: float | Floats, width: Floats) -> Floats:
    """The learning rate of each coordinate, ε / width; 0 for a coordinate whose gradients were all 0."""
    return np.divide(rate, width, out=np.zeros_like(width), where=width > 0)
