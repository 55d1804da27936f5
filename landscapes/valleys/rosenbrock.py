"""Rosenbrock's curved valley.

f(x, y) = (a - x)² + b (y - x²)²

H. H. Rosenbrock, "An automatic method for finding the greatest or least value of a function", The Computer Journal
3 (1960) 175-184.
"""

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled


@compiled
def rosenbrock(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (a, b)."""
    a, b = p[0], p[1]
    u, w = a - x, y - x * x
    return (
        u * u + b * w * w,
        -2 * u - 4 * b * x * w,
        2 * b * w,
        2 - 4 * b * w + 8 * b * x * x,
        -4 * b * x,
        2 * b,
    )


def minima(a: float, b: float) -> Points:
    """(a, a²), where both squares vanish."""
    return ((a, a * a),)


SURFACE = Surface(
    name="rosenbrock",
    title="Rosenbrock's valley",
    watch="It is easy to find the valley. Which runner can follow it?",
    formula=r"(a - x)^2 + b\,(y - x^2)^2",
    reference="Rosenbrock (1960), The Computer Journal 3, 175-184",
    kernel=rosenbrock,
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-0.5, 2.2),
    minima=minima,
    parameters=(
        Parameter("a", "a", 1.0, -1.5, 1.5, meaning="place of the minimum"),
        Parameter("b", "b", 100.0, 1.0, 1000.0, "log", at_least=1e-6, at_most=1e6, meaning="wall steepness"),
    ),
)
