"""Zakharov's function: a simple bowl, and a wall of degree four across one direction.

f(x, y) = x² + y² + v² + v⁴, with v = ½ x + y

Its only minimum is the origin, with a condition number of 2.25; but where v is 10 the curvature across is 500 times
that along, so a step size that is safe far out is small near the minimum. It is published for -5 <= x, y <= 10.
M. Jamil, X.-S. Yang, "A literature survey of benchmark functions for global optimization problems", International
Journal of Mathematical Modelling and Numerical Optimisation 4 (2013) 150-194.
"""

from landscapes.authoring import Jet, Points, Surface, Values, compiled, device_function


@device_function
def bowl_and_wall(x: float, y: float, spread: float) -> Jet:
    """The jet, with v² and v⁴ averaged over a Gaussian of this variance around v: v² + s and v⁴ + 6sv² + 3s²."""
    v = 0.5 * x + y
    vv = v * v + spread
    slope, bend = (2 + 4 * vv + 8 * spread) * v, 2 + 12 * vv
    return (
        x * x + y * y + vv + vv * vv + 2 * spread * (vv + v * v),
        2 * x + 0.5 * slope,
        2 * y + slope,
        2 + 0.25 * bend,
        0.5 * bend,
        2 + bend,
    )


@compiled
def zakharov(x: float, y: float, p: Values) -> Jet:
    """The jet."""
    return bowl_and_wall(x, y, 0.0)


@compiled
def blurred_zakharov(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ): the variance of v is 5/4 σ², that of x and y σ²."""
    s = p[0] * p[0]
    f, fx, fy, fxx, fxy, fyy = bowl_and_wall(x, y, 1.25 * s)
    return f + 2 * s, fx, fy, fxx, fxy, fyy


def minima() -> Points:
    """The origin: f is strictly convex."""
    return ((0.0, 0.0),)


SURFACE = Surface(
    name="zakharov",
    title="Zakharov's function",
    watch="A step that is safe high on the wall is far too short in the bowl below.",
    formula=r"x^2 + y^2 + v^2 + v^4,\quad v = \tfrac12 x + y",
    reference="Jamil, Yang (2013), Int. J. Mathematical Modelling and Numerical Optimisation 4, 150-194",
    kernel=zakharov,
    domain=((-5.0, 10.0), (-5.0, 10.0)),
    start=(8.0, 4.0),
    minima=minima,
    lr=1e-3,
    blurred=blurred_zakharov,
)
