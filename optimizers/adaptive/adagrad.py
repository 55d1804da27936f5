"""AdaGrad: adaptive gradients.

r <- r + g ⊙ g
θ <- θ - ε g / (δ + √r)

Goodfellow, Bengio, Courville (2016), algorithm 8.4; `torch.optim.Adagrad(lr=ε, eps=δ)`, which starts from r = 0 as well
and has a smaller δ of 1e-10 by default.
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
    box,
    captions,
    device_function,
    eps,
    gradient,
    learning_rate,
    rates,
    ratio,
    ratios,
    root_sum,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, δ); s = (√rx, √ry)."""
    rx, ry = root_sum(s[0], at.gx), root_sum(s[1], at.gy)
    return -lr * ratio(at.gx, h[1] + rx), -lr * ratio(at.gy, h[1] + ry), (rx, ry)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The root of the sum of squares, and the gradient divided by it."""
    root = np.zeros(2)
    for g in moment.gradients:
        root = np.hypot(root, g)
    width = moment.values["eps"] + root
    scaled = -moment.rate * ratios(moment.used, width)
    return (
        *gradient(moment),
        box("squares", moment.theta, root, roots=root),
        arrow("scaled", moment.theta, scaled, adds=True, rates=rates(moment.rate, width)),
    )


METHOD = Method(
    name="adagrad",
    title="AdaGrad",
    idea="Divides each coordinate's rate by the root of the sum of its squared gradients: the rates only fall.",
    formula=r"\class{squares}{r} \leftarrow r + g \odot g,\qquad "
    r"\theta \leftarrow \theta \class{scaled}{- \frac{\epsilon}{\delta + \sqrt{r}} \odot \class{gradient}{g}}",
    reference="Duchi, Hazan, Singer (2011), Journal of Machine Learning Research 12, 2121-2159; "
    "Deep Learning, algorithm 8.4",
    step=step,
    state=(0.0, 0.0),
    hyperparameters=(learning_rate(0.01), eps(1e-7)),
    captions={
        **captions.COMMON,
        "squares": "The sides of the box are roots of the sums of all squared gradients so far, {roots}: they only "
        "grow.",
        "scaled": captions.SCALED,
    },
    anatomy=anatomy,
)
