"""Newton's method.

θ <- θ - ε (H + δ I)⁻¹ g

Goodfellow, Bengio, Courville (2016), algorithm 8.8 for ε = 1 and δ = 0, and equation 8.28 for a damping δ > 0. The step
solves the linear system for any sign of the curvature, so the plain method is attracted to saddles and maxima too; if
H + δ I is singular there is no step.
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
    cramer,
    device_function,
    gradient,
    model,
    newton_step,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, δ); no state. Cramer's rule; NaN signals that there is no step."""
    determinant, dx, dy = cramer(at.hxx + h[1], at.hxy, at.hyy + h[1], at.gx, at.gy)
    if determinant == 0.0:
        return math.nan, math.nan, s
    return lr * dx, lr * dy, s


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The eigenvectors, the damped model, and the jump to its stationary point."""
    damping = moment.values["damping"]
    damped = moment.hessian + damping * np.eye(2)
    jump = moment.rate * newton_step(damped, moment.used)
    return (
        *gradient(moment),
        axes(moment),
        model(moment, damped, damping=damping),
        arrow("jump", moment.theta, jump, adds=True, rate=moment.rate),
    )


METHOD = Method(
    name="newton",
    title="Newton",
    idea="Jumps to where its quadratic model of slope and curvature is flat: a minimum, a saddle or a maximum.",
    formula=r"\theta \leftarrow \theta "
    r"\class{jump}{- \epsilon\,(\class{model}{\class{axes}{H} + \delta I})^{-1} \class{gradient}{g}}",
    reference="Deep Learning, algorithm 8.8 and equation 8.28",
    step=step,
    state=(),
    hyperparameters=(
        Parameter("lr", r"\epsilon", 1.0, 0.01, 2.0, at_least=0.0, meaning="share of the full step"),
        Parameter("damping", r"\delta", 0.0, 0.0, 10.0, at_least=0.0, meaning="damping"),
    ),
    captions={
        **captions.COMMON,
        "axes": captions.AXES,
        "model": "A quadratic model with the slope and the curvature here, plus the damping {damping}; where it is "
        "flat may be a minimum, a saddle or a maximum.",
        "jump": captions.JUMP,
    },
    anatomy=anatomy,
    evaluations=(0, 1, 1),
)
