"""Saddle-free Newton.

θ <- θ - ε (|H| + δ I)⁻¹ g,  |H| = Σ |λᵢ| vᵢ vᵢᵀ

With every eigenvalue λᵢ of H made positive, the step goes downhill along every eigenvector vᵢ: a saddle or a maximum
repels it. If |H| + δ I is singular there is no step. Dauphin et al. (2014); Goodfellow, Bengio, Courville (2016),
section 8.2.3.
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
    axes,
    captions,
    device_function,
    dot,
    eigen,
    gradient,
    model,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, δ); no state. The eigenvectors are (vx, vy) and (-vy, vx); NaN signals that there is no step.

    The small eigenvalue is det H over the large one: the difference of the two terms of its formula would lose digits.
    """
    middle, half = (at.hxx + at.hyy) / 2, (at.hxx - at.hyy) / 2
    radius = math.hypot(half, at.hxy)
    large = middle + math.copysign(radius, middle)
    small = at.hxx / large * at.hyy - at.hxy / large * at.hxy if large != 0.0 else 0.0
    high, low = (abs(large), abs(small)) if middle >= 0.0 else (abs(small), abs(large))
    high, low = high + h[1], low + h[1]
    if high == 0.0 or low == 0.0:
        return math.nan, math.nan, s
    vx, vy = eigenvector(half, at.hxy, radius)
    u, w = (vx * at.gx + vy * at.gy) / high, (vx * at.gy - vy * at.gx) / low
    return -lr * (u * vx - w * vy), -lr * (u * vy + w * vx), s


@device_function
def eigenvector(half: float, hxy: float, radius: float) -> tuple[float, float]:
    """The unit eigenvector of ((half, hxy), (hxy, -half)) for its eigenvalue `radius`; for 0, the first axis."""
    if radius == 0.0:
        return 1.0, 0.0
    x, y = (radius + half, hxy) if half >= 0.0 else (hxy, radius - half)
    length = math.hypot(x, y)
    return x / length, y / length


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The eigenvectors, the model with every curvature positive, and the jump to its minimum."""
    damping, g = moment.values["damping"], moment.used
    (a, b), (_, d) = moment.hessian.tolist()
    jump, upright = np.zeros(2), np.zeros((2, 2))
    for curvature, *along in eigen(a, b, d):
        v = np.array(along)
        jump = jump - moment.rate * dot(v, g) / (abs(curvature) + damping) * v
        upright = upright + (abs(curvature) + damping) * np.outer(v, v)
    return (
        *gradient(moment),
        axes(moment),
        model(moment, upright, damping=damping),
        arrow("jump", moment.theta, jump, adds=True, rate=moment.rate),
    )


METHOD = Method(
    name="saddle_free_newton",
    title="Saddle-free Newton",
    idea="Newton's step with every curvature taken as positive, so that saddles and maxima repel it.",
    formula=r"\theta \leftarrow \theta "
    r"\class{jump}{- \epsilon\,(\class{model}{|\class{axes}{H}| + \delta I})^{-1} \class{gradient}{g}}",
    reference="Dauphin et al. (2014), NeurIPS, arXiv:1406.2572; Deep Learning, section 8.2.3",
    step=step,
    state=(),
    hyperparameters=(
        Parameter("lr", r"\epsilon", 1.0, 0.01, 2.0, at_least=0.0, meaning="share of the full step"),
        Parameter("damping", r"\delta", 0.0, 0.0, 10.0, at_least=0.0, meaning="damping"),
    ),
    captions={
        **captions.COMMON,
        "axes": captions.AXES,
        "model": "The model takes every curvature as positive, plus the damping {damping}: now it is flat "
        "at its minimum.",
        "jump": captions.JUMP,
    },
    anatomy=anatomy,
    simd=False,
    evaluations=(0, 1, 1),
)
