"""Two coupled coordinates, the example with which the book explains coordinate descent.

f(x, y) = (x - y)² + α (x² + y²)

Its Hessian has the eigenvalues 2α along the diagonal and 4 + 2α across: the smaller α, the less is gained by moving one
coordinate at a time. Goodfellow, Bengio, Courville (2016), *Deep Learning*, section 8.7.2.
"""

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled


@compiled
def coupled_quadratic(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (α)."""
    a, d = p[0], x - y
    return (
        d * d + a * (x * x + y * y),
        2 * d + 2 * a * x,
        -2 * d + 2 * a * y,
        2 + 2 * a,
        -2.0,
        2 + 2 * a,
    )


def minima(alpha: float) -> Points:
    """The origin, which minimizes both terms."""
    return ((0.0, 0.0),)


SURFACE = Surface(
    name="coupled_quadratic",
    title="Two coupled coordinates",
    watch="Each coordinate follows the other. The smaller α, the more steps to the minimum.",
    formula=r"(x - y)^2 + \alpha\,(x^2 + y^2)",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.7.2",
    kernel=coupled_quadratic,
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    start=(2.6, 0.6),
    minima=minima,
    parameters=(
        Parameter("alpha", "α", 0.1, 0.001, 10.0, "log", at_least=1e-6, at_most=1e6, meaning="pull towards zero"),
    ),
)
