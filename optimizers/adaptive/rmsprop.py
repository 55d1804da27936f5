"""RMSProp.

r <- ρ r + (1 - ρ) g ⊙ g
θ <- θ - ε g / √(δ + r)

Goodfellow, Bengio, Courville (2016), algorithm 8.5. `torch.optim.RMSprop(lr=ε, alpha=ρ, eps=η)` divides by √r + η, with
the constant outside the root, so the paths agree only for δ = η = 0. If r is far below δ the book's step is about
ε g / √δ and PyTorch's about ε g / η: δ = 1e-6 corresponds to η = 1e-3, not to PyTorch's default of 1e-8.
"""

import math

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
    box,
    captions,
    decay,
    device_function,
    eps,
    gradient,
    learning_rate,
    rates,
    ratio,
    ratios,
    root_mean,
    root_mean_square,
    root_sum,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, ρ, δ); s = (√rx, √ry)."""
    rho, delta = h[1], h[2]
    floor = math.sqrt(delta)
    dx = ratio(at.gx, root_sum(s[0], at.gx, rho, 1 - rho, floor))
    dy = ratio(at.gy, root_sum(s[1], at.gy, rho, 1 - rho, floor))
    return -lr * dx, -lr * dy, (root_mean(s[0], at.gx, rho), root_mean(s[1], at.gy, rho))


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The root of the mean of squares, and the gradient divided by it."""
    r = root_mean_square(moment.gradients, moment.values["rho"])
    width = np.hypot(np.sqrt(moment.values["eps"]), r)
    scaled = -moment.rate * ratios(moment.used, width)
    return (
        *gradient(moment),
        box("squares", moment.theta, r, roots=r),
        arrow("scaled", moment.theta, scaled, adds=True, rates=rates(moment.rate, width)),
    )


METHOD = Method(
    name="rmsprop",
    title="RMSProp",
    idea="Divides each coordinate's rate by the root of a mean of its squared gradients that forgets the old ones.",
    formula=r"\class{squares}{r} \leftarrow \rho r + (1 - \rho)\, g \odot g,\qquad "
    r"\theta \leftarrow \theta \class{scaled}{- \frac{\epsilon}{\sqrt{\delta + r}} \odot \class{gradient}{g}}",
    reference="Tieleman, Hinton (2012), Neural Networks for Machine Learning, lecture 6.5; "
    "Deep Learning, algorithm 8.5",
    step=step,
    state=(0.0, 0.0),
    hyperparameters=(learning_rate(0.01), decay("rho", r"\rho", 0.9, "decay of the squares"), eps(1e-6)),
    captions={**captions.COMMON, "squares": captions.SQUARES, "scaled": captions.SCALED},
    anatomy=anatomy,
)
