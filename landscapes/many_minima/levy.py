"""Levy's function: steep waves along x, gentle ones along y.

f(x, y) = sin² πu + (u - 1)² (1 + 10 sin²(πu + 1)) + (v - 1)² (1 + sin² 2πv), with u = (x + 3)/4 and v = (y + 3)/4

It is a sum of two functions of one variable, so its critical points are pairs of theirs. This form is that of M.
Laguna, R. Martí, "Experimental testing of advanced scatter search designs for global optimization of multimodal
functions", Journal of Global Optimization 33 (2005) 235-255, after A. V. Levy, A. Montalvo, "The tunneling algorithm
for the global minimization of functions", SIAM Journal on Scientific and Statistical Computing 6 (1985) 15-29.
"""

import math
from itertools import product

from landscapes.authoring import Jet, Points, Surface, Values, compiled, device_function

# The critical points of each summand on the map: its minima, the best first, and its maxima.
LOW_X, HIGH_X = (1.0, 3.79108219045050982, -4.205434985718203664), (-2.705316040386870735, 2.768860451853793473)
LOW_Y, HIGH_Y = (1.0, -2.890649608461713285, 4.890649608461713285), (-2.256662218677807092, 4.256662218677807092)


@device_function
def steep(t: float) -> tuple[float, float, float]:
    """sin² πt + t² (1 + 10 sin²(πt + 1)) with its derivatives; because of the period of sin², t can be u - 1."""
    s, r = math.sin(math.pi * t), math.sin(math.pi * t + 1)
    g = 1 + 10 * r * r
    g1 = 10 * math.pi * math.sin(2 * math.pi * t + 2)
    g2 = 20 * math.pi**2 * math.cos(2 * math.pi * t + 2)
    return (
        s * s + t * t * g,
        math.pi * math.sin(2 * math.pi * t) + 2 * t * g + t * t * g1,
        2 * math.pi**2 * math.cos(2 * math.pi * t) + 2 * g + 4 * t * g1 + t * t * g2,
    )


@device_function
def gentle(t: float) -> tuple[float, float, float]:
    """t² (1 + sin² 2πt) with its derivatives, for t = v - 1."""
    s = math.sin(2 * math.pi * t)
    g, g1, g2 = 1 + s * s, 2 * math.pi * math.sin(4 * math.pi * t), 8 * math.pi**2 * math.cos(4 * math.pi * t)
    return t * t * g, 2 * t * g + t * t * g1, 2 * g + 4 * t * g1 + t * t * g2


@compiled
def levy(x: float, y: float, p: Values) -> Jet:
    """The jet."""
    a, a1, a2 = steep((x - 1) / 4)
    b, b1, b2 = gentle((y - 1) / 4)
    return a + b, a1 / 4, b1 / 4, a2 / 16, 0.0, b2 / 16


def minima() -> Points:
    """Pairs of minima in one variable, in the order of their values 0, 1.16, 2.40 by x and 0, 0.97 by y."""
    (x0, x1, x2), (y0, y1, y2) = LOW_X, LOW_Y
    return ((x0, y0), (x0, y1), (x0, y2), (x1, y0), (x1, y1), (x1, y2), (x2, y0), (x2, y1), (x2, y2))


def saddles() -> Points:
    """Pairs of a minimum and a maximum in one variable."""
    return (*product(LOW_X, HIGH_Y), *product(HIGH_X, LOW_Y))


SURFACE = Surface(
    name="levy",
    title="Levy's function",
    watch="Steep waves across, gentle ones along: the right trough is only half the way.",
    formula=r"\sin^2\pi u + (u-1)^2 \left(1 + 10\sin^2(\pi u + 1)\right) + (v-1)^2 \left(1 + \sin^2 2\pi v\right),"
    r"\quad u = \tfrac{x + 3}{4},\ v = \tfrac{y + 3}{4}",
    reference="Laguna, Martí (2005), Journal of Global Optimization 33, 235-255; after Levy, Montalvo (1985), SIAM "
    "Journal on Scientific and Statistical Computing 6, 15-29",
    kernel=levy,
    domain=((-5.0, 5.0), (-4.0, 6.0)),
    start=(-2.4, 4.1),
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
    lr=0.05,
)
