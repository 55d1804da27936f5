"""Matyas's function: a mildly ill-conditioned bowl along the diagonal.

f(x, y) = 0.26 (x² + y²) - 0.48 xy

Its Hessian has the eigenvalue 0.04 along the diagonal and 1 across. M. Jamil, X.-S. Yang, "A literature survey of
benchmark functions for global optimization problems", International Journal of Mathematical Modelling and Numerical
Optimisation 4 (2013) 150-194.
"""

from landscapes.authoring import Jet, Points, Surface, Values, compiled


@compiled
def matyas(x: float, y: float, p: Values) -> Jet:
    """The jet. The sum of squares 0.01 (x + y)² + 0.25 (x - y)² is the same function without cancellation."""
    s, d = x + y, x - y
    return 0.01 * s * s + 0.25 * d * d, 0.02 * s + 0.5 * d, 0.02 * s - 0.5 * d, 0.52, -0.48, 0.52


def minima() -> Points:
    """The centre of the bowl."""
    return ((0.0, 0.0),)


SURFACE = Surface(
    name="matyas",
    title="Matyas's function",
    watch="Across the bowl the slope is soon gone. Along the diagonal it was hardly there.",
    formula=r"0.26\,(x^2 + y^2) - 0.48\,xy",
    reference="Jamil, Yang (2013), Int. J. Mathematical Modelling and Numerical Optimisation 4, 150-194",
    kernel=matyas,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(1.0, 4.5),
    minima=minima,
)
