"""The Styblinski-Tang function: four minima, one better than the others.

f(x, y) = ½ (x⁴ - 16x² + 5x + y⁴ - 16y² + 5y)

It is a sum of two functions of one variable, so its critical points are the pairs of roots of 4t³ - 32t + 5.
M. A. Styblinski, T.-S. Tang, "Experiments in nonconvex optimization: stochastic approximation with function smoothing
and simulated annealing", Neural Networks 3 (1990) 467-483.
"""

from landscapes.authoring import Jet, Points, Surface, Values, compiled, offset

DEEP, TOP, SHALLOW = -2.9035340277711771, 0.15673125678034010, 2.7468027709908370


@compiled
def styblinski_tang(x: float, y: float, p: Values) -> Jet:
    """The jet."""
    xx, yy = x * x, y * y
    return (
        0.5 * (xx * (xx - 16) + 5 * x + yy * (yy - 16) + 5 * y),
        2 * x * (xx - 8) + 2.5,
        2 * y * (yy - 8) + 2.5,
        6 * xx - 16,
        0.0,
        6 * yy - 16,
    )


@compiled
def blurred_styblinski_tang(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ): t² becomes t² + σ², and t⁴ t⁴ + 6σ²t² + 3σ⁴."""
    s = p[0] * p[0]
    f, fx, fy, fxx, fxy, fyy = styblinski_tang(x, y, offset(p, 1))
    return f + s * (3 * (x * x + y * y + s) - 16), fx + 6 * s * x, fy + 6 * s * y, fxx + 6 * s, fxy, fyy + 6 * s


def minima() -> Points:
    """Pairs of the two minima in one variable."""
    return ((DEEP, DEEP), (DEEP, SHALLOW), (SHALLOW, DEEP), (SHALLOW, SHALLOW))


def saddles() -> Points:
    """Pairs of a minimum and the maximum in one variable."""
    return ((DEEP, TOP), (TOP, DEEP), (SHALLOW, TOP), (TOP, SHALLOW))


SURFACE = Surface(
    name="styblinski_tang",
    title="Styblinski-Tang function",
    watch="A local minimum looks perfect from inside. Who ends in the deepest one?",
    formula=r"\tfrac12\left(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y\right)",
    reference="Styblinski, Tang (1990), Neural Networks 3, 467-483",
    kernel=styblinski_tang,
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(3.8, 0.6),
    infimum=-78.33233140754284,
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
    lr=0.01,
    blurred=blurred_styblinski_tang,
)
