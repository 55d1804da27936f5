"""The Goldstein-Price function: four minima under walls a hundred thousand times as high.

f(x, y) = A(x + y) B(2x - 3y), with
A(q) = 1 + (q + 1)² (3q² - 14q + 19) and B(t) = 30 + t² (3t² - 16t + 18)

This is the published polynomial, 19 - 14x + 3x² - 14y + 6xy + 3y² and 18 - 32x + 12x² + 48y - 36xy + 27y², written in q
and t. Then A' = 12 (q + 1)(q - 1)(q - 2) and B' = 12 t (t - 1)(t - 3), and since A and B are positive, the critical
points are the pairs of their roots. A. A. Goldstein, J. F. Price, "On descent from local minima", Mathematics of
Computation 25 (1971) 569-574.
"""

from landscapes.authoring import Jet, Points, Surface, Values, compiled


@compiled
def goldstein_price(x: float, y: float, p: Values) -> Jet:
    """The jet of a product of two functions of one variable, transformed from (q, t) to (x, y)."""
    q, t = x + y, 2 * x - 3 * y
    a, a1 = 1 + (q + 1) ** 2 * (3 * q * q - 14 * q + 19), 12 * (q + 1) * (q - 1) * (q - 2)
    b, b1 = 30 + t * t * (3 * t * t - 16 * t + 18), 12 * t * (t - 1) * (t - 3)
    fqq, fqt, ftt = 12 * (3 * q * q - 4 * q - 1) * b, a1 * b1, a * 12 * (3 * t * t - 8 * t + 3)
    return (
        a * b,
        a1 * b + 2 * a * b1,
        a1 * b - 3 * a * b1,
        fqq + 4 * fqt + 4 * ftt,
        fqq - fqt - 6 * ftt,
        fqq - 6 * fqt + 9 * ftt,
    )


def minima() -> Points:
    """Both factors at a minimum, with the values 3, 30, 84 and 840."""
    return ((0.0, -1.0), (-0.6, -0.4), (1.8, 0.2), (1.2, 0.8))


def saddles() -> Points:
    """One factor at a minimum and the other at its maximum, q = 1 or t = 1."""
    return ((-0.4, -0.6), (0.6, 0.4), (1.2, -0.2), (1.4, 0.6))


SURFACE = Surface(
    name="goldstein_price",
    title="Goldstein-Price function",
    watch="From a million down to three: a learning rate safe on the walls only creeps on the floor.",
    formula=r"\left(1 + (q+1)^2 (3q^2 - 14q + 19)\right)\left(30 + t^2 (3t^2 - 16t + 18)\right),"
    r"\quad q = x + y,\ t = 2x - 3y",
    reference="Goldstein, Price (1971), Mathematics of Computation 25, 569-574",
    kernel=goldstein_price,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.8, 1.2),
    infimum=3.0,
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"valleys", "saddles"}),
)
