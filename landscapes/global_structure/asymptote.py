"""A loss that decreases forever: its infimum lies at infinity.

f(x, y) = ln(1 + e⁻ˣ) + ½ c y²

The first term is the logistic loss of a correct answer with the weight x: the more confident the model, the smaller the
loss, and no finite weight attains the infimum. Goodfellow, Bengio, Courville (2016), *Deep Learning*, section 8.2.7.
"""

import math

from landscapes.authoring import Jet, Parameter, Surface, Values, compiled, sigmoid_jet


@compiled
def asymptote(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (c)."""
    c = p[0]
    wrong, slope, _ = sigmoid_jet(-x)
    return max(-x, 0.0) + math.log1p(math.exp(-abs(x))) + 0.5 * c * y * y, -wrong, c * y, slope, 0.0, c


SURFACE = Surface(
    name="asymptote",
    title="Minimum at infinity",
    watch="Always downhill and never there: the surer the model, the smaller the loss.",
    formula=r"\ln\left(1 + e^{-x}\right) + \tfrac12 c\,y^2",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.7",
    kernel=asymptote,
    domain=((-3.0, 9.0), (-5.0, 5.0)),
    start=(-2.0, 3.5),
    attained=False,
    lr=0.5,
    parameters=(
        Parameter("c", "c", 1.0, 0.1, 10.0, "log", at_least=1e-6, at_most=1e6, meaning="curvature of the trough"),
    ),
    challenges=frozenset({"plateaus"}),
)
