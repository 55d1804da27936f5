"""Adam: adaptive moments.

s <- ρ₁ s + (1 - ρ₁) g,      ŝ = s / (1 - ρ₁ᵏ)
r <- ρ₂ r + (1 - ρ₂) g ⊙ g,  r̂ = r / (1 - ρ₂ᵏ)
θ <- θ - ε ŝ / (√r̂ + δ)

Goodfellow, Bengio, Courville (2016), algorithm 8.7; `torch.optim.Adam(lr=ε, betas=(ρ₁, ρ₂), eps=δ)`.
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
    mean,
    rates,
    ratio,
    ratios,
    root_mean,
    root_mean_square,
)

START = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, ρ₁, ρ₂, δ); s = (sx, sy, √rx, √ry, 1 - ρ₁ᵏ, 1 - ρ₂ᵏ), where the last two are means of ones."""
    beta1, beta2, delta = h[1], h[2], h[3]
    sx, sy = beta1 * s[0] + (1 - beta1) * at.gx, beta1 * s[1] + (1 - beta1) * at.gy
    rx, ry = root_mean(s[2], at.gx, beta2), root_mean(s[3], at.gy, beta2)
    share1, share2 = beta1 * s[4] + (1 - beta1), beta2 * s[5] + (1 - beta2)
    unbias1, unbias2 = 1 / share1, math.sqrt(1 / share2)
    dx = ratio(sx * unbias1, rx * unbias2 + delta)
    dy = ratio(sy * unbias1, ry * unbias2 + delta)
    return -lr * dx, -lr * dy, (sx, sy, rx, ry, share1, share2)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """Both means, each before and after its bias is corrected, and the first divided by the root of the second."""
    s, share1 = mean(moment.gradients, moment.values["beta1"]), 1 - moment.values["beta1"] ** moment.k
    r, share2 = root_mean_square(moment.gradients, moment.values["beta2"]), 1 - moment.values["beta2"] ** moment.k
    root = r / np.sqrt(share2)
    width = root + moment.values["eps"]
    scaled = -moment.rate * ratios(s / share1, width)
    return (
        *gradient(moment),
        arrow("mean", moment.theta, s, "gradient"),
        box("squares", moment.theta, r, roots=r),
        arrow("unbiased_mean", moment.theta, s / share1, "gradient", share=share1),
        box("unbiased_squares", moment.theta, root, share=share2, roots=root),
        arrow("scaled", moment.theta, scaled, adds=True, rates=rates(moment.rate, width)),
    )


MOMENTS = (
    r"\class{mean}{s} \leftarrow \rho_1 s + (1 - \rho_1)\, \class{gradient}{g},\qquad "
    r"\class{squares}{r} \leftarrow \rho_2 r + (1 - \rho_2)\, g \odot g,\qquad "
    r"\class{unbiased_mean}{\hat s} = \frac{s}{1 - \rho_1^k},\qquad "
    r"\class{unbiased_squares}{\hat r} = \frac{r}{1 - \rho_2^k},\qquad "
)
CAPTIONS = {
    **captions.COMMON,
    "mean": captions.MEAN,
    "squares": captions.SQUARES,
    "unbiased_mean": captions.UNBIASED_MEAN,
    "unbiased_squares": captions.UNBIASED_SQUARES,
    "scaled": captions.SCALED,
}
METHOD = Method(
    name="adam",
    title="Adam",
    idea="Gives each coordinate a step of about the learning rate, large or small as its gradient may be, as long "
    "as it stays alike.",
    formula=MOMENTS + r"\theta \leftarrow \theta \class{scaled}{- \epsilon\,\frac{\hat s}{\sqrt{\hat r} + \delta}}",
    reference="Kingma, Ba (2015), ICLR, arXiv:1412.6980; Deep Learning, algorithm 8.7",
    step=step,
    state=START,
    hyperparameters=(
        learning_rate(0.001),
        decay("beta1", r"\rho_1", 0.9, "decay of the mean"),
        decay("beta2", r"\rho_2", 0.999, "decay of the squares"),
        eps(1e-8),
    ),
    captions=CAPTIONS,
    anatomy=anatomy,
)
