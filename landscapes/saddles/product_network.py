"""The smallest deep network: two linear units in a row that should multiply to one.

f(w₁, w₂) = (w₁ w₂ - 1)²

Its minima fill the hyperbola w₁ w₂ = 1: scaling one weight up and the other down changes nothing, so the model is not
identifiable. A. M. Saxe, J. L. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep
linear neural networks", ICLR 2014; Goodfellow, Bengio, Courville (2016), section 8.2.2.
"""

from landscapes.authoring import Jet, Points, Surface, Values, compiled


@compiled
def product_network(x: float, y: float, p: Values) -> Jet:
    """The jet, with (x, y) = (w₁, w₂)."""
    u = x * y - 1
    return u * u, 2 * u * y, 2 * u * x, 2 * y * y, 2 * (x * y + u), 2 * x * x


def minima() -> Points:
    """Points on both branches of the hyperbola, the balanced ones first."""
    return ((1.0, 1.0), (-1.0, -1.0), (2.0, 0.5), (0.5, 2.0), (-2.0, -0.5), (-0.5, -2.0))


def saddles() -> Points:
    """The origin."""
    return ((0.0, 0.0),)


SURFACE = Surface(
    name="product_network",
    title="Two weights, multiplied",
    watch="Past the saddle at zero to a whole curve of minima: which of the equal ones is found?",
    formula=r"(w_1 w_2 - 1)^2",
    reference="Saxe, McClelland, Ganguli (2014), Exact solutions to the nonlinear dynamics of learning, ICLR",
    kernel=product_network,
    domain=((-2.5, 2.5), (-2.5, 2.5)),
    start=(-2.0, 2.03),
    minima=minima,
    saddles=saddles,
    minima_fill=True,
    challenges=frozenset({"identifiability"}),
    lr=0.02,
)
