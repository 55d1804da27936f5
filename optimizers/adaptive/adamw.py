"""AdamW: Adam with decoupled weight decay.

s <- ρ₁ s + (1 - ρ₁) g,      ŝ = s / (1 - ρ₁ᵏ)
r <- ρ₂ r + (1 - ρ₂) g ⊙ g,  r̂ = r / (1 - ρ₂ᵏ)
θ <- θ - ε (ŝ / (√r̂ + δ) + λ θ)

Loshchilov, Hutter (2019), algorithm 2, with ε for their α η and λ for their λ / α; `torch.optim.AdamW(lr=ε,
betas=(ρ₁, ρ₂), eps=δ, weight_decay=λ)`. The decay λ θ is outside the moments, and a schedule of ε applies to it too. At
a point of rest slope and decay balance, so with λ > 0 it need not be a minimum.
"""

import numpy as np

from optimizers.adaptive import adam
from optimizers.authoring import (
    Evaluation,
    Hyper,
    Method,
    Moment,
    Part,
    State,
    Update,
    adding,
    captions,
    decay,
    device_function,
    eps,
    learning_rate,
    pull,
    weight_decay,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, ρ₁, ρ₂, δ, λ); s as for Adam."""
    dx, dy, after = adam.step(k, lr, at, s, h)
    return dx - lr * (h[4] * at.x), dy - lr * (h[4] * at.y), after


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The parts of Adam, and the decay."""
    parts = adam.anatomy(moment)
    return (*parts, *pull(moment, moment.theta + np.array(adding(parts)[0].vector)))


METHOD = Method(
    name="adamw",
    title="AdamW",
    idea="Adam, with a pull toward the origin that the gradient's size does not change.",
    formula=adam.MOMENTS
    + r"\theta \leftarrow \theta \class{scaled}{- \epsilon\,\frac{\hat s}{\sqrt{\hat r} + \delta}} "
    r"\class{decay}{- \epsilon\lambda\,\theta}",
    reference="Loshchilov, Hutter (2019), ICLR, arXiv:1711.05101",
    step=step,
    state=adam.START,
    hyperparameters=(
        learning_rate(0.001),
        decay("beta1", r"\rho_1", 0.9, "decay of the mean"),
        decay("beta2", r"\rho_2", 0.999, "decay of the squares"),
        eps(1e-8),
        weight_decay(0.01),
    ),
    captions={**adam.CAPTIONS, "decay": captions.DECAY},
    anatomy=anatomy,
)
