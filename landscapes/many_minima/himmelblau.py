"""Himmelblau's function: four minima, all equally good.

f(x, y) = (x² + y - 11)² + (x + y² - 7)²

D. M. Himmelblau, *Applied Nonlinear Programming*, McGraw-Hill (1972).
"""

from landscapes.authoring import Jet, Points, Surface, Values, compiled

MINIMA = (
    (3.0, 2.0),
    (-2.8051180869527449, 3.1313125182505730),
    (-3.7793102533777469, -3.2831859912861694),
    (3.5844283403304917, -1.8481265269644036),
)
SADDLES = (
    (3.3851541836070209, 0.073851879837749288),
    (0.086677504555396352, 2.8842547011747761),
    (-3.0730257507643896, -0.081353044287967512),
    (-0.12796134673068007, -1.9537149802445764),
)


@compiled
def himmelblau(x: float, y: float, p: Values) -> Jet:
    """The jet, with the two residuals u and v."""
    u, v = x * x + y - 11, x + y * y - 7
    return (
        u * u + v * v,
        4 * x * u + 2 * v,
        2 * u + 4 * y * v,
        4 * u + 8 * x * x + 2,
        4 * (x + y),
        2 + 4 * v + 8 * y * y,
    )


def minima() -> Points:
    """Where the two parabolas u = 0 and v = 0 meet."""
    return MINIMA


def saddles() -> Points:
    """The four passes around the one maximum, at (-0.270845, -0.923039)."""
    return SADDLES


SURFACE = Surface(
    name="himmelblau",
    title="Himmelblau's four pits",
    watch="Four equal minima: move the start a little, and another one may be found.",
    formula=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    reference="Himmelblau (1972), Applied Nonlinear Programming, McGraw-Hill",
    kernel=himmelblau,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.0, 0.0),
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
    lr=0.01,
)
