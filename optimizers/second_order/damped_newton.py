"""Damped Newton: the method of Levenberg and Marquardt, with adaptive damping.

θ <- θ - (H + α I)⁻¹ g

Goodfellow, Bengio, Courville (2016), equation 8.28. The gain ratio of a step d is the actual decrease of the loss over
that of the quadratic model, -gᵀd - ½ dᵀHd = ½ (α dᵀd - gᵀd). If it is positive the step is taken and α divided by the
factor c. Otherwise, and if H + α I is not positive definite, the step is refused: its length is 0, it costs as much as
a step, and α is multiplied by c. α stays at or above the smallest normal number: from 0 it could not increase. To both
decreases 10⁻¹² |f| is added, or rounding would refuse the last steps (Conn, Gould, Toint, 2000, Trust-Region Methods,
section 17.4.2).

A step evaluates the loss at its end, which is counted even if H + α I is not positive definite and the step is refused.
The loss at θ is known from the steps before; that of the start is not counted.
"""

import numpy as np

from optimizers.authoring import (
    LEAST,
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
    arrow,
    axes,
    call,
    captions,
    cramer,
    device_function,
    dot,
    gradient,
    model,
    newton_step,
    unit_of,
)

ROUNDING = 1e-12


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (α at the start, c); s = (α), 0 before the first step."""
    alpha = s[0] if k > 1 else h[0]
    determinant, dx, dy = cramer(at.hxx + alpha, at.hxy, at.hyy + alpha, at.gx, at.gy)
    if at.hxx + alpha > 0.0 and determinant > 0.0 and gain(at, dx, dy, alpha) > 0.0:
        return dx, dy, (max(alpha / h[1], LEAST),)
    return 0.0, 0.0, (alpha * h[1],)


@device_function
def gain(at: Evaluation, dx: float, dy: float, alpha: float) -> float:
    """The gain ratio of the step d."""
    f, _, _, _, _, _ = call(at.surface, at.x + dx, at.y + dy, at.p)
    promised = 0.5 * (alpha * (dx * dx + dy * dy) - (at.gx * dx + at.gy * dy))
    slack = ROUNDING * abs(at.loss)
    ratio: float = (at.loss - f + slack) / (promised + slack)
    return ratio


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The eigenvectors, the damped model, and the jump to its minimum or the refusal."""
    factor = moment.values["factor"]
    alpha = moment.values["damping"]
    for one in moment.past:
        alpha = next_damping(alpha, try_step(moment, one, alpha)[1], factor)
    jump, taken = try_step(moment, moment, alpha)
    after = next_damping(alpha, taken, factor)
    return (
        *gradient(moment),
        axes(moment),
        model(moment, moment.hessian + alpha * np.eye(2), damping=alpha),
        arrow("jump" if taken else "refused", moment.theta, jump, adds=taken, damping=after),
    )


def next_damping(alpha: float, taken: bool, factor: float) -> float:
    """The damping after a step that was taken, or refused."""
    return max(alpha / factor, LEAST) if taken else alpha * factor


def try_step(moment: Moment, one: Instant, alpha: float) -> tuple[Vector, bool]:
    """The step to the minimum of the damped model, 0 if it has none, and whether it is taken."""
    damped = moment.landscape.hessian(one.x, one.y) + alpha * np.eye(2)
    (a, b), (_, c) = damped / unit_of(damped)
    if not (a > 0.0 and a * c - b * b > 0.0):
        return np.zeros(2), False
    d = newton_step(damped, one.used)
    promised = 0.5 * (alpha * dot(d, d) - dot(one.used, d))
    slack = ROUNDING * abs(one.loss)
    fall = one.loss - moment.landscape.at(one.x + d[0], one.y + d[1])[0]
    return d, bool(np.divide(fall + slack, promised + slack) > 0.0)


METHOD = Method(
    name="damped_newton",
    title="Damped Newton",
    idea="Newton's step, shortened by a damping that grows when a step fails and shrinks when one succeeds.",
    formula=r"\theta \leftarrow \theta "
    r"\class{jump}{- (\class{model}{\class{axes}{H} + \alpha I})^{-1} \class{gradient}{g}},\qquad "
    r"\alpha \leftarrow \begin{cases} \alpha / c & \Delta f < 0 \\ "
    r"\class{refused}{c\,\alpha} & \Delta f \ge 0 \end{cases}",
    reference="Levenberg (1944), Quarterly of Applied Mathematics 2, 164-168; Marquardt (1963), Journal of the Society "
    "for Industrial and Applied Mathematics 11, 431-441; Deep Learning, equation 8.28",
    step=step,
    state=(0.0,),
    hyperparameters=(
        Parameter("damping", r"\alpha", 1.0, 1e-6, 1e3, "log", at_least=LEAST, meaning="damping at the start"),
        Parameter("factor", "c", 3.0, 1.1, 10.0, "log", at_least=1 + 2.0**-52, meaning="factor of the damping"),
    ),
    captions={
        **captions.COMMON,
        "axes": captions.AXES,
        "model": "The model adds a damping of {damping} to every curvature: the larger it is, the shorter the step "
        "and the straighter downhill.",
        "jump": "The loss falls there, so it jumps to the model's minimum, and the damping becomes {damping}.",
        "refused": "The model has no minimum, or the loss would not fall there: it stays, and the damping rises to "
        "{damping}.",
    },
    anatomy=anatomy,
    simd=False,
    evaluations=(1, 1, 1),
)
