"""Schedule-free SGD: steps of z, evaluated at their average x, with the gradient taken between the two.

y = (1 - β) z + β x
z <- z - ε (g(y) + λ y)
x <- (1 - c) x + c z,  c = m² / (m₁² + ... + mₖ²)

with m the largest ε so far: with a constant ε, c = 1 / k and x is the mean of all z. Defazio et al. (2024), "The road
less scheduled", arXiv:2405.15682, where z is updated first, then y and x as here; c is that of their
`schedulefree.SGDScheduleFree(lr=ε, momentum=β, weight_decay=λ)`. Its `warmup_steps` are the warm-up of a schedule here.

The path is x, the point returned by `eval()`. β = 0 is SGD with averaging (Polyak, Juditsky 1992), β = 1 takes the
gradient at the average itself. The state contains z - x, which is 0 at the start.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from optimizers.authoring import (
    Evaluation,
    Hyper,
    Method,
    Moment,
    Parameter,
    Part,
    Spot,
    State,
    Update,
    Vector,
    arrow,
    captions,
    device_function,
    gradient,
    learning_rate,
    length,
    pair,
    root_sum,
    weight_decay,
)


@device_function
def between(x: float, y: float, s: State, h: Hyper) -> tuple[float, float]:
    """The point of the gradient: the fraction 1 - β of the way from the average to z."""
    return x + (1 - h[1]) * s[0], y + (1 - h[1]) * s[1]


@device_function
def share(most: float, root: float) -> float:
    """c, from m and √Σ m²; 0 while all rates have been 0."""
    part = most / root if root > 0 else 0.0
    return part * part


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, β, λ); s = (z - x in both coordinates, m, √Σ m²); the gradient is that between x and z."""
    most = max(s[2], lr)
    root = root_sum(s[3], most)
    c = share(most, root)
    ux = s[0] - lr * (at.gx + h[2] * (at.x + (1 - h[1]) * s[0]))
    uy = s[1] - lr * (at.gy + h[2] * (at.y + (1 - h[1]) * s[1]))
    return c * ux, c * uy, ((1 - c) * ux, (1 - c) * uy, most, root)


class Way(NamedTuple):
    """One step of x and z.

    Attributes:
        away: z - x before it.
        there: The point of the gradient.
        decay: The weight decay of z.
        share: c.
    """

    away: Vector
    there: Vector
    decay: Vector
    share: float


def way(moment: Moment, beta: float, moves: Sequence[Vector]) -> Way:
    """The dissected step, from the steps of z so far without their weight decay."""
    away, most, root = np.zeros(2), 0.0, 0.0
    for one, move in zip((*moment.past, moment), moves, strict=True):
        before, there = away, one.theta + (1 - beta) * away
        decay = -one.rate * (moment.values["weight_decay"] * there)
        most = max(most, one.rate)
        root = float(np.hypot(root, most))
        c = (most / root) ** 2 if root > 0 else 0.0
        away = (1 - c) * (before + move + decay)
    return Way(before, there, decay, c)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The offset of z, the gradient on the way there, the step of z, and the step of the average."""
    beta = moment.values["momentum"]
    moves = [-one.rate * one.used for one in (*moment.past, moment)]
    now = way(moment, beta, moves)
    return (
        *apart(moment, now, beta),
        *gradient(moment, now.there),
        arrow("push", moment.theta + now.away, moves[-1], rate=moment.rate),
        *follow(moment, now, moves[-1]),
    )


def apart(moment: Moment, now: Way, beta: float) -> tuple[Part, ...]:
    """The position of z, and the point of the gradient."""
    ahead = Part("ahead", Spot(pair(now.there)), numbers={"share": 1 - beta})
    return arrow("away", moment.theta, now.away, length=length(now.away)), ahead


def follow(moment: Moment, now: Way, move: Vector) -> tuple[Part, ...]:
    """The decay of z, if any, and the step of the average."""
    factor = moment.rate * moment.values["weight_decay"]
    decay = (arrow("decay", moment.theta + now.away + move, now.decay, share=factor),) if factor else ()
    step = now.share * (now.away + move + now.decay)
    return (*decay, arrow("average", moment.theta, step, adds=True, share=now.share))


CAPTIONS = {
    **captions.COMMON,
    "away": "The steps are made by a second point, {length} away; the path is its average.",
    "ahead": "The place to measure is between the two: {share} of the way from the average.",
    "gradient": "The gradient is measured there, and its length is {length}.",
    "decay": captions.DECAY,
    "average": "The average goes {share} of the way to where the second point is now.",
}
METHOD = Method(
    name="schedule_free_sgd",
    title="Schedule-free SGD",
    idea="Shows the average of a walk whose gradients are taken between where it is and that average.",
    formula=r"\class{ahead}{y} = (1 - \beta)\, z + \beta x,\qquad "
    r"z \leftarrow \class{away}{z} \class{push}{- \epsilon\, \class{gradient}{g}(y)} "
    r"\class{decay}{- \epsilon\lambda\, y},\qquad "
    r"x \leftarrow x + \class{average}{c\, (z - x)}",
    reference="Defazio et al. (2024), NeurIPS, arXiv:2405.15682",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0),
    lookahead=between,
    hyperparameters=(
        learning_rate(1.0),
        Parameter("momentum", r"\beta", 0.9, 0.0, 0.999, at_least=0.0, at_most=1.0, meaning="share of the average"),
        weight_decay(0.0),
    ),
    captions={**CAPTIONS, "push": captions.PUSH},
    anatomy=anatomy,
)
