"""The six-hump camel: six minima in three pairs.

f(x, y) = (4 - 2.1x² + x⁴/3) x² + xy + (4y² - 4) y²

It is unchanged when both signs change, so each critical point except the origin has a counterpart. L. C. W. Dixon,
G. P. Szegő, "The global optimization problem: an introduction", in *Towards Global Optimisation 2*, North-Holland
(1978) 1-15.
"""

from landscapes.authoring import Jet, Points, Surface, Values, compiled

MINIMA = (
    (0.08984201310031806242, -0.7126564030207396334),
    (1.703606714969980849, -0.796083568672625119),
    (1.60710475292019723, 0.5686514548841313714),
)
SADDLES = (
    (1.109205336804786447, -0.7682680925095398418),
    (1.638067984189778564, 0.22867406904439407),
    (1.296070267167109183, 0.6050843880386584968),
)


@compiled
def six_hump_camel(x: float, y: float, p: Values) -> Jet:
    """The jet."""
    xx, yy = x * x, y * y
    return (
        (4 - 2.1 * xx + xx * xx / 3) * xx + x * y + (4 * yy - 4) * yy,
        (8 - 8.4 * xx + 2 * xx * xx) * x + y,
        x + (16 * yy - 8) * y,
        8 - 25.2 * xx + 10 * xx * xx,
        1.0,
        48 * yy - 8,
    )


def minima() -> Points:
    """Two of each depth: -1.03, -0.22 and 2.10."""
    return tuple(point for x, y in MINIMA for point in ((x, y), (-x, -y)))


def saddles() -> Points:
    """The origin, and three pairs of passes."""
    return ((0.0, 0.0), *(point for x, y in SADDLES for point in ((x, y), (-x, -y))))


SURFACE = Surface(
    name="six_hump_camel",
    title="Six-hump camel",
    watch="Six minima, two of them global: which side of a hump decides who gets there.",
    formula=r"\left(4 - 2.1x^2 + \tfrac13 x^4\right)x^2 + xy + (4y^2 - 4)\,y^2",
    reference="Dixon, Szegő (1978), Towards Global Optimisation 2, North-Holland, 1-15",
    kernel=six_hump_camel,
    domain=((-2.0, 2.0), (-1.6, 1.6)),
    start=(-1.1, 1.2),
    infimum=-1.0316284534898774,
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
    lr=0.02,
)
