"""The three-hump camel: two side valleys beside the best one.

f(x, y) = 2x² - 1.05x⁴ + x⁶/6 + xy + y²

A critical point has y = -x/2, and then x = 0 or x² = 2.1 ± √0.91. M. Jamil, X.-S. Yang, "A literature survey of
benchmark functions for global optimization problems", International Journal of Mathematical Modelling and Numerical
Optimisation 4 (2013) 150-194.
"""

import math

from landscapes.authoring import Jet, Points, Surface, Values, compiled

SIDE, PASS = math.sqrt(2.1 + math.sqrt(0.91)), math.sqrt(2.1 - math.sqrt(0.91))


@compiled
def three_hump_camel(x: float, y: float, p: Values) -> Jet:
    """The jet."""
    xx = x * x
    return (
        (2 - 1.05 * xx + xx * xx / 6) * xx + x * y + y * y,
        (4 - 4.2 * xx + xx * xx) * x + y,
        x + 2 * y,
        4 - 12.6 * xx + 5 * xx * xx,
        1.0,
        2.0,
    )


def minima() -> Points:
    """The middle, and a side valley of height 0.30 on either side."""
    return ((0.0, 0.0), (-SIDE, SIDE / 2), (SIDE, -SIDE / 2))


def saddles() -> Points:
    """The passes from the side valleys to the middle."""
    return ((-PASS, PASS / 2), (PASS, -PASS / 2))


SURFACE = Surface(
    name="three_hump_camel",
    title="Three-hump camel",
    watch="A runner that arrives fast in the side valley can roll on to the middle.",
    formula=r"2x^2 - 1.05x^4 + \tfrac16 x^6 + xy + y^2",
    reference="Jamil, Yang (2013), Int. J. Mathematical Modelling and Numerical Optimisation 4, 150-194",
    kernel=three_hump_camel,
    domain=((-2.5, 2.5), (-2.0, 2.0)),
    start=(-1.9, -1.0),
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
    lr=0.02,
)
