"""The cliff in the loss of a recurrent network with one hidden unit.

f(w, b) = (σ(x_T) - 0.7)², with x_t = w σ(x_{t-1}) + b and x₀ = ½

For w > 4 the unit can remember: x_T ends high or low, and between the two is a wall along b ≈ ½ - w σ(½), which gets
steeper with the number of unrolled steps. R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent
neural networks", ICML 2013, figure 6.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled, root, sigmoid_jet

FIRST, TARGET = 0.5, 0.7


@compiled
def recurrent_cliff(w: float, b: float, p: Values) -> Jet:
    """The jet, with p = (T): the derivatives of x_t by w and b are updated together with x_t."""
    x, xw, xb, xww, xwb, xbb = FIRST, 0.0, 0.0, 0.0, 0.0, 0.0
    s, s1, s2 = sigmoid_jet(x)
    for _ in range(int(p[0])):
        xww = 2 * s1 * xw + w * (s2 * xw * xw + s1 * xww)
        xwb = s1 * xb + w * (s2 * xw * xb + s1 * xwb)
        xbb = w * (s2 * xb * xb + s1 * xbb)
        x, xw, xb = w * s + b, s + w * s1 * xw, 1 + w * s1 * xb
        s, s1, s2 = sigmoid_jet(x)
    u = s - TARGET
    slope, bend = 2 * u * s1, 2 * (s1 * s1 + u * s2)
    return (
        u * u,
        slope * xw,
        slope * xb,
        bend * xw * xw + slope * xww,
        bend * xw * xb + slope * xwb,
        bend * xb * xb + slope * xbb,
    )


def minima(steps: float) -> Points:
    """Points of the curve σ(x_T) = 0.7. It continues along the wall, where no float is close enough to it.

    For w >= 0 x_T increases with b, and there is no other critical point.
    """
    goal = math.log(TARGET / (1 - TARGET))

    def at(w: float) -> float:
        def miss(b: float) -> float:
            x = FIRST
            for _ in range(int(steps)):
                x = w / (1 + math.exp(-x)) + b
            return x - goal

        return root(miss, goal - w, goal)

    return tuple((w, at(w)) for w in (4.0, 3.75, 3.5, 4.25))


SURFACE = Surface(
    name="recurrent_cliff",
    title="Cliff of a recurrent network",
    watch="A gentle slope leads to a wall. One step at its edge can throw a runner off the map.",
    formula=r"\left(\sigma(x_T) - 0.7\right)^2,\quad x_t = w\,\sigma(x_{t-1}) + b,\quad x_0 = \tfrac12",
    reference="Pascanu, Mikolov, Bengio (2013), On the difficulty of training recurrent neural networks, ICML",
    kernel=recurrent_cliff,
    domain=((3.0, 7.0), (-4.0, -1.0)),
    start=(5.0, -2.5),
    minima=minima,
    minima_fill=True,
    lr=0.1,
    parameters=(
        Parameter("steps", "T", 50.0, 1.0, 200.0, at_least=1.0, at_most=200.0, integer=True, meaning="steps unrolled"),
    ),
    challenges=frozenset({"plateaus"}),
)
