"""Ripples that deepen outwards, in a bowl: shallow minima in the middle, deep ones around.

f(x, y) = g(x) + g(y), with g(t) = t cos πt + c t²

The ripples t cos πt alone have no lowest point; the bowl c t² gives them one. For 0 < c < π/2 the slope of g changes
sign from each k - ½ to k + ½, up for odd k > 0 and even k < 0 and down for the others, since at these ends it is
(2c ± π) t; and within (-½, ½), where it is 1 at zero, it does so twice.
"""

import math
from itertools import product

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled, device_function, root


@device_function
def ripple(t: float, c: float) -> tuple[float, float, float]:
    """(g, g', g'')."""
    w, r = math.cos(math.pi * t), math.sin(math.pi * t)
    slope = w - math.pi * t * r + 2 * c * t
    return t * w + c * t * t, slope, 2 * c - 2 * math.pi * r - math.pi**2 * t * w


@compiled
def cosine_ripples(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (c)."""
    a, a1, a2 = ripple(x, p[0])
    b, b1, b2 = ripple(y, p[0])
    return a + b, a1, b1, a2, 0.0, b2


def height(t: float, c: float) -> float:
    """g."""
    return t * math.cos(math.pi * t) + c * t * t


def extrema(c: float) -> tuple[list[float], list[float]]:
    """The minima of g on the map, the lowest first, and its maxima."""

    def slope(t: float) -> float:
        return math.cos(math.pi * t) - math.pi * t * math.sin(math.pi * t) + 2 * c * t

    low = [root(slope, a, b) for a, b in ((-2.5, -1.5), (-0.5, 0.0), (0.5, 1.5), (2.5, 3.5))]
    high = [root(lambda t: -slope(t), a, b) for a, b in ((-3.5, -2.5), (-1.5, -0.5), (0.0, 0.5), (1.5, 2.5))]
    return sorted(low, key=lambda t: height(t, c)), high


def minima(c: float) -> Points:
    """Pairs of minima in one variable."""
    low, _ = extrema(c)
    return tuple(sorted(product(low, low), key=lambda at: height(at[0], c) + height(at[1], c)))


def saddles(c: float) -> Points:
    """Pairs of a minimum and a maximum in one variable."""
    low, high = extrema(c)
    return (*product(low, high), *product(high, low))


def infimum(c: float) -> float:
    """Twice the least value of g. From c = 0.2 up it lies on the map, for farther out the bowl is too high."""
    return 2 * min(height(t, c) for t in extrema(c)[0])


SURFACE = Surface(
    name="cosine_ripples",
    title="Cosine ripples in a bowl",
    watch="With a small c the middle minima are shallow, those around deeper. Who passes the first?",
    formula=r"x\cos\pi x + y\cos\pi y + c\,(x^2 + y^2)",
    reference="After Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.2",
    kernel=cosine_ripples,
    domain=((-3.5, 3.5), (-3.5, 3.5)),
    start=(0.2, 2.2),
    infimum=infimum,
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
    lr=0.01,
    parameters=(Parameter("c", "c", 0.25, 0.2, 1.5, at_least=0.2, at_most=1.5, meaning="strength of the bowl around"),),
)
