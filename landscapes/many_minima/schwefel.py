"""Schwefel's function (his problem 2.26): the best minimum is far from the second best.

f(x, y) = F(x) + F(y), with F(t) = A - t sin √|t| + max(0, |t| - 500)³

It is published for -500 <= x, y <= 500; beyond, it would swing ever lower. The cubic wall, outside that box and with
two continuous derivatives, prevents this and leaves the published function unchanged. The constant, published as
A = 418.9829, is the one that makes the minimum value 0. H.-P. Schwefel, *Numerical Optimization of Computer Models*,
Wiley (1981).

It is a sum of two functions of one variable, so its critical points are the pairs of theirs. With q = √|t|, those in
the box have tan q = -q/2, one for each k = 1, 2, …, 7 between (k - ½) π and k π: for odd k a minimum at t = q² and a
maximum at -q², for even k the other way round. One more minimum lies at the foot of the wall t < -500. At t = 0 the
slope is 0 too, but F has no extremum; F'' jumps from +∞ to -∞ there, and the kernel returns their mean, 0.
"""

import math
from itertools import product

from landscapes.authoring import (
    Jet,
    Points,
    Surface,
    Values,
    compiled,
    device_function,
    gaussian,
    python_function,
    root,
    swing,
)

EDGE = 500.0
Q = 20.51752290994169  # √t of the best minimum, the root of tan q = -q/2 in (6.5π, 7π)
A = 418.9828872724337  # Q² sin Q


@device_function
def swings(t: float) -> tuple[float, float, float]:
    """(F, F', F''). For t >= 0, A = Q² sin Q is subtracted term by term to avoid cancellation near the minimum."""
    q = math.sqrt(abs(t))
    s, c = math.sin(q), math.cos(q)
    w = max(0.0, abs(t) - EDGE)
    if t >= 0:
        d = q - Q
        f = -(q + Q) * d * s - 2 * Q * Q * math.cos(0.5 * (q + Q)) * math.sin(0.5 * d)
    else:
        f = A - t * s
    bend = 0.25 * (s - 3 * c / q) if q > 0 else 0.0
    if t < 0:
        return f + w * w * w, -s - 0.5 * q * c - 3 * w * w, 6 * w - bend
    return f + w * w * w, -s - 0.5 * q * c + 3 * w * w, 6 * w + bend


@compiled
def schwefel(x: float, y: float, p: Values) -> Jet:
    """The jet."""
    a, a1, a2 = swings(x)
    b, b1, b2 = swings(y)
    return a + b, a1, b1, a2, 0.0, b2


@device_function
def blurred_swings(t: float, sigma: float) -> tuple[float, float, float]:
    """E F(t + σz) over a standard normal z, with its derivatives."""
    s, s1, s2, s3 = gaussian.root_sine(t, sigma)
    a, a1, a2 = gaussian.cube(t - EDGE, sigma)
    b, b1, b2 = gaussian.cube(-t - EDGE, sigma)
    v = sigma * sigma
    return A - t * s - v * s1 + a + b, -s - t * s1 - v * s2 + a1 - b1, -2 * s1 - t * s2 - v * s3 + a2 + b2


@compiled
def blurred_schwefel(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ)."""
    a, a1, a2 = blurred_swings(x, p[0])
    b, b1, b2 = blurred_swings(y, p[0])
    return a + b, a1, b1, a2, 0.0, b2


def height(t: float) -> float:
    """F."""
    return python_function(swings)(t)[0]


def foot() -> float:
    """The minimum at the wall t < -500."""

    def slope(t: float) -> float:
        q = math.sqrt(-t)
        return -3 * (EDGE + t) ** 2 - math.sin(q) - 0.5 * q * math.cos(q)

    return root(slope, -EDGE - 20, -EDGE)


def extrema() -> tuple[list[float], list[float]]:
    """The minima of F on the map, the lowest first, and its maxima."""
    low = [swing(k) * (1 if k % 2 else -1) for k in range(1, 8)]
    return sorted([*low, foot()], key=height), [-t for t in low]


def minima() -> Points:
    """Pairs of minima in one variable, the lowest first."""
    low, _ = extrema()
    return tuple(sorted(product(low, low), key=lambda at: height(at[0]) + height(at[1])))


def saddles() -> Points:
    """Pairs of a minimum and a maximum in one variable."""
    low, high = extrema()
    return (*product(low, high), *product(high, low))


SURFACE = Surface(
    name="schwefel",
    title="Schwefel's function",
    watch="The global minimum lies in a corner, the second best far from it. Who gets there?",
    formula=r"\sum_{t \in \{x, y\}} A - t \sin\sqrt{|t|} + \max(0, |t| - 500)^3",
    reference="Schwefel (1981), Numerical Optimization of Computer Models, Wiley",
    kernel=schwefel,
    blurred=blurred_schwefel,
    domain=((-505.0, 505.0), (-505.0, 505.0)),
    start=(-180.0, 90.0),
    minima=minima,
    saddles=saddles,
    smooth=False,
    challenges=frozenset({"saddles"}),
    lr=0.1,
)
