"""McCormick's function: waves on a slope.

f(x, y) = sin(x + y) + (x - y)² - 1.5x + 2.5y + 1 + max(0, -4.5 - x - y)³

It is published for -1.5 <= x <= 4 and -3 <= y <= 4; beyond, along x + y, it would decrease forever. The cubic wall,
outside that box and with two continuous derivatives, prevents this and leaves the published function unchanged.
With s = x + y it is sin s + s/2 + (x - y - 1)², plus the wall: in the box the critical points have x - y = 1 and
cos s = -½. M. Jamil, X.-S. Yang, "A literature survey of benchmark functions for global optimization problems",
International Journal of Mathematical Modelling and Numerical Optimisation 4 (2013) 150-194.
"""

import math

from landscapes.authoring import Jet, Point, Points, Surface, Values, compiled, gaussian

WALL = -4.5  # x + y at the lowest corner of the box


@compiled
def mccormick(x: float, y: float, p: Values) -> Jet:
    """The jet, with u = x - y - 1 and the depth w behind the wall."""
    s, u = x + y, x - y - 1
    w = max(0.0, WALL - s)
    along, bend = math.cos(s) + 0.5 - 3 * w * w, 6 * w - math.sin(s)
    return math.sin(s) + 0.5 * s + u * u + w * w * w, along + 2 * u, along - 2 * u, bend + 2, bend - 2, bend + 2


@compiled
def blurred_mccormick(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ): x + y and x - y both have the variance 2σ²."""
    s, u, v = x + y, x - y - 1, p[0] * p[0]
    e = math.exp(-v)
    w, w1, w2 = gaussian.cube(WALL - s, p[0] * math.sqrt(2))
    along, bend = e * math.cos(s) + 0.5 - w1, w2 - e * math.sin(s)
    return e * math.sin(s) + 0.5 * s + u * u + 2 * v + w, along + 2 * u, along - 2 * u, bend + 2, bend - 2, bend + 2


def at(s: float) -> Point:
    """The point with x + y = s and x - y = 1."""
    return (s + 1) / 2, (s - 1) / 2


def minima() -> Points:
    """Two troughs, the lower one first."""
    return (at(-2 * math.pi / 3), at(4 * math.pi / 3))


def saddles() -> Points:
    """The crest between them."""
    return (at(2 * math.pi / 3),)


SURFACE = Surface(
    name="mccormick",
    title="McCormick's function",
    watch="Two troughs of a tilted wave: who brings enough speed to cross the crest between them?",
    formula=r"\sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1 + \max(0, -4.5 - x - y)^3",
    reference="Jamil, Yang (2013), Int. J. Mathematical Modelling and Numerical Optimisation 4, 150-194",
    kernel=mccormick,
    blurred=blurred_mccormick,
    domain=((-1.5, 4.0), (-3.0, 4.0)),
    start=(3.2, 3.1),
    infimum=-math.sqrt(3) / 2 - math.pi / 3,
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
    lr=0.1,
)
