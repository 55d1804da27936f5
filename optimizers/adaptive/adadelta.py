"""AdaDelta.

r <- ρ r + (1 - ρ) g ⊙ g
Δ = √(u + δ) / √(r + δ) ⊙ g
u <- ρ u + (1 - ρ) Δ ⊙ Δ
θ <- θ - ε Δ

Zeiler (2012), algorithm 1, for ε = 1, with the ρ = 0.95 and δ = 1e-6 of his experiments; PyTorch's default is ρ = 0.9.
`torch.optim.Adadelta(lr=ε, rho=ρ, eps=δ)`, where u does not depend on ε either. From u = 0 the first steps have a
length of about √δ: without δ it never moves.
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
    root_means,
    root_sum,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, ρ, δ); s = (√rx, √ry, √ux, √uy)."""
    rho, delta = h[1], h[2]
    floor = math.sqrt(delta)
    rx, ry = root_mean(s[0], at.gx, rho), root_mean(s[1], at.gy, rho)
    dx = root_sum(s[2], floor) * ratio(at.gx, root_sum(s[0], at.gx, rho, 1 - rho, floor))
    dy = root_sum(s[3], floor) * ratio(at.gy, root_sum(s[1], at.gy, rho, 1 - rho, floor))
    return -lr * dx, -lr * dy, (rx, ry, root_mean(s[2], dx, rho), root_mean(s[3], dy, rho))


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The roots of the mean squares of gradients and of updates, and the gradient scaled by both."""
    rho, root = moment.values["rho"], np.sqrt(moment.values["eps"])
    r, u = np.zeros(2), np.zeros(2)
    for one in (*moment.past, moment):
        before = u
        r = root_means(r, one.used, rho)
        above, below = np.hypot(before, root), np.hypot(r, root)
        update = above * ratios(one.used, below)
        u = root_means(before, update, rho)
    return (
        *gradient(moment),
        box("squares", moment.theta, r, roots=r),
        box("updates", moment.theta, before, "step", roots=before),
        arrow("scaled", moment.theta, -moment.rate * update, adds=True, rates=rates(moment.rate * above, below)),
    )


METHOD = Method(
    name="adadelta",
    title="AdaDelta",
    idea="Sets its own pace: each coordinate's step is measured by the steps it took before.",
    formula=r"\class{squares}{r} \leftarrow \rho r + (1 - \rho)\, g \odot g,\qquad "
    r"\Delta = \frac{\sqrt{\class{updates}{u} + \delta}}{\sqrt{\class{squares}{r} + \delta}} \odot "
    r"\class{gradient}{g},\qquad "
    r"\theta \leftarrow \theta \class{scaled}{- \epsilon\,\Delta},\qquad "
    r"u \leftarrow \rho u + (1 - \rho)\, \Delta \odot \Delta",
    reference="Zeiler (2012), arXiv:1212.5701",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0),
    hyperparameters=(learning_rate(1.0), decay("rho", r"\rho", 0.95, "decay of the squares"), eps(1e-6)),
    captions={
        **captions.COMMON,
        "squares": captions.SQUARES,
        "updates": "A second box: roots of a fading mean of its own squared updates before this one, {roots}.",
        "scaled": "The second box over the first gives each coordinate its own learning rate, {rates}, and the "
        "gradient its scale.",
    },
    anatomy=anatomy,
)
