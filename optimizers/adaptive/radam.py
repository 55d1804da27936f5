"""RAdam: Adam whose first steps are not scaled, and whose later steps are rectified.

s <- ρ₁ s + (1 - ρ₁) g,      ŝ = s / (1 - ρ₁ᵏ)
r <- ρ₂ r + (1 - ρ₂) g ⊙ g,  r̂ = r / (1 - ρ₂ᵏ)
nₖ = n - 2k ρ₂ᵏ / (1 - ρ₂ᵏ),  n = 2 / (1 - ρ₂) - 1
θ <- θ - ε cₖ ŝ / (√r̂ + δ / √(1 - ρ₂ᵏ)),  cₖ² = (nₖ - 4)(nₖ - 2) n / ((n - 4)(n - 2) nₖ),  if nₖ > 5
θ <- θ - ε ŝ  otherwise

nₖ is the effective number of gradients in the mean of squares. While it is small, the variance of 1 / √r̂ is large, and
cₖ < 1 compensates for it: Liu et al. (2020), algorithm 2, which rectifies if nₖ > 4 and has no δ. As in `torch.optim.
RAdam(lr=ε, betas=(ρ₁, ρ₂), eps=δ)` and the authors' code, nₖ > 5 is required and δ is added before bias correction.
With ρ₂ <= 2/3, where n <= 5, no step is ever scaled: the method is a mean of gradients.
"""

import math

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

ENOUGH = 5.0


@device_function
def count(k: int, rho: float, share: float) -> tuple[float, float]:
    """nₖ and n, from 1 - ρ₂ᵏ."""
    most = 2 / (1 - rho) - 1
    return most - 2 * k * (1 - share) / share, most


@device_function
def rectification(n: float, most: float) -> float:
    """cₖ, for nₖ > 4."""
    return math.sqrt((n - 4) / (most - 4) * ((n - 2) / (most - 2)) * (most / n))


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, ρ₁, ρ₂, δ); s = (sx, sy, √rx, √ry, 1 - ρ₁ᵏ, 1 - ρ₂ᵏ)."""
    beta1, beta2, delta = h[1], h[2], h[3]
    sx, sy = beta1 * s[0] + (1 - beta1) * at.gx, beta1 * s[1] + (1 - beta1) * at.gy
    rx, ry = root_mean(s[2], at.gx, beta2), root_mean(s[3], at.gy, beta2)
    share1, share2 = beta1 * s[4] + (1 - beta1), beta2 * s[5] + (1 - beta2)
    n, most = count(k, beta2, share2)
    scaled = n > ENOUGH
    rate = lr * rectification(n, most) * math.sqrt(share2) if scaled else lr
    unbias = 1 / share1
    dx = ratio(sx * unbias, rx + delta) if scaled else sx * unbias
    dy = ratio(sy * unbias, ry + delta) if scaled else sy * unbias
    return -rate * dx, -rate * dy, (sx, sy, rx, ry, share1, share2)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The parts of Adam with the rectified step, or the corrected mean alone while there are too few squares."""
    k, beta1, beta2 = moment.k, moment.values["beta1"], moment.values["beta2"]
    s, share1 = mean(moment.gradients, beta1), 1 - beta1**k
    r, share2 = root_mean_square(moment.gradients, beta2), 1 - beta2**k
    most = 2 / (1 - beta2) - 1
    n = most - 2 * k * beta2**k / share2
    parts = (
        *gradient(moment),
        arrow("mean", moment.theta, s, "gradient"),
        box("squares", moment.theta, r, roots=r),
        arrow("unbiased_mean", moment.theta, s / share1, "gradient", share=share1),
    )
    if n <= ENOUGH:
        return (*parts, arrow("early", moment.theta, -moment.rate * s / share1, adds=True, rate=moment.rate))
    root, width = r / math.sqrt(share2), (r + moment.values["eps"]) / math.sqrt(share2)
    factor = math.sqrt((n - 4) / (most - 4) * ((n - 2) / (most - 2)) * (most / n))
    scaled = -moment.rate * factor * ratios(s / share1, width)
    return (
        *parts,
        box("unbiased_squares", moment.theta, root, share=share2, roots=root),
        arrow("scaled", moment.theta, scaled, adds=True, factor=factor, rates=factor * rates(moment.rate, width)),
    )


METHOD = Method(
    name="radam",
    title="RAdam",
    idea="Adam that scales its coordinates only when their squares rest on enough gradients, and cautiously at first.",
    formula=r"\class{mean}{s} \leftarrow \rho_1 s + (1 - \rho_1)\, \class{gradient}{g},\qquad "
    r"\class{squares}{r} \leftarrow \rho_2 r + (1 - \rho_2)\, g \odot g,\qquad "
    r"\class{unbiased_mean}{\hat s} = \frac{s}{1 - \rho_1^k},\qquad "
    r"\class{unbiased_squares}{\hat r} = \frac{r}{1 - \rho_2^k},\qquad "
    r"n_k = n - \frac{2 k \rho_2^k}{1 - \rho_2^k},\quad n = \frac{2}{1 - \rho_2} - 1,\qquad "
    r"c_k = \sqrt{\frac{(n_k - 4)(n_k - 2)\, n}{(n - 4)(n - 2)\, n_k}},\qquad "
    r"n_k \le 5:\ \theta \leftarrow \theta \class{early}{- \epsilon\, \hat s},\qquad "
    r"n_k > 5:\ \theta \leftarrow \theta "
    r"\class{scaled}{- \epsilon\, c_k \frac{\hat s}{\sqrt{\hat r} + \delta / \sqrt{1 - \rho_2^k}}}",
    reference="Liu et al. (2020), ICLR, arXiv:1908.03265",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    hyperparameters=(
        learning_rate(0.001),
        decay("beta1", r"\rho_1", 0.9, "decay of the mean"),
        decay("beta2", r"\rho_2", 0.999, "decay of the squares"),
        eps(1e-8),
    ),
    captions={
        **captions.COMMON,
        "mean": captions.MEAN,
        "squares": captions.SQUARES,
        "unbiased_mean": captions.UNBIASED_MEAN,
        "early": "The squares rest on too few gradients yet: the mean alone moves the point, times {rate}.",
        "unbiased_squares": captions.UNBIASED_SQUARES,
        "scaled": "Each coordinate is divided by its side of the box and the step multiplied by {factor}, which grows "
        "toward 1 with the gradients that the squares rest on: the learning rates are {rates}.",
    },
    anatomy=anatomy,
)
