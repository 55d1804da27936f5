"""One weight, multiplied by itself T times: a linear recurrent network with one hidden unit.

f(w, b) = (w^T + b - 1)²

The state h_t = w h_{t-1} starts at h₀ = 1, and b is added once, at the end. The derivative of h_T by w is T w^(T-1):
for |w| < 1 it vanishes and only b learns, for |w| > 1 it explodes. Goodfellow, Bengio, Courville (2016), section 8.2.5,
where w is an eigenvalue of the recurrent matrix. With T > 19 the loss at |w| = 1e8 would not be a finite number.
"""

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled


@compiled
def power_chain(w: float, b: float, p: Values) -> Jet:
    """The jet, with p = (T): the derivatives of h_t by w are updated together with h_t."""
    h, hw, hww = 1.0, 0.0, 0.0
    for _ in range(int(p[0])):
        hww = 2 * hw + w * hww
        hw = h + w * hw
        h = w * h
    u = h + b - 1
    return u * u, 2 * u * hw, 2 * u, 2 * (hw * hw + u * hww), 2 * hw, 2.0


def minima(steps: float) -> Points:
    """Points of the curve b = 1 - w^T. There is no other critical point, because f_b = 2 (w^T + b - 1)."""
    return tuple((w, 1 - w**steps) for w in (1.0, 0.5, 0.0, -0.5))


SURFACE = Surface(
    name="power_chain",
    title="The same weight again and again",
    watch="After many steps w hardly matters for |w| well below 1, and very much above 1. Who copes?",
    formula=r"\left(w^T + b - 1\right)^2",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.5",
    kernel=power_chain,
    domain=((-1.5, 1.5), (-1.5, 1.5)),
    start=(1.3, -1.2),
    minima=minima,
    minima_fill=True,
    parameters=(
        Parameter("steps", "T", 10.0, 1.0, 19.0, at_least=1.0, at_most=19.0, integer=True, meaning="steps unrolled"),
    ),
    challenges=frozenset({"cliffs", "plateaus"}),
)
