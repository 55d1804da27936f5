"""Easom's function: a single hole in a wide plain.

f(x, y) = -A(x) A(y), with A(t) = cos t · exp(-(t - π)²)

A critical point has A' = 0 in both coordinates (the minima and maxima) or A = 0 in both (the saddles). E. E. Easom,
*A survey of global optimization techniques*, M. Eng. thesis, University of Louisville (1990).
"""

import math

from landscapes.authoring import Jet, Points, Surface, Values, compiled, device_function

SIDE = 1.8365972031521258  # the least positive root of tan t = -2t: A'(π ± t) = 0


@device_function
def bump(t: float) -> tuple[float, float, float]:
    """(A, A', A'')."""
    d = t - math.pi
    e, c, s = math.exp(-d * d), math.cos(t), math.sin(t)
    return c * e, -(s + 2 * d * c) * e, ((4 * d * d - 3) * c + 4 * d * s) * e


@compiled
def easom(x: float, y: float, p: Values) -> Jet:
    """The jet of a product of two functions of one variable."""
    a, a1, a2 = bump(x)
    b, b1, b2 = bump(y)
    return -a * b, -a1 * b, -a * b1, -a2 * b, -a1 * b1, -a * b2


@device_function
def blurred_bump(t: float, v: float) -> tuple[float, float, float]:
    """E A(t + σz) over a standard normal z, with its derivatives; v = 1 + 2σ².

    With d = t - π it is the real part of -E exp(iD - D²), which is -exp((id - d² - σ²/2) / v) / √v.
    """
    d = (t - math.pi) / v
    e, c, s = -math.exp(-v * d * d - 0.25 * (1 - 1 / v)) / math.sqrt(v), math.cos(d), math.sin(d)
    slope = -2 * d * c - s / v
    return e * c, e * slope, e * (-2 * d * slope + 2 * d * s / v - (2 + 1 / v) * c / v)


@compiled
def blurred_easom(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ): the product of both blurred factors."""
    v = 1 + 2 * p[0] * p[0]
    a, a1, a2 = blurred_bump(x, v)
    b, b1, b2 = blurred_bump(y, v)
    return -a * b, -a1 * b, -a * b1, -a2 * b, -a1 * b1, -a * b2


def minima() -> Points:
    """The hole, and four dents of depth 8e-5 around it."""
    low, high = math.pi - SIDE, math.pi + SIDE
    return ((math.pi, math.pi), (low, low), (low, high), (high, low), (high, high))


def saddles() -> Points:
    """The points where both cosines vanish."""
    low, high = math.pi / 2, 3 * math.pi / 2
    return ((low, low), (low, high), (high, low), (high, high))


SURFACE = Surface(
    name="easom",
    title="Easom's hole in the plain",
    watch="A needle in a haystack: away from the hole, no gradient says where it is.",
    formula=r"-\cos x \cos y\; e^{-(x - \pi)^2 - (y - \pi)^2}",
    reference="Easom (1990), A survey of global optimization techniques, M. Eng. thesis, University of Louisville",
    kernel=easom,
    blurred=blurred_easom,
    domain=((-1.0, 7.3), (-1.0, 7.3)),
    start=(1.6, 2.2),
    infimum=-1.0,
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"many_minima"}),
)
