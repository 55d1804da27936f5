"""Lion: the sign of a momentum.

θ <- θ - ε (sign(β₁ m + (1 - β₁) g) + λ θ)
m <- β₂ m + (1 - β₂) g

Chen et al. (2023), algorithm 2. Every step has the length ε in each coordinate, so at a constant ε it never comes to
rest. PyTorch has no Lion.
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
    decay,
    device_function,
    gradient,
    learning_rate,
    mean,
    pull,
    sign,
    weight_decay,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, β₁, β₂, λ); s = (mx, my)."""
    beta1, beta2, shrink = h[1], h[2], h[3]
    cx, cy = beta1 * s[0] + (1 - beta1) * at.gx, beta1 * s[1] + (1 - beta1) * at.gy
    after = beta2 * s[0] + (1 - beta2) * at.gx, beta2 * s[1] + (1 - beta2) * at.gy
    return -lr * (sign(cx) + shrink * at.x), -lr * (sign(cy) + shrink * at.y), after


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The momentum, its blend with the gradient, the signs of that, and the decay."""
    beta1 = moment.values["beta1"]
    m = mean(moment.gradients[:-1], moment.values["beta2"])
    blend = beta1 * m + (1 - beta1) * moment.used
    signs = -moment.rate * np.sign(blend)
    return (
        *gradient(moment),
        arrow("mean", moment.theta, m, "gradient"),
        arrow("blend", moment.theta, blend, "gradient", share=beta1),
        arrow("signs", moment.theta, signs, adds=True, rate=moment.rate),
        *pull(moment, moment.theta + signs),
    )


METHOD = Method(
    name="lion",
    title="Lion",
    idea="Follows only the signs of momentum and gradient, blended: apart from weight decay, each coordinate moves "
    "by just the learning rate.",
    formula=r"\class{blend}{c} = \beta_1 \class{mean}{m} + (1 - \beta_1)\, \class{gradient}{g},\qquad "
    r"\theta \leftarrow \theta \class{signs}{- \epsilon \operatorname{sign}(c)} "
    r"\class{decay}{- \epsilon\lambda\,\theta},\qquad m \leftarrow \beta_2 m + (1 - \beta_2)\, g",
    reference="Chen et al. (2023), NeurIPS, arXiv:2302.06675",
    step=step,
    state=(0.0, 0.0),
    hyperparameters=(
        learning_rate(1e-4),
        decay("beta1", r"\beta_1", 0.9, "share of the momentum in the sign"),
        decay("beta2", r"\beta_2", 0.99, "decay of the momentum"),
        weight_decay(0.0),
    ),
    captions={
        **captions.COMMON,
        "mean": captions.MEAN_BEFORE,
        "blend": "Momentum and gradient are blended; the momentum has a share of {share}.",
        "signs": "Only the signs of the blend count: each coordinate moves by the learning rate, {rate}.",
        "decay": captions.DECAY,
    },
    anatomy=anatomy,
)
