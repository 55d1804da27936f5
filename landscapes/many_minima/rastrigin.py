"""Rastrigin's function: a bowl covered by a lattice of ripples.

f(x, y) = 2A + x² - A cos 2πx + y² - A cos 2πy

It is a sum of two functions of one variable, so its critical points are the pairs of roots of t + Aπ sin 2πt. The map
shows 25 minima; in the plane there are about 2πA in every row. After L. A. Rastrigin, *Systems of Extremal Control*,
Nauka (1974), with other constants; A = 10 is that of H. Mühlenbein, M. Schomisch, J. Born, "The parallel genetic
algorithm as function optimizer", Parallel Computing 17 (1991) 619-632.
"""

import math
from itertools import product

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled, offset, root


@compiled
def rastrigin(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (A) and 1 - cos 2πt written as 2 sin² πt, which does not cancel."""
    a = p[0]
    s, t = math.sin(math.pi * x), math.sin(math.pi * y)
    return (
        x * x + y * y + 2 * a * (s * s + t * t),
        2 * x + 2 * math.pi * a * math.sin(2 * math.pi * x),
        2 * y + 2 * math.pi * a * math.sin(2 * math.pi * y),
        2 + 4 * math.pi * math.pi * a * math.cos(2 * math.pi * x),
        0.0,
        2 + 4 * math.pi * math.pi * a * math.cos(2 * math.pi * y),
    )


@compiled
def blurred_rastrigin(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, A): t² becomes t² + σ², and cos 2πt shrinks by e.

    e = exp(-2π²σ²), the characteristic function of the Gaussian at 2π.
    """
    sigma, a = p[0], p[1]
    e = math.exp(-2 * math.pi * math.pi * sigma * sigma)
    _, fx, fy, fxx, _, fyy = rastrigin(x, y, offset(p, 1))
    s, t = math.sin(math.pi * x), math.sin(math.pi * y)
    lost = -2 * a * math.expm1(-2 * math.pi * math.pi * sigma * sigma)
    return (
        x * x + y * y + 2 * sigma * sigma + lost + 2 * a * e * (s * s + t * t),
        2 * x + e * (fx - 2 * x),
        2 * y + e * (fy - 2 * y),
        2 + e * (fxx - 2),
        0.0,
        2 + e * (fyy - 2),
    )


def extrema(a: float) -> tuple[list[float], list[float]]:
    """The minima and the maxima of one summand on the map; for A >= 1 all of them exist.

    Where a ripple decreases most steeply, at k - ¼, it dominates the bowl, since k - ¼ < πA.
    """

    def slope(t: float) -> float:
        return t + a * math.pi * math.sin(2 * math.pi * t)

    low = [root(slope, k - 0.25, k) for k in (1, 2)]
    high = [root(lambda t: -slope(t), k - 0.5, k - 0.25) for k in (1, 2)]
    return sorted([0.0, *low, *(-t for t in low)], key=abs), [*high, *(-t for t in high)]


def minima(a: float) -> Points:
    """Pairs of minima in one variable, those nearest to the origin first, because the bowl is lowest there."""
    low, _ = extrema(a)
    return tuple(sorted(product(low, low), key=lambda at: math.hypot(*at)))


def saddles(a: float) -> Points:
    """Pairs of a minimum and a maximum in one variable."""
    low, high = extrema(a)
    return (*product(low, high), *product(high, low))


SURFACE = Surface(
    name="rastrigin",
    title="Rastrigin's function",
    watch="A lattice of local minima covers the bowl. Who gets across the ripples?",
    formula=r"2A + x^2 - A\cos 2\pi x + y^2 - A\cos 2\pi y",
    reference="Mühlenbein, Schomisch, Born (1991), Parallel Computing 17, 619-632; after Rastrigin (1974), Systems of "
    "Extremal Control, Nauka",
    kernel=rastrigin,
    domain=((-2.2, 2.2), (-2.2, 2.2)),
    start=(1.7, 1.3),
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
    lr=0.002,
    blurred=blurred_rastrigin,
    parameters=(Parameter("a", "A", 10.0, 1.0, 20.0, at_least=1.0, at_most=1e6, meaning="height of the ripples"),),
)
