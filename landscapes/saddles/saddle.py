"""A saddle with a minimum on either side.

f(x, y) = x² - y² + c y⁴

Near the origin it is the textbook saddle x² - y²; the quartic term bounds it from below, with a minimum on either side
of the line y = 0, along which every gradient points at the saddle. Goodfellow, Bengio, Courville (2016), section 8.2.3.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled


@compiled
def saddle(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (c)."""
    c, yy = p[0], y * y
    return x * x - yy * (1 - c * yy), 2 * x, y * (4 * c * yy - 2), 2.0, 0.0, 12 * c * yy - 2


def minima(c: float) -> Points:
    """(0, ±1/√(2c))."""
    y = math.sqrt(1 / (2 * c))
    return ((0.0, y), (0.0, -y))


def saddles(c: float) -> Points:
    """The origin."""
    return ((0.0, 0.0),)


def infimum(c: float) -> float:
    """-1/(4c), in both minima."""
    return -1 / (4 * c)


SURFACE = Surface(
    name="saddle",
    title="Saddle",
    watch="Almost on the ridge line: who lingers at the saddle, who escapes, who is drawn to it?",
    formula=r"x^2 - y^2 + c\,y^4",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.3",
    kernel=saddle,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.7, 0.001),
    infimum=infimum,
    minima=minima,
    saddles=saddles,
    lr=0.03,
    parameters=(
        # For c >= 1/8 the minima lie on the map.
        Parameter("c", "c", 0.25, 0.15, 2.0, "log", at_least=0.125, at_most=1e4, meaning="how soon slopes rise again"),
    ),
)
