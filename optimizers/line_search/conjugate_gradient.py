"""Nonlinear conjugate gradients.

d <- -g + β d
θ <- θ + α d,  α from the line search

β = gᵀg / g₋ᵀg₋ (Fletcher, Reeves) or max(0, (g - g₋)ᵀg / g₋ᵀg₋) (Polak, Ribière, with Powell's +), g₋ the gradient of
the previous step. Goodfellow, Bengio, Courville (2016), section 8.6.2, algorithm 8.9, equations 8.30 and 8.31.

The search restarts along -g every `restart` steps, by default 2: in n dimensions n line searches reach the minimum of a
quadratic, there is no further conjugate direction, and the plane has n = 2. It also restarts if d is not a descent
direction, and if the line search finds nothing lower along it.
"""

from typing import NamedTuple

import numpy as np

from optimizers.authoring import (
    TIGHT,
    End,
    Evaluation,
    Hyper,
    Instant,
    Method,
    Moment,
    Parameter,
    Part,
    State,
    Update,
    Vector,
    alike,
    arrow,
    captions,
    counted,
    descends,
    device_function,
    dot,
    evaluation_counts,
    falls,
    first_alike,
    gradient,
    length,
    line_search,
    repeat,
    search,
    searched,
    stride,
    unit_of,
    units,
)

FLETCHER_REEVES = 0.0


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (search, variant, restart); s = (evaluation counts, α gᵀd, gx, gy, dx, dy, steps since the restart)."""
    since = s[8] if s[8] < h[2] else 0.0
    b = beta(h[1], at.gx, at.gy, s[4], s[5]) if since > 0.0 else 0.0
    dx, dy = b * s[6] - at.gx, b * s[7] - at.gy
    if not descends(at, dx, dy):
        since, dx, dy = 0.0, -at.gx, -at.gy
    way = search(h[0], k, at, dx, dy, alike(s[3], at, dx, dy), TIGHT)
    since = 0.0 if way.reset else since
    dx, dy = stride(way)
    drop = at.gx * dx + at.gy * dy
    memory = (drop, at.gx, at.gy, way.dx, way.dy, since + 1.0 if way.alpha > 0.0 else 0.0)
    return dx, dy, (*counted(s, way), *memory)


@device_function
def beta(variant: float, gx: float, gy: float, ox: float, oy: float) -> float:
    """β for the gradient (gx, gy) after (ox, oy)."""
    _, inverse = units(ox, oy)
    gx, gy, ox, oy = inverse * gx, inverse * gy, inverse * ox, inverse * oy
    if variant == FLETCHER_REEVES:
        return (gx * gx + gy * gy) / (ox * ox + oy * oy)
    return max(0.0, ((gx - ox) * gx + (gy - oy) * gy) / (ox * ox + oy * oy))


class Turn(NamedTuple):
    """The direction d of a step, its gradient g, the β of the previous d, the steps since the restart, and α gᵀd."""

    d: Vector
    g: Vector
    beta: float
    since: int
    drop: float


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """Downhill, the turn by the previous direction, the sum of both, and the search along it."""
    now, before = Turn(np.zeros(2), np.zeros(2), 0.0, 0, 0.0), np.zeros(2)
    for one in (*moment.past, moment):
        before, now = now.d, turn_at(moment, one, now)
    downhill = arrow("downhill", moment.theta, -moment.used, "gradient")
    turn = arrow(
        "turn",
        moment.theta - moment.used,
        now.beta * before,
        "gradient",
        beta=now.beta,
        cosine=cosine(now.d, moment.hessian @ before),
    )
    return (
        *gradient(moment),
        downhill,
        *((turn,) if now.beta != 0.0 else ()),
        arrow("direction", moment.theta, now.d, "gradient"),
        *searched(moment, now.d),
    )


def turn_at(moment: Moment, one: Instant, before: Turn) -> Turn:
    """The direction of the step `one`, given the previous step."""
    g = one.used
    since = before.since if before.since < moment.values["restart"] else 0
    share = weight(moment.values["variant"], g, before.g) if since > 0 else 0.0
    d = share * before.d - g
    if not falls(g, d):
        since, share, d = 0, 0.0, -g
    way = repeat(moment, one, d, first_alike(before.drop, g, d), TIGHT)
    if way.reset:
        since, share = 0, 0.0
    return Turn(way.d, g, share, since + 1 if way.alpha > 0.0 else 0, dot(g, way.alpha * way.d))


def weight(variant: float, g: Vector, old: Vector) -> float:
    """β as in `beta`, outside the loop."""
    g, old = g / unit_of(old), old / unit_of(old)
    if variant == FLETCHER_REEVES:
        return float(np.divide(dot(g, g), dot(old, old)))
    return max(0.0, float(np.divide(dot(g - old, g), dot(old, old))))


def cosine(a: Vector, b: Vector) -> float:
    """The cosine of the angle between two vectors, 0 if one of them is zero."""
    lengths = length(a) * length(b)
    return dot(a, b) / lengths if lengths > 0.0 else 0.0


METHOD = Method(
    name="conjugate_gradient",
    title="Conjugate gradients",
    idea="Turns each new direction so that, in a bowl, it does not undo what an exact line search before has gained.",
    formula=r"\class{direction}{d} \leftarrow \class{downhill}{-\class{gradient}{g}} \class{turn}{+ \beta\, d},\qquad "
    r"\theta \leftarrow \theta \class{travel}{+ \class{search}{\alpha}\, d}",
    reference="Fletcher, Reeves (1964), Computer Journal 7, 149-154; Polak, Ribière (1969), Revue française "
    "d'informatique et de recherche opérationnelle 3, 35-43; Deep Learning, algorithm 8.9",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    evaluation_counts=evaluation_counts,
    no_step=End.NOTHING_LOWER,
    hyperparameters=(
        line_search("wolfe"),
        Parameter(
            name="variant",
            symbol=r"\beta",
            default=1,
            low=0,
            high=1,
            at_least=0,
            at_most=1,
            integer=True,
            meaning="formula for β",
            choices=("fletcher_reeves", "polak_ribiere_plus"),
            labels=("Fletcher-Reeves", "Polak-Ribière+"),
        ),
        Parameter("restart", "n", 2, 1, 50, "log", 1, 1e7, integer=True, meaning="steps between restarts"),
    ),
    captions={
        **captions.COMMON,
        "downhill": "The gradient turned downhill: without a memory the search would go this way.",
        "turn": "The old direction times {beta} is added to make the new one conjugate to it: the cosine between "
        "the new one and the Hessian times the old one is {cosine}, ideally 0.",
        "direction": "The direction to search along: in a bowl, after an exact search, the turn keeps it from "
        "undoing what the old one gained.",
        "search": captions.SEARCH,
        "travel": captions.TRAVEL,
    },
    anatomy=anatomy,
    simd=False,
    evaluations=(0, 1, 0),
)
