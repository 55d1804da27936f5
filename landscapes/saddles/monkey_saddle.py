"""The monkey saddle, with room for two legs and a tail, closed off by a bowl.

f(x, y) = x³ - 3xy² + c (x² + y²)², that is r³ cos 3θ + c r⁴

At the origin gradient and Hessian both vanish, so a Newton step is not defined there. The bare cubic is in D. Hilbert,
S. Cohn-Vossen, *Geometry and the Imagination* (1952).
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled


@compiled
def monkey_saddle(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (c) and q = x² + y²."""
    c, xx, yy = p[0], x * x, y * y
    q = xx + yy
    return (
        x * (xx - 3 * yy) + c * q * q,
        3 * (xx - yy) + 4 * c * x * q,
        y * (4 * c * q - 6 * x),
        6 * x + 4 * c * (q + 2 * xx),
        y * (8 * c * x - 6),
        4 * c * (q + 2 * yy) - 6 * x,
    )


def minima(c: float) -> Points:
    """r = 3/(4c) in the three directions with cos 3θ = -1."""
    r = 3 / (4 * c)
    height = r * math.sqrt(3) / 2
    return ((-r, 0.0), (r / 2, height), (r / 2, -height))


def saddles(c: float) -> Points:
    """The origin."""
    return ((0.0, 0.0),)


def infimum(c: float) -> float:
    """-27/(256 c³), in all three minima."""
    return -27 / (256 * c**3)


SURFACE = Surface(
    name="monkey_saddle",
    title="Monkey saddle",
    watch="At this saddle even the curvature is zero: right there second-order methods see nothing.",
    formula=r"x^3 - 3xy^2 + c\,(x^2 + y^2)^2",
    reference="Hilbert, Cohn-Vossen (1952), Geometry and the Imagination",
    kernel=monkey_saddle,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.7, 0.02),
    infimum=infimum,
    minima=minima,
    saddles=saddles,
    lr=0.02,
    parameters=(
        # For c >= 3/8 the minima lie on the map.
        Parameter("c", "c", 0.5, 0.4, 2.0, "log", at_least=0.375, at_most=100.0, meaning="strength of the bowl around"),
    ),
    challenges=frozenset({"plateaus"}),
)
