"""SAM: sharpness-aware minimization, with gradient descent or momentum.

θ' = θ + ρ g(θ) / ‖g(θ)‖
v <- α v - ε g(θ')
θ <- θ + v

Foret, Kleiner, Mobahi, Neyshabur (2021), arXiv:2010.01412, algorithm 1 and equation 2 for the norm of p = 2: θ' is to
first order the highest point within ρ. Both gradients are of the same minibatch, or have the same noise; if the first
is zero, θ' = θ. Clipping applies to the second, which the step uses. PyTorch has no SAM.

With ρ > 0 it does not come to rest at a minimum: near one, ‖g(θ')‖ is about ρ times the curvature. For the curvature λ
and α = 0 it ends up jumping from side to side, at the distance ε λ ρ / (2 - ε λ).
"""

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
    captions,
    device_function,
    gradient,
    learning_rate,
    length,
    momentum,
    root_sum,
)


@device_function
def climb(x: float, y: float, gx: float, gy: float, h: Hyper) -> tuple[float, float]:
    """θ', from θ and the gradient there."""
    norm = root_sum(gx, gy)
    ux, uy = (gx / norm, gy / norm) if norm != 0 else (0.0, 0.0)
    return x + h[1] * ux, y + h[1] * uy


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, ρ, α); s = v; the gradient is the one after the climb."""
    vx, vy = h[2] * s[0] - lr * at.gx, h[2] * s[1] - lr * at.gy
    return vx, vy, (vx, vy)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The climb, the gradient after it, the kept velocity and the push."""
    alpha, v = moment.values["momentum"], np.zeros(2)
    for one in moment.past:
        v = alpha * v - one.rate * one.used
    up, kept = moment.probe - moment.theta, alpha * v
    return (
        arrow("climb", moment.theta, up, length=length(up)),
        *gradient(moment, moment.probe),
        *((arrow("kept", moment.theta, kept, adds=True, momentum=alpha),) if alpha > 0 else ()),
        arrow("push", moment.theta + kept, -moment.rate * moment.used, adds=True, rate=moment.rate),
    )


METHOD = Method(
    name="sam",
    title="SAM",
    idea="Takes its gradient a little way uphill, where a sharp valley is steeper than a flat one.",
    formula=r"\theta' = \theta + \class{climb}{\rho\, \frac{g(\theta)}{\lVert g(\theta) \rVert}},\qquad "
    r"v \leftarrow \class{kept}{\alpha v} \class{push}{- \epsilon\, \class{gradient}{g}(\theta')},\qquad "
    r"\theta \leftarrow \theta + v",
    reference="Foret, Kleiner, Mobahi, Neyshabur (2021), ICLR, arXiv:2010.01412",
    step=step,
    state=(0.0, 0.0),
    probe=climb,
    hyperparameters=(
        learning_rate(0.01),
        Parameter("rho", r"\rho", 0.05, 1e-3, 1.0, "log", at_least=0.0, meaning="length of the climb"),
        momentum(0.0),
    ),
    captions={
        **captions.COMMON,
        "climb": "First it climbs along the gradient that it meets here, {length} far.",
        "gradient": "The gradient that counts is measured there; its length is {length}.",
        "kept": captions.KEPT,
        "push": captions.PUSH,
    },
    anatomy=anatomy,
    evaluations=(0, 2, 0),
    simd=False,
)
