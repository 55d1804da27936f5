"""A deep chain of linear units, seen from its first and its last weight.

f(w₁, w_l) = (w₁ w_l cˡ⁻² - 1)²

The network ŷ = x w₁ w₂ … w_l should be the identity; its loss is the mean squared error over the inputs -1 and 1. The
weights between the first and the last are all c, so that slope and curvature grow or die out like cˡ⁻². Goodfellow,
Bengio, Courville (2016), section 8.7.1, where the same product makes the second-order effect of a step unforeseeable.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled

DOMAIN = ((-2.5, 2.5), (-2.5, 2.5))


@compiled
def deep_chain(x: float, y: float, p: Values) -> Jet:
    """The jet, with (x, y) = (w₁, w_l) and p = (cˡ⁻²)."""
    g = p[0]
    gx, gy = g * x, g * y
    u = gx * y - 1
    return u * u, 2 * u * gy, 2 * u * gx, 2 * gy * gy, 2 * (gx * gy + u * g), 2 * gx * gx


def gain(layers: float, others: float) -> tuple[float]:
    """The product of the weights in between."""
    return (others ** (layers - 2),)


def minima(layers: float, others: float) -> Points:
    """Points on both branches of the hyperbola w₁ w_l = 1 / cˡ⁻² that lie on the map, the balanced ones first."""
    balanced = 1 / math.sqrt(*gain(layers, others))
    points = ((s * balanced * k, s * balanced / k) for k in (1.0, 2.0, 0.5) for s in (1, -1))
    return tuple(point for point in points if max(map(abs, point)) <= DOMAIN[0][1])


def saddles(layers: float, others: float) -> Points:
    """The origin."""
    return ((0.0, 0.0),)


SURFACE = Surface(
    name="deep_chain",
    title="A deep chain of weights",
    watch="Layers make walls steeper (c > 1) or the plain flatter (c < 1). Which rate suits both?",
    formula=r"\left(w_1\,c^{\,l-2}\,w_l - 1\right)^2",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.7.1",
    kernel=deep_chain,
    domain=DOMAIN,
    start=(-1.2, 2.2),
    minima=minima,
    saddles=saddles,
    minima_fill=True,
    pack=gain,
    parameters=(
        Parameter("layers", "l", 10.0, 2.0, 20.0, at_least=2.0, at_most=30.0, integer=True, meaning="number of layers"),
        Parameter("others", "c", 1.3, 0.1, 2.0, at_least=0.1, at_most=3.0, meaning="weight of the other layers"),
    ),
    challenges=frozenset({"plateaus", "saddles"}),
)
