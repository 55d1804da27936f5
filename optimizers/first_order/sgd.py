"""Stochastic gradient descent.

θ <- θ - ε g

Goodfellow, Bengio, Courville (2016), algorithm 8.1; `torch.optim.SGD(lr=ε)`.
"""

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
    device_function,
    gradient,
    learning_rate,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε); no state."""
    return -lr * at.gx, -lr * at.gy, s


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The gradient and its push."""
    push = arrow("push", moment.theta, -moment.rate * moment.used, adds=True, rate=moment.rate)
    return (*gradient(moment), push)


METHOD = Method(
    name="sgd",
    title="SGD",
    idea="Walks straight down the gradient, a step in proportion to its length.",
    formula=r"\theta \leftarrow \theta \class{push}{- \epsilon\, \class{gradient}{g}}",
    reference="Robbins, Monro (1951), Annals of Mathematical Statistics 22, 400-407; Deep Learning, algorithm 8.1",
    step=step,
    state=(),
    hyperparameters=(learning_rate(0.01),),
    captions={**captions.COMMON, "push": captions.PUSH},
    anatomy=anatomy,
)
