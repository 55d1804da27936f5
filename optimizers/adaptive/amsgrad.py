"""AMSGrad: Adam with squares that never decrease.

s <- ρ₁ s + (1 - ρ₁) g,      ŝ = s / (1 - ρ₁ᵏ)
r <- ρ₂ r + (1 - ρ₂) g ⊙ g,  q <- max(q, r),  q̂ = q / (1 - ρ₂ᵏ)
θ <- θ - ε ŝ / (√q̂ + δ)

Reddi, Kale, Kumar (2018), algorithm 2, which corrects no bias and has no δ; here both are Adam's, as in
`torch.optim.Adam(lr=ε, betas=(ρ₁, ρ₂), eps=δ, amsgrad=True)`: the maximum is that of r before bias correction. So q
never decreases, while q̂ may as long as k is small compared with 1 / (1 - ρ₂).
"""

import math

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
    arrow,
    box,
    decay,
    device_function,
    eps,
    gradient,
    learning_rate,
    mean,
    rates,
    ratio,
    ratios,
    root_mean,
    root_means,
)

START = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, ρ₁, ρ₂, δ); s = (sx, sy, √rx, √ry, √qx, √qy, 1 - ρ₁ᵏ, 1 - ρ₂ᵏ), the last two as for Adam."""
    beta1, beta2, delta = h[1], h[2], h[3]
    sx, sy = beta1 * s[0] + (1 - beta1) * at.gx, beta1 * s[1] + (1 - beta1) * at.gy
    rx, ry = root_mean(s[2], at.gx, beta2), root_mean(s[3], at.gy, beta2)
    qx, qy = max(s[4], rx), max(s[5], ry)
    share1, share2 = beta1 * s[6] + (1 - beta1), beta2 * s[7] + (1 - beta2)
    unbias1, unbias2 = 1 / share1, math.sqrt(1 / share2)
    dx = ratio(sx * unbias1, qx * unbias2 + delta)
    dy = ratio(sy * unbias1, qy * unbias2 + delta)
    return -lr * dx, -lr * dy, (sx, sy, rx, ry, qx, qy, share1, share2)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The parts of Adam, with the largest mean of squares instead of the last one."""
    beta2, r, q = moment.values["beta2"], np.zeros(2), np.zeros(2)
    for g in moment.gradients:
        r = root_means(r, g, beta2)
        q = np.maximum(q, r)
    s, share1 = mean(moment.gradients, moment.values["beta1"]), 1 - moment.values["beta1"] ** moment.k
    share2 = 1 - beta2**moment.k
    root = q / np.sqrt(share2)
    width = root + moment.values["eps"]
    scaled = -moment.rate * ratios(s / share1, width)
    return (
        *gradient(moment),
        arrow("mean", moment.theta, s, "gradient"),
        box("squares", moment.theta, r, roots=r),
        box("largest", moment.theta, q, roots=q),
        arrow("unbiased_mean", moment.theta, s / share1, "gradient", share=share1),
        box("unbiased_squares", moment.theta, root, share=share2, roots=root),
        arrow("scaled", moment.theta, scaled, adds=True, rates=rates(moment.rate, width)),
    )


METHOD = Method(
    name="amsgrad",
    title="AMSGrad",
    idea="Adam that never forgets its largest mean of squared gradients.",
    formula=r"\class{mean}{s} \leftarrow \rho_1 s + (1 - \rho_1)\, \class{gradient}{g},\qquad "
    r"\class{squares}{r} \leftarrow \rho_2 r + (1 - \rho_2)\, g \odot g,\qquad "
    r"\class{largest}{q} \leftarrow \max(q, r),\qquad "
    r"\class{unbiased_mean}{\hat s} = \frac{s}{1 - \rho_1^k},\qquad "
    r"\class{unbiased_squares}{\hat q} = \frac{q}{1 - \rho_2^k},\qquad "
    r"\theta \leftarrow \theta \class{scaled}{- \epsilon\,\frac{\hat s}{\sqrt{\hat q} + \delta}}",
    reference="Reddi, Kale, Kumar (2018), ICLR, arXiv:1904.09237",
    step=step,
    state=START,
    hyperparameters=(
        learning_rate(0.001),
        decay("beta1", r"\rho_1", 0.9, "decay of the mean"),
        decay("beta2", r"\rho_2", 0.999, "decay of the squares"),
        eps(1e-8),
    ),
    captions={
        **adam.CAPTIONS,
        "largest": "The largest such mean so far, {roots}: this box may grow, but it never shrinks.",
    },
    anatomy=anatomy,
)
