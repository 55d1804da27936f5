"""Gradient descent with Nesterov momentum.

v <- α v - ε g(θ + α v)
θ <- θ + v

with α constant, or growing as αₖ = (k - 1) / (k + 2). With the second rule, without noise, on a convex surface and for
ε of at most one over its largest curvature, f(θₖ) - f* <= 2 ‖θ₀ - θ*‖² / (ε (k + 1)²): Su, Boyd, Candès (2016), JMLR
17, equations 1 and 6.

Goodfellow, Bengio, Courville (2016), algorithm 8.3. `torch.optim.SGD(lr=ε, momentum=α, nesterov=True)` stores the point
θ + α v instead of θ: the same path after that change of variable, for a constant ε.
"""

import numpy as np

from optimizers.authoring import (
    Evaluation,
    Hyper,
    Method,
    Moment,
    Parameter,
    Part,
    Spot,
    State,
    Update,
    arrow,
    captions,
    device_function,
    gradient,
    learning_rate,
    length,
    momentum,
    pair,
)

GROWING = 1.0


@device_function
def ahead(x: float, y: float, s: State, h: Hyper) -> tuple[float, float]:
    """θ + α v: the point to which the velocity alone leads."""
    return x + s[2] * s[0], y + s[2] * s[1]


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, α, whether it grows); s = (vx, vy, the α of this step); the gradient is that at the look-ahead point."""
    vx, vy = s[2] * s[0] - lr * at.gx, s[2] * s[1] - lr * at.gy
    return vx, vy, (vx, vy, k / (k + 3) if h[2] == GROWING else h[1])


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The kept velocity, the gradient at the point it leads to, its push, and the sum."""
    v = np.zeros(2)
    for one in moment.past:
        v = share(moment, one.k) * v - one.rate * one.used
    alpha = share(moment, moment.k)
    kept, push = alpha * v, -moment.rate * moment.used
    there = moment.theta + kept
    return (
        arrow("kept", moment.theta, kept, adds=True, momentum=alpha),
        Part("ahead", Spot(pair(there))),
        *gradient(moment, there),
        arrow("push", there, push, adds=True, rate=moment.rate),
        arrow("velocity", moment.theta, kept + push, length=length(kept + push)),
    )


def share(moment: Moment, k: int) -> float:
    """The α of step k."""
    return (k - 1) / (k + 2) if moment.values["growth"] == GROWING else moment.values["momentum"]


METHOD = Method(
    name="nesterov",
    title="Nesterov",
    idea="Looks where its velocity is about to carry it, and corrects the course there.",
    formula=r"\class{velocity}{v} \leftarrow \class{kept}{\alpha v} "
    r"\class{push}{- \epsilon\, \class{gradient}{g}(\class{ahead}{\theta + \alpha v})},\qquad "
    r"\theta \leftarrow \theta + \class{velocity}{v}",
    reference="Nesterov (1983), Soviet Mathematics Doklady 27, 372-376; Sutskever et al. (2013), ICML; "
    "Deep Learning, algorithm 8.3",
    step=step,
    state=(0.0, 0.0, 0.0),
    lookahead=ahead,
    hyperparameters=(
        learning_rate(0.01),
        momentum(),
        Parameter(
            name="growth",
            symbol=r"\alpha_k",
            default=0,
            low=0,
            high=1,
            at_least=0,
            at_most=1,
            integer=True,
            meaning="momentum over time",
            choices=("constant", "growing"),
            labels=("constant", "(k − 1) / (k + 2)"),
        ),
    ),
    captions={
        **captions.COMMON,
        "gradient": captions.GRADIENT_AHEAD,
        "kept": captions.KEPT,
        "ahead": captions.AHEAD,
        "push": captions.PUSH,
        "velocity": captions.VELOCITY,
    },
    anatomy=anatomy,
)
