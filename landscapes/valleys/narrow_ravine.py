"""A narrow ravine that winds down to its minimum.

f(x, y) = b (y - 2 sin x)² + x²/10

Steps along the floor must also turn. The ravine of chapter 8.2.1 of Goodfellow, Bengio, Courville (2016), but bent: in
a straight one momentum can accumulate, here it runs into the wall.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled


@compiled
def narrow_ravine(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (b) and the distance u from the floor."""
    b, s, c = p[0], 2 * math.sin(x), 2 * math.cos(x)
    u = y - s
    return (
        b * u * u + 0.1 * x * x,
        -2 * b * u * c + 0.2 * x,
        2 * b * u,
        2 * b * (c * c + u * s) + 0.2,
        -2 * b * c,
        2 * b,
    )


def minima(b: float) -> Points:
    """The origin: f_y = 0 only on the floor, where f_x = x/5."""
    return ((0.0, 0.0),)


SURFACE = Surface(
    name="narrow_ravine",
    title="Winding ravine",
    watch="The ravine turns, velocity does not. Who keeps to the floor in the bends?",
    formula=r"b\,(y - 2\sin x)^2 + \tfrac{1}{10} x^2",
    reference="After Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.1",
    kernel=narrow_ravine,
    domain=((-5.5, 3.5), (-4.0, 4.0)),
    start=(-5.0, -1.0),
    minima=minima,
    parameters=(Parameter("b", "b", 5.0, 0.1, 1000.0, "log", at_least=1e-6, at_most=1e6, meaning="wall steepness"),),
)
