"""Griewank's function: pits that all look alike.

f(x, y) = 1 + (x² + y²)/4000 - cos x cos(y/√2)

The bowl is so wide that pits next to each other differ by less than a hundredth of their depth. After A. O. Griewank,
"Generalized descent for global optimization", Journal of Optimization Theory and Applications 34 (1981) 11-39; the
constant 4000 in every dimension is that of later collections, such as M. Jamil, X.-S. Yang, "A literature survey of
benchmark functions for global optimization problems", International Journal of Mathematical Modelling and Numerical
Optimisation 4 (2013) 150-194.
"""

import math

from landscapes.authoring import Jet, Points, Surface, Values, compiled, images

ROOT = math.sqrt(2)

# In the quadrant 0 <= x, y; there is no closed form.
MINIMA = ((0.0, 0.0), (3.140022633895539848, 4.438444480920714073))
SADDLES = ((1.572367910439321811, 2.222553302578754376), (4.710820534479318125, 2.218110408756953539))


@compiled
def griewank(x: float, y: float, p: Values) -> Jet:
    """The jet. 1 - cos x cos z is sin² ½(x + z) + sin² ½(x - z), which does not cancel."""
    z = y / ROOT
    a, b = math.sin((x + z) / 2), math.sin((x - z) / 2)
    c, s, d, t = math.cos(x), math.sin(x), math.cos(z), math.sin(z)
    return (
        (x * x + y * y) / 4000 + a * a + b * b,
        x / 2000 + s * d,
        y / 2000 + c * t / ROOT,
        1 / 2000 + c * d,
        -s * t / ROOT,
        1 / 2000 + c * d / 2,
    )


def minima() -> Points:
    """The best pit, and one of height 0.007 in each direction."""
    return images(MINIMA, swapped=False)


def saddles() -> Points:
    """The passes between a pit and its neighbours."""
    return images(SADDLES, swapped=False)


SURFACE = Surface(
    name="griewank",
    title="Griewank's function",
    watch="From inside, each pit looks like any other. Nothing nearby tells which is the lowest.",
    formula=r"1 + \frac{x^2 + y^2}{4000} - \cos x \cos\frac{y}{\sqrt2}",
    reference="Jamil, Yang (2013), Int. J. Mathematical Modelling and Numerical Optimisation 4, 150-194; after "
    "Griewank (1981), Journal of Optimization Theory and Applications 34, 11-39",
    kernel=griewank,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-0.2, -3.8),
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles"}),
    lr=0.1,
)
