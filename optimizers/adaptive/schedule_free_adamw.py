"""Schedule-free AdamW: scaled steps of z, evaluated at their average x, with the gradient taken between the two.

y = (1 - β) z + β x,  g = g(y)
r <- ρ₂ r + (1 - ρ₂) g ⊙ g,  r̂ = r / (1 - ρ₂ᵏ)
z <- z - ε (g / (√r̂ + δ) + λ y)
x <- (1 - c) x + c z,  c = m² / (m₁² + ... + mₖ²)

with m the largest ε so far. There is no mean of gradients: the average replaces it. Defazio et al. (2024),
arXiv:2405.15682; as in their `schedulefree.AdamWScheduleFree(lr=ε, betas=(β, ρ₂), eps=δ, weight_decay=λ)`, which
corrects the bias of r, while the algorithm in the paper multiplies ε by √(1 - ρ₂ᵏ) instead (`AdamWScheduleFreePaper`).
Its `warmup_steps` are the warm-up of a schedule here. The path is x: see schedule-free SGD.
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
    rates,
    ratio,
    ratios,
    root_mean,
    root_sum,
    weight_decay,
)
from optimizers.first_order import schedule_free_sgd


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, β, ρ₂, δ, λ); s = (z - x in both coordinates, √rx, √ry, 1 - ρ₂ᵏ, m, √Σ m²)."""
    rho, delta, shrink = h[2], h[3], h[4]
    rx, ry = root_mean(s[2], at.gx, rho), root_mean(s[3], at.gy, rho)
    unbiased = rho * s[4] + (1 - rho)
    unbias = 1 / math.sqrt(unbiased)
    most = max(s[5], lr)
    root = root_sum(s[6], most)
    c = schedule_free_sgd.share(most, root)
    ux = s[0] - lr * (ratio(at.gx, rx * unbias + delta) + shrink * (at.x + (1 - h[1]) * s[0]))
    uy = s[1] - lr * (ratio(at.gy, ry * unbias + delta) + shrink * (at.y + (1 - h[1]) * s[1]))
    return c * ux, c * uy, ((1 - c) * ux, (1 - c) * uy, rx, ry, unbiased, most, root)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The parts of schedule-free SGD, with the gradient divided by the root of the squares."""
    beta, rho, delta = (moment.values[name] for name in ("beta1", "beta2", "eps"))
    r, moves = np.zeros(2), []
    for one in (*moment.past, moment):
        r, share = np.hypot(math.sqrt(rho) * r, math.sqrt(1 - rho) * one.used), 1 - rho**one.k
        root = r / math.sqrt(share)
        moves.append(-one.rate * ratios(one.used, root + delta))
    now = schedule_free_sgd.way(moment, beta, moves)
    return (
        *schedule_free_sgd.apart(moment, now, beta),
        *gradient(moment, now.there),
        box("squares", now.there, r, roots=r),
        box("unbiased_squares", now.there, root, share=share, roots=root),
        arrow("scaled", moment.theta + now.away, moves[-1], rates=rates(moment.rate, root + delta)),
        *schedule_free_sgd.follow(moment, now, moves[-1]),
    )


METHOD = Method(
    name="schedule_free_adamw",
    title="Schedule-free AdamW",
    idea="Walks with a rate for each coordinate as AdamW does; the average of the walk takes the place of momentum.",
    formula=r"\class{ahead}{y} = (1 - \beta)\, z + \beta x,\qquad "
    r"\class{squares}{r} \leftarrow \rho_2 r + (1 - \rho_2)\, g \odot g,\qquad "
    r"\class{unbiased_squares}{\hat r} = \frac{r}{1 - \rho_2^k},\qquad "
    r"z \leftarrow \class{away}{z} \class{scaled}{- \epsilon\,\frac{\class{gradient}{g}(y)}{\sqrt{\hat r} + \delta}} "
    r"\class{decay}{- \epsilon\lambda\, y},\qquad "
    r"x \leftarrow x + \class{average}{c\, (z - x)}",
    reference="Defazio et al. (2024), NeurIPS, arXiv:2405.15682",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    lookahead=schedule_free_sgd.between,
    hyperparameters=(
        learning_rate(0.0025),
        Parameter("beta1", r"\beta", 0.9, 0.0, 0.999, at_least=0.0, at_most=1.0, meaning="share of the average"),
        decay("beta2", r"\rho_2", 0.999, "decay of the squares"),
        eps(1e-8),
        weight_decay(0.0),
    ),
    captions={
        **schedule_free_sgd.CAPTIONS,
        "squares": captions.SQUARES,
        "unbiased_squares": captions.UNBIASED_SQUARES,
        "scaled": captions.SCALED,
    },
    anatomy=anatomy,
)
