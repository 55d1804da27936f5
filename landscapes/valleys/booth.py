"""Booth's function: a slightly elongated bowl.

f(x, y) = (x + 2y - 7)² + (2x + y - 5)²

Its Hessian has the eigenvalues 18 and 2. M. Jamil, X.-S. Yang, "A literature survey of benchmark functions for global
optimization problems", International Journal of Mathematical Modelling and Numerical Optimisation 4 (2013) 150-194.
"""

from landscapes.authoring import Jet, Points, Surface, Values, compiled


@compiled
def booth(x: float, y: float, p: Values) -> Jet:
    """The jet, with the two residuals u and v."""
    u, v = x + 2 * y - 7, 2 * x + y - 5
    return u * u + v * v, 2 * u + 4 * v, 4 * u + 2 * v, 10.0, 8.0, 10.0


def minima() -> Points:
    """The point where both residuals vanish."""
    return ((1.0, 3.0),)


SURFACE = Surface(
    name="booth",
    title="Booth's function",
    watch="A bowl only three times as long as wide: a well-conditioned one, easy for most methods.",
    formula=r"(x + 2y - 7)^2 + (2x + y - 5)^2",
    reference="Jamil, Yang (2013), Int. J. Mathematical Modelling and Numerical Optimisation 4, 150-194",
    kernel=booth,
    domain=((-4.0, 6.0), (-2.0, 8.0)),
    start=(-3.0, 4.5),
    minima=minima,
)
