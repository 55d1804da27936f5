"""A well far away in a flat plain.

f(x, y) = u / (1 + u), with u = ((x - 4)² + (y + 2)²) / w²

Unlike that of a Gaussian or sigmoid well, its slope decays only with the third power of the distance: it points to the
well everywhere, but steps proportional to it take long. The wide flat region of section 8.2.7 of Goodfellow, Bengio,
Courville (2016), where the difficulty is the length of the path.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled


@compiled
def distant_well(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (w) and (d, e) the offset from the well in units of w."""
    w = p[0]
    d, e = (x - 4) / w, (y + 2) / w
    u = d * d + e * e
    near = 1 / (1 + u)
    slope, bend = 2 * near * near / w, 2 * near * near * near / (w * w)
    return (
        u * near,
        slope * d,
        slope * e,
        bend * (1 - 3 * d * d + e * e),
        -4 * bend * d * e,
        bend * (1 + d * d - 3 * e * e),
    )


@compiled
def blurred_distant_well(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, w).

    1 / (1 + u) is the integral of exp(-t (1 + u)) dt, and E exp(-t u) = exp(-t u / d) / d with d = 1 + 2tσ²/w². In
    ln t the trapezoidal rule is exact to rounding.
    """
    w = p[1]
    dx, dy, v = (x - 4) / w, (y + 2) / w, (p[0] / w) * (p[0] / w)
    u = dx * dx + dy * dy
    f, slope, bend = 0.0, 0.0, 0.0
    for i in range(-180, 21):
        t = math.exp(0.2 * i)
        d = 1 + 2 * t * v
        share = 0.2 * t / d * math.exp(-t - t / d * u)
        f += share
        slope += 2 * share * t / d / w
        bend += 4 * share * (t / d / w) * (t / d / w)
    return (
        1 - f,
        slope * dx,
        slope * dy,
        slope / w - bend * dx * dx,
        -bend * dx * dy,
        slope / w - bend * dy * dy,
    )


def minima(width: float) -> Points:
    """The bottom of the well."""
    return ((4.0, -2.0),)


SURFACE = Surface(
    name="distant_well",
    title="Distant well",
    watch="The slope always points to the well, but fades on the plain. Whose steps do not?",
    formula=r"\frac{u}{1 + u},\quad u = \frac{(x - 4)^2 + (y + 2)^2}{w^2}",
    reference="After Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.7",
    kernel=distant_well,
    blurred=blurred_distant_well,
    domain=((-6.0, 6.0), (-5.0, 5.0)),
    start=(-4.0, 3.0),
    minima=minima,
    lr=0.3,
    parameters=(
        Parameter("width", "w", 1.0, 0.3, 3.0, "log", at_least=0.01, at_most=100.0, meaning="width of the well"),
    ),
    challenges=frozenset({"plateaus"}),
)
