"""A sigmoid well: quadratic at the bottom, exponentially flat far out.

f(x, y) = 2 σ(u / w) - 1, with u = √(1 + (x - 2)² + (y + 1)²) - 1

The effect of a saturated sigmoid on a loss: the gradient vanishes like exp(-u / w) although it still points in the
right direction. Goodfellow, Bengio, Courville (2016), sections 6.2.2.2 and 8.2.3.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled

X, Y = 2.0, -1.0


@compiled
def sigmoid_plateau(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (w). Since f = tanh(u / 2w), f' = (1 - f²) / 2w and f'' = -f f' / w."""
    w, dx, dy = p[0], x - X, y - Y
    r = math.hypot(dx, dy)
    s = math.hypot(1.0, r)
    z = r / (1 + s) * r / w
    e = math.exp(-z)
    f = -math.expm1(-z) / (1 + e)
    slope = 2 * e / ((1 + e) * (1 + e)) / w
    bend = -f * slope / w
    ux, uy = dx / s, dy / s
    return (
        f,
        slope * ux,
        slope * uy,
        bend * ux * ux + slope * (1 / s / s + uy * uy) / s,
        (bend - slope / s) * ux * uy,
        bend * uy * uy + slope * (1 / s / s + ux * ux) / s,
    )


def minima(width: float) -> Points:
    """The bottom of the well."""
    return ((X, Y),)


SURFACE = Surface(
    name="sigmoid_plateau",
    title="Sigmoid plateau",
    watch="The slope points the right way, but it is almost nothing. Who moves at all?",
    formula=r"2\,\sigma\!\left(\frac{u}{w}\right) - 1,\quad u = \sqrt{1 + (x - 2)^2 + (y + 1)^2} - 1",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, sections 6.2.2.2 and 8.2.3",
    kernel=sigmoid_plateau,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-4.0, 3.0),
    minima=minima,
    parameters=(
        Parameter("width", "w", 0.5, 0.1, 5.0, "log", at_least=0.05, at_most=100.0, meaning="width of the well"),
    ),
)
