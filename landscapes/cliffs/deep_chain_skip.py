"""The deep chain with skip connections, seen from its first and its last weight.

f(w₁, w_l) = ((1 + w₁) (1 + w_l) (1 + c)ˡ⁻² - 1)²

Every layer adds to its input: h_k = h_{k-1} + w_k h_{k-1}. It is the deep chain with every weight shifted by one:
weights near zero make it the identity, and nothing vanishes there, but for large weights it explodes even sooner.
Goodfellow, Bengio, Courville (2016), section 8.7.5; K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image
recognition", CVPR 2016.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled

DOMAIN = ((-2.5, 2.5), (-2.5, 2.5))


@compiled
def deep_chain_skip(x: float, y: float, p: Values) -> Jet:
    """The jet, with (x, y) = (w₁, w_l) and p = ((1 + c)ˡ⁻²)."""
    g = p[0]
    gx, gy = g * (1 + x), g * (1 + y)
    u = gx * (1 + y) - 1
    return u * u, 2 * u * gy, 2 * u * gx, 2 * gy * gy, 2 * (gx * (1 + y) + u) * g, 2 * gx * gx


def gain(layers: float, others: float) -> tuple[float]:
    """The factor of the layers in between."""
    return ((1 + others) ** (layers - 2),)


def minima(layers: float, others: float) -> Points:
    """Points of (1 + w₁) (1 + w_l) = 1 / (1 + c)ˡ⁻², a hyperbola, that lie on the map, the balanced ones first."""
    balanced = 1 / math.sqrt(*gain(layers, others))
    points = ((s * balanced * k - 1, s * balanced / k - 1) for k in (1.0, 2.0, 0.5) for s in (1, -1))
    return tuple(point for point in points if max(map(abs, point)) <= DOMAIN[0][1])


def saddles(layers: float, others: float) -> Points:
    """The point at which both layers output zero."""
    return ((-1.0, -1.0),)


SURFACE = Surface(
    name="deep_chain_skip",
    title="The deep chain with skip connections",
    watch="Near zero every layer passes its input on. Where the plain was, there is now a slope.",
    formula=r"\left((1 + w_1)\,(1 + c)^{l-2}\,(1 + w_l) - 1\right)^2",
    reference="He, Zhang, Ren, Sun (2016), Deep residual learning for image recognition, CVPR",
    kernel=deep_chain_skip,
    domain=DOMAIN,
    start=(0.1, 1.4),
    minima=minima,
    saddles=saddles,
    minima_fill=True,
    pack=gain,
    parameters=(
        Parameter("layers", "l", 10.0, 2.0, 20.0, at_least=2.0, at_most=30.0, integer=True, meaning="number of layers"),
        Parameter("others", "c", 0.1, -0.5, 1.0, at_least=-0.5, at_most=2.0, meaning="weight of the other layers"),
    ),
    challenges=frozenset({"saddles"}),
)
