"""BFGS: Newton's method with an inverse Hessian M that is learned from the gradients.

θ <- θ + α d,  d = -M g,  α from the line search
M <- (I - ρ s yᵀ) M (I - ρ y sᵀ) + ρ s sᵀ,  ρ = 1 / sᵀy

s is the previous step, y the change of the gradient along it; M starts as I. The update is skipped if sᵀy is not
positive, since M would not stay positive definite. If d is not a descent direction, or nothing lower is found along it,
M is reset to I. The first trial is α = 1, and along -g a step of length at most 1. Nocedal, Wright (2006), algorithm
6.1; Goodfellow, Bengio, Courville (2016), section 8.6.3.
"""

from typing import NamedTuple

import numpy as np

from optimizers.authoring import (
    LOOSE,
    End,
    Evaluation,
    Hyper,
    Instant,
    Method,
    Moment,
    Part,
    State,
    Update,
    Vector,
    arrow,
    captions,
    counted,
    descends,
    device_function,
    eigen,
    evaluation_counts,
    falls,
    first_shortened,
    gradient,
    line_search,
    model,
    newest_pair,
    python_function,
    repeat,
    search,
    searched,
    shortened,
    stride,
    unit_of,
    units,
)

Matrix = tuple[float, float, float]
IDENTITY = (1.0, 0.0, 1.0)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (search); s = (evaluation counts, gx, gy, sx, sy, the entries a, b, d of M)."""
    yx, yy = at.gx - s[3], at.gy - s[4]
    unit, inverse = units(yx, yy)
    a, b, d = update_inverse((s[7] * unit, s[8] * unit, s[9] * unit), s[5], s[6], yx * inverse, yy * inverse)
    a, b, d = a * inverse, b * inverse, d * inverse
    initial = s[5] == 0.0 and s[6] == 0.0
    dx, dy = -a * at.gx - b * at.gy, -b * at.gx - d * at.gy
    if initial or not descends(at, dx, dy):
        initial, a, b, d = True, 1.0, 0.0, 1.0
        dx, dy = -at.gx, -at.gy
    way = search(h[0], k, at, dx, dy, shortened(dx, dy) if initial else 1.0, LOOSE)
    if way.reset:
        a, b, d = 1.0, 0.0, 1.0
    sx, sy = stride(way)
    return sx, sy, (*counted(s, way), at.gx, at.gy, way.alpha * way.dx, way.alpha * way.dy, a, b, d)


@device_function
def update_inverse(m: Matrix, sx: float, sy: float, yx: float, yy: float) -> Matrix:
    """The entries (a, b, d) of M after the step s with the change y of the gradient."""
    a, b, d = m
    curvature = sx * yx + sy * yy
    if not curvature > 0.0:
        return m
    ux, uy = a * yx + b * yy, b * yx + d * yy
    c = 1 + (yx * ux + yy * uy) / curvature
    return (
        a + (c * sx * sx - 2 * sx * ux) / curvature,
        b + (c * sx * sy - sx * uy - ux * sy) / curvature,
        d + (c * sy * sy - 2 * sy * uy) / curvature,
    )


class BfgsStep(NamedTuple):
    """M at a step, the direction d = -Mg, and the step s = α d."""

    m: Matrix
    d: Vector
    s: Vector


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The newest pair, the model with the learned curvature, the direction to its minimum, and the search along it."""
    now, g = BfgsStep(IDENTITY, np.zeros(2), np.zeros(2)), np.zeros(2)
    for one in (*moment.past, moment):
        s, y, g = now.s, one.used - g, one.used
        now = learn(moment, one, now, y)
    curvature = inverse(now.m)
    low, high = eigen(*curvature[[0, 0, 1], [0, 1, 1]].tolist())
    return (
        *gradient(moment),
        *newest_pair(moment, s, y),
        model(moment, curvature, low=low[0], high=high[0]),
        arrow("direction", moment.theta, now.d),
        *searched(moment, now.d),
    )


def learn(moment: Moment, one: Instant, before: BfgsStep, y: Vector) -> BfgsStep:
    """M and the step after `one`, given the change y of the gradient over the previous step."""
    g = one.used
    unit = unit_of(y)
    a, b, d = before.m
    a, b, d = python_function(update_inverse)((a * unit, b * unit, d * unit), *before.s.tolist(), *(y / unit).tolist())
    a, b, d = m = a / unit, b / unit, d / unit
    direction = np.array([-a * g[0] - b * g[1], -b * g[0] - d * g[1]])
    initial = not before.s.any() or not falls(g, direction)
    if initial:
        m, direction = IDENTITY, -g
    way = repeat(moment, one, direction, first_shortened(direction) if initial else 1.0, LOOSE)
    return BfgsStep(IDENTITY if way.reset else m, way.d, way.alpha * way.d)


def inverse(m: Matrix) -> Vector:
    """M⁻¹ as an array: the Hessian of the model."""
    a, b, d = m
    return np.array([[d, -b], [-b, a]]) / np.float64(a * d - b * b)


METHOD = Method(
    name="bfgs",
    title="BFGS",
    idea="Learns the curvature from how the gradient changes: near a minimum its steps become like Newton's.",
    formula=r"M \leftarrow (I - \rho \class{moved}{s} \class{changed}{y}^\top)\, M\, "
    r"(I - \rho y s^\top) + \rho s s^\top,\qquad "
    r"\class{direction}{d} = -\class{model}{M} \class{gradient}{g},\qquad "
    r"\theta \leftarrow \theta \class{travel}{+ \class{search}{\alpha}\, d}",
    reference="Broyden; Fletcher; Goldfarb; Shanno (1970); Nocedal, Wright (2006), Numerical Optimization, "
    "algorithm 6.1; Deep Learning, section 8.6.3",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0),
    evaluation_counts=evaluation_counts,
    no_step=End.NOTHING_LOWER,
    hyperparameters=(line_search("wolfe"),),
    captions={
        **captions.COMMON,
        "moved": captions.MOVED,
        "changed": captions.CHANGED,
        "model": "A quadratic model whose curvatures, {low} and {high}, are not computed but learned from how the "
        "gradients changed.",
        "direction": "The direction leads to the minimum of that model.",
        "search": captions.SEARCH,
        "travel": captions.TRAVEL,
    },
    anatomy=anatomy,
    simd=False,
    evaluations=(0, 1, 0),
)
