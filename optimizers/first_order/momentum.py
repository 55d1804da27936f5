"""Gradient descent with momentum.

v <- α v - ε g
θ <- θ + v

Goodfellow, Bengio, Courville (2016), algorithm 8.2. `torch.optim.SGD(lr=ε, momentum=α)` stores buf = α buf + g and
steps by -ε buf: the same path as long as ε is constant.
"""

import numpy as np

from optimizers.authoring import (
    Evaluation,
    Hyper,
    Method,
    Moment,
    Part,
    State,
    Update,
    arrow,
    captions,
    device_function,
    gradient,
    learning_rate,
    length,
    momentum,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, α); s = (vx, vy)."""
    vx, vy = h[1] * s[0] - lr * at.gx, h[1] * s[1] - lr * at.gy
    return vx, vy, (vx, vy)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The kept velocity, the push of the gradient, and their sum."""
    alpha, v = moment.values["momentum"], np.zeros(2)
    for one in moment.past:
        v = alpha * v - one.rate * one.used
    kept, push = alpha * v, -moment.rate * moment.used
    return (
        *gradient(moment),
        arrow("kept", moment.theta, kept, adds=True, momentum=alpha),
        arrow("push", moment.theta + kept, push, adds=True, rate=moment.rate),
        arrow("velocity", moment.theta, kept + push, length=length(kept + push)),
    )


METHOD = Method(
    name="momentum",
    title="Momentum",
    idea="Keeps a share of its velocity, so that steady slopes add up and zigzags shrink.",
    formula=r"\class{velocity}{v} \leftarrow \class{kept}{\alpha v} "
    r"\class{push}{- \epsilon\, \class{gradient}{g}},\qquad \theta \leftarrow \theta + \class{velocity}{v}",
    reference="Polyak (1964), USSR Computational Mathematics and Mathematical Physics 4, 1-17; "
    "Deep Learning, algorithm 8.2",
    step=step,
    state=(0.0, 0.0),
    hyperparameters=(learning_rate(0.01), momentum()),
    captions={**captions.COMMON, "kept": captions.KEPT, "push": captions.PUSH, "velocity": captions.VELOCITY},
    anatomy=anatomy,
)
