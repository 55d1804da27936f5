"""NAdam: Adam with Nesterov momentum.

μₖ = β (1 - 0.96^(k ψ) / 2)
s <- β s + (1 - β) g
r <- ρ₂ r + (1 - ρ₂) g ⊙ g,  r̂ = r / (1 - ρ₂ᵏ)
c = μₖ₊₁ s / (1 - μ₁ ⋯ μₖ₊₁) + (1 - μₖ) g / (1 - μ₁ ⋯ μₖ)
θ <- θ - ε c / (√r̂ + δ)

Dozat (2016), "Incorporating Nesterov momentum into Adam": the mean already has the weight μₖ₊₁ of the next step, so no
look-ahead gradient is needed. As in `torch.optim.NAdam(lr=ε, betas=(β, ρ₂), eps=δ, momentum_decay=ψ)`, the mean decays
by β and not by μₖ.
"""

import math

import numpy as np

from optimizers.authoring import (
    Evaluation,
    Hyper,
    Method,
    Moment,
    Parameter,
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


@device_function
def weight(k: int, beta: float, psi: float) -> float:
    """μₖ, which grows from about β / 2 at the first step to β."""
    return beta * (1 - math.pow(0.96, k * psi) / 2)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, β, ρ₂, δ, ψ); s = (sx, sy, √rx, √ry, 1 - ρ₂ᵏ, μ₁ ⋯ μₖ)."""
    beta, rho, delta = h[1], h[2], h[3]
    now, later = weight(k, beta, h[4]), weight(k + 1, beta, h[4])
    product = s[5] * now
    of_mean, of_gradient = later / (1 - product * later), (1 - now) / (1 - product)
    sx, sy = beta * s[0] + (1 - beta) * at.gx, beta * s[1] + (1 - beta) * at.gy
    rx, ry = root_mean(s[2], at.gx, rho), root_mean(s[3], at.gy, rho)
    share = rho * s[4] + (1 - rho)
    unbias = 1 / math.sqrt(share)
    dx = ratio(of_mean * sx + of_gradient * at.gx, rx * unbias + delta)
    dy = ratio(of_mean * sy + of_gradient * at.gy, ry * unbias + delta)
    return -lr * dx, -lr * dy, (sx, sy, rx, ry, share, product)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """Mean and squares as for Adam, and the mean blended with the gradient once more."""
    k, beta, rho = moment.k, moment.values["beta1"], moment.values["beta2"]
    weights = beta * (1 - 0.96 ** (np.arange(1, k + 2) * moment.values["momentum_decay"]) / 2)
    of_mean = weights[k] / (1 - weights.prod())
    of_gradient = (1 - weights[k - 1]) / (1 - weights[:k].prod())
    s, r, share = mean(moment.gradients, beta), root_mean_square(moment.gradients, rho), 1 - rho**k
    blend, root = of_mean * s + of_gradient * moment.used, r / math.sqrt(share)
    width = root + moment.values["eps"]
    return (
        *gradient(moment),
        arrow("mean", moment.theta, s, "gradient"),
        arrow("blend", moment.theta, blend, "gradient", mean=of_mean, gradient=of_gradient),
        box("squares", moment.theta, r, roots=r),
        box("unbiased_squares", moment.theta, root, share=share, roots=root),
        arrow("scaled", moment.theta, -moment.rate * ratios(blend, width), adds=True, rates=rates(moment.rate, width)),
    )


METHOD = Method(
    name="nadam",
    title="NAdam",
    idea="Adam with Nesterov's momentum: it already gives its mean the weight that the next step will.",
    formula=r"\class{mean}{s} \leftarrow \beta s + (1 - \beta)\, \class{gradient}{g},\qquad "
    r"\class{squares}{r} \leftarrow \rho_2 r + (1 - \rho_2)\, g \odot g,\qquad "
    r"\class{unbiased_squares}{\hat r} = \frac{r}{1 - \rho_2^k},\qquad "
    r"\mu_k = \beta \left(1 - \frac{0.96^{k \psi}}{2}\right),\qquad "
    r"\class{blend}{c} = \frac{\mu_{k+1}\, s}{1 - \mu_1 \cdots \mu_{k+1}} "
    r"+ \frac{(1 - \mu_k)\, g}{1 - \mu_1 \cdots \mu_k},\qquad "
    r"\theta \leftarrow \theta \class{scaled}{- \epsilon\,\frac{c}{\sqrt{\hat r} + \delta}}",
    reference="Dozat (2016), ICLR workshop",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    hyperparameters=(
        learning_rate(0.002),
        decay("beta1", r"\beta", 0.9, "decay of the mean"),
        decay("beta2", r"\rho_2", 0.999, "decay of the squares"),
        eps(1e-8),
        Parameter(
            "momentum_decay", r"\psi", 0.004, 1e-4, 1.0, "log", at_least=0.0, meaning="how soon the momentum is whole"
        ),
    ),
    captions={
        **captions.COMMON,
        "mean": captions.MEAN,
        "blend": "The mean counts {mean} times, as at the next step, and this gradient {gradient} times more.",
        "squares": captions.SQUARES,
        "unbiased_squares": captions.UNBIASED_SQUARES,
        "scaled": captions.SCALED,
    },
    anatomy=anatomy,
    simd=False,
)
