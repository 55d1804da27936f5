"""Beale's function: a narrow curved valley between steep corners.

f(x, y) = (1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)²

E. M. L. Beale, "On an iterative method for finding a local minimum of a function of more than one variable", Technical
Report 25, Statistical Techniques Research Group, Princeton University (1958).
"""

from landscapes.authoring import Jet, Points, Surface, Values, compiled


@compiled
def beale(x: float, y: float, p: Values) -> Jet:
    """The jet: a sum of three squares of rᵢ = cᵢ - x (1 - yⁱ)."""
    u1, u2, u3 = y - 1, y * y - 1, y * y * y - 1  # ∂rᵢ/∂x
    d1, d2, d3 = 1.0, 2 * y, 3 * y * y  # ∂²rᵢ/∂x∂y
    r1, r2, r3 = 1.5 + x * u1, 2.25 + x * u2, 2.625 + x * u3
    gy = r1 * d1 + r2 * d2 + r3 * d3
    return (
        r1 * r1 + r2 * r2 + r3 * r3,
        2 * (r1 * u1 + r2 * u2 + r3 * u3),
        2 * x * gy,
        2 * (u1 * u1 + u2 * u2 + u3 * u3),
        2 * (gy + x * (u1 * d1 + u2 * d2 + u3 * d3)),
        2 * x * (x * (d1 * d1 + d2 * d2 + d3 * d3) + 2 * r2 + 6 * y * r3),
    )


def minima() -> Points:
    """(3, ½), where all three squares vanish."""
    return ((3.0, 0.5),)


def saddles() -> Points:
    """(0, 1), and a point whose y is the real root of 3y³ + 11y² + 10y + 5; there are no other critical points."""
    return ((0.0, 1.0), (0.10053793732415837, -2.644513585023125))


SURFACE = Surface(
    name="beale",
    title="Beale's function",
    watch="From a steep corner to a long flat curve: steps that were too big are soon too small.",
    formula=r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    reference="Beale (1958), Technical Report 25, Statistical Techniques Research Group, Princeton University",
    kernel=beale,
    domain=((-4.5, 4.5), (-4.5, 4.5)),
    start=(1.2, 1.4),
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
)
