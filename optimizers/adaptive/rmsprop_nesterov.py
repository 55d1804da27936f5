"""RMSProp with Nesterov momentum.

g = g(θ + α v)
r <- ρ r + (1 - ρ) g ⊙ g
v <- α v - ε g / √r
θ <- θ + v

Goodfellow, Bengio, Courville (2016), algorithm 8.6, which has no constant δ. PyTorch has no such method: its
`RMSprop(momentum=α)` takes the gradient at θ and leaves ε out of the velocity.
"""

import numpy as np

from optimizers.authoring import (
    Evaluation,
    Hyper,
    Method,
    Moment,
    Part,
    Spot,
    State,
    Update,
    arrow,
    box,
    captions,
    decay,
    device_function,
    gradient,
    learning_rate,
    length,
    momentum,
    pair,
    rates,
    ratio,
    ratios,
    root_mean,
    root_means,
)


@device_function
def ahead(x: float, y: float, s: State, h: Hyper) -> tuple[float, float]:
    """θ + α v: the point to which the velocity alone leads."""
    return x + h[1] * s[0], y + h[1] * s[1]


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, α, ρ); s = (vx, vy, √rx, √ry); the gradient is that at the look-ahead point."""
    alpha, rho = h[1], h[2]
    rx, ry = root_mean(s[2], at.gx, rho), root_mean(s[3], at.gy, rho)
    vx = alpha * s[0] - lr * ratio(at.gx, rx)
    vy = alpha * s[1] - lr * ratio(at.gy, ry)
    return vx, vy, (vx, vy, rx, ry)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The kept velocity, the gradient at the point it leads to, divided by the root of the squares, and the sum."""
    alpha, rho = moment.values["momentum"], moment.values["rho"]
    v, root = np.zeros(2), np.zeros(2)
    for one in (*moment.past, moment):
        kept = alpha * v
        root = root_means(root, one.used, rho)
        scaled = -one.rate * ratios(one.used, root)
        v = kept + scaled
    there = moment.theta + kept
    return (
        arrow("kept", moment.theta, kept, adds=True, momentum=alpha),
        Part("ahead", Spot(pair(there))),
        *gradient(moment, there),
        box("squares", there, root, roots=root),
        arrow("scaled", there, scaled, adds=True, rates=rates(moment.rate, root)),
        arrow("velocity", moment.theta, v, length=length(v)),
    )


METHOD = Method(
    name="rmsprop_nesterov",
    title="RMSProp with Nesterov momentum",
    idea="Scales each coordinate as RMSProp does, and looks where its velocity is about to carry it.",
    formula=r"\class{gradient}{g} = g(\class{ahead}{\theta + \alpha v}),\qquad "
    r"\class{squares}{r} \leftarrow \rho r + (1 - \rho)\, g \odot g,\qquad "
    r"\class{velocity}{v} \leftarrow \class{kept}{\alpha v} \class{scaled}{- \frac{\epsilon}{\sqrt{r}} \odot g},\qquad "
    r"\theta \leftarrow \theta + \class{velocity}{v}",
    reference="Deep Learning, algorithm 8.6",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0),
    lookahead=ahead,
    hyperparameters=(learning_rate(0.001), momentum(), decay("rho", r"\rho", 0.9, "decay of the squares")),
    captions={
        **captions.COMMON,
        "gradient": captions.GRADIENT_AHEAD,
        "kept": captions.KEPT,
        "ahead": captions.AHEAD,
        "squares": captions.SQUARES,
        "scaled": captions.SCALED,
        "velocity": captions.VELOCITY,
    },
    anatomy=anatomy,
)
