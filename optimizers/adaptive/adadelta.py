"""AdaDelta.

r <- ρ r + (1 - ρ) g ⊙ g
Δ = √(u + δ) / √(r + δ) ⊙ g
u <- ρ u + (1 - ρ) Δ ⊙ Δ
θ <- θ - ε Δ

Zeiler (2012), algorithm 1, for ε = 1, with the ρ = 0.95 and δ = 1e-6 of his experiments; PyTorch's default is ρ = 0.9.
`torch.optim.Adadelta(lr=ε, rho=ρ, eps=δ)`, where u knows nothing of ε either. From u = 0 the first steps have a length
of about √δ: without δ it never moves.
"""

import math

import numpy as np

from landscapes._kernel import inlined
from optimizers._anatomy import Moment, Part, arrow, box, gradient
from optimizers._captions import COMMON, SQUARES
from optimizers._descent import Hyper, Shift, Site, State
from optimizers._hyperparameters import decay, eps, learning_rate
from optimizers._method import Method
from optimizers._ratio import ratio, ratios


@inlined
def step(k: int, lr: float, at: Site, s: State, h: Hyper) -> Shift:
    """h = (ε, ρ, δ); s = (rx, ry, ux, uy)."""
    rho, delta = h[1], h[2]
    rx, ry = rho * s[0] + (1 - rho) * at.gx * at.gx, rho * s[1] + (1 - rho) * at.gy * at.gy
    dx = ratio(math.sqrt(s[2] + delta), math.sqrt(rx + delta)) * at.gx
    dy = ratio(math.sqrt(s[3] + delta), math.sqrt(ry + delta)) * at.gy
    return -lr * dx, -lr * dy, (rx, ry, rho * s[2] + (1 - rho) * dx * dx, rho * s[3] + (1 - rho) * dy * dy)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The roots of the mean squares of gradients and of updates, and the gradient scaled by both."""
    rho, delta = moment.values["rho"], moment.values["eps"]
    r, u = np.zeros(2), np.zeros(2)
    for one in (*moment.past, moment):
        before = u
        r = rho * r + (1 - rho) * one.used * one.used
        scale = ratios(np.sqrt(u + delta), np.sqrt(r + delta))
        update = scale * one.used
        u = rho * u + (1 - rho) * update * update
    return (
        *gradient(moment),
        box("squares", moment.theta, np.sqrt(r), roots=np.sqrt(r)),
        box("updates", moment.theta, np.sqrt(before), "step", roots=np.sqrt(before)),
        arrow("scaled", moment.theta, -moment.rate * update, adds=True, rates=moment.rate * scale),
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
        **COMMON,
        "squares": SQUARES,
        "updates": "A second box: roots of a fading mean of its own squared updates before this one, {roots}.",
        "scaled": "The second box over the first gives each coordinate its own learning rate, {rates}, and the "
        "gradient its scale.",
    },
    anatomy=anatomy,
)
