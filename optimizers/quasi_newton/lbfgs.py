"""L-BFGS: BFGS that stores the last m pairs (s, y) instead of a matrix.

θ <- θ + α d,  d = -M g,  α from the line search

M is γ I, γ = sᵀy / yᵀy of the newest pair, updated as in BFGS by the stored pairs, the oldest first; M q is computed
without M, in two loops over the pairs, from the newest to the oldest and back: Nocedal, Wright (2006), algorithms 7.4
and 7.5. A pair is stored only if sᵀy is positive. If d is not a descent direction, or nothing lower is found along it,
all pairs are dropped. The first trial is α = 1, and along -g a step of length at most 1. Goodfellow, Bengio,
Courville (2016), section 8.6.3.
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
    Parameter,
    Part,
    State,
    Update,
    Vector,
    arrow,
    captions,
    counted,
    descends,
    device_function,
    dot,
    evaluation_counts,
    falls,
    first_shortened,
    gradient,
    line_search,
    newest_pair,
    repeat,
    search,
    searched,
    shortened,
    stride,
    unit_of,
    units,
)

MOST = 10  # pairs
START = (0.0,) * (8 + 4 * MOST)
NONE = (0.0,) * MOST


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (search, m); s = (evaluation counts, gx, gy, sx, sy, number of pairs, ten of (sx, sy, yx, yy))."""
    kept, pairs = s[7], s[8:]
    sx, sy, yx, yy = s[5], s[6], at.gx - s[3], at.gy - s[4]
    if sx * yx + sy * yy > 0.0:
        kept, pairs = min(kept + 1.0, h[1]), push_pair(sx, sy, yx, yy, pairs)
    elif sx == 0.0 and sy == 0.0:
        kept = 0.0
    dx, dy = product(-at.gx, -at.gy, int(kept), pairs)
    if not descends(at, dx, dy):
        kept, dx, dy = 0.0, -at.gx, -at.gy
    way = search(h[0], k, at, dx, dy, 1.0 if kept > 0.0 else shortened(dx, dy), LOOSE)
    if way.reset:
        kept = 0.0
    sx, sy = stride(way)
    return sx, sy, (*counted(s, way), at.gx, at.gy, way.alpha * way.dx, way.alpha * way.dy, kept, *pairs)


@device_function
def push_pair(sx: float, sy: float, yx: float, yy: float, pairs: State) -> State:
    """The pairs with a new one in front and without the oldest."""
    return (sx, sy, yx, yy, *pairs[:-4])


@device_function
def product(qx: float, qy: float, n: int, pairs: State) -> tuple[float, float]:
    """M q from the n newest pairs."""
    if n == 0:
        return qx, qy
    shares = NONE
    for i in range(n):
        sx, sy, yx, yy = pair(pairs, i)
        share = (sx * qx + sy * qy) / (sx * yx + sy * yy)
        qx, qy = qx - share * yx, qy - share * yy
        shares = push_share(share, shares)
    sx, sy, yx, yy = pair(pairs, 0)
    _, inverse = units(yx, yy)
    ux, uy = yx * inverse, yy * inverse
    gamma = (sx * ux + sy * uy) / (ux * ux + uy * uy)
    rx, ry = gamma * (qx * inverse), gamma * (qy * inverse)
    for i in range(n):
        sx, sy, yx, yy = pair(pairs, n - 1 - i)
        rest = shares[i] - (yx * rx + yy * ry) / (sx * yx + sy * yy)
        rx, ry = rx + rest * sx, ry + rest * sy
    return rx, ry


@device_function
def pair(pairs: State, i: int) -> tuple[float, float, float, float]:
    """(sx, sy, yx, yy) of pair i; pair 0 is the newest."""
    return pairs[4 * i], pairs[4 * i + 1], pairs[4 * i + 2], pairs[4 * i + 3]


@device_function
def push_share(share: float, shares: State) -> State:
    """The shares with a new one in front."""
    return (share, *shares[:-1])


Pairs = list[tuple[Vector, Vector]]  # (s, y), the newest first


class LbfgsStep(NamedTuple):
    """The pairs at a step, the direction d computed from them, and the step s = α d."""

    kept: Pairs
    d: Vector
    s: Vector


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The newest pair, the direction from all pairs, and the search along it."""
    now, g = LbfgsStep([], np.zeros(2), np.zeros(2)), np.zeros(2)
    for one in (*moment.past, moment):
        s, y, g = now.s, one.used - g, one.used
        now = remember(moment, one, now, y)
    return (
        *gradient(moment),
        *newest_pair(moment, s, y),
        arrow("direction", moment.theta, now.d, pairs=len(now.kept)),
        *searched(moment, now.d),
    )


def remember(moment: Moment, one: Instant, before: LbfgsStep, y: Vector) -> LbfgsStep:
    """The pairs and the step after `one`, given the change y of the gradient over the previous step."""
    kept, s, g = before.kept, before.s, one.used
    if dot(s, y) > 0.0:
        kept = [(s, y), *kept][: int(moment.values["memory"])]
    elif not s.any():
        kept = []
    d = two_loop_product(-g, kept)
    if not falls(g, d):
        kept, d = [], -g
    way = repeat(moment, one, d, 1.0 if kept else first_shortened(d), LOOSE)
    return LbfgsStep([] if way.reset else kept, way.d, way.alpha * way.d)


def two_loop_product(q: Vector, kept: Pairs) -> Vector:
    """M q in two loops, as in `product`."""
    if not kept:
        return q
    shares = []
    for s, y in kept:
        shares.append(dot(s, q) / np.float64(dot(s, y)))
        q = q - shares[-1] * y
    s, y = kept[0]
    unit = unit_of(y)
    r: Vector = np.divide(dot(s, y / unit), dot(y / unit, y / unit)) * (q / unit)
    for (s, y), share in zip(reversed(kept), reversed(shares), strict=True):
        r = r + (share - dot(y, r) / np.float64(dot(s, y))) * s
    return r


METHOD = Method(
    name="lbfgs",
    title="L-BFGS",
    idea="Like BFGS, but remembers only the last few steps.",
    formula=r"(\class{moved}{s}, \class{changed}{y})_{1, \dots, m} \to M,\qquad "
    r"\class{direction}{d} = -M \class{gradient}{g},\qquad "
    r"\theta \leftarrow \theta \class{travel}{+ \class{search}{\alpha}\, d}",
    reference="Nocedal (1980), Mathematics of Computation 35, 773-782; Liu, Nocedal (1989), Mathematical Programming "
    "45, 503-528; Deep Learning, section 8.6.3",
    step=step,
    state=START,
    evaluation_counts=evaluation_counts,
    no_step=End.NOTHING_LOWER,
    hyperparameters=(
        line_search("wolfe"),
        Parameter("memory", "m", 5, 1, MOST, "linear", 1, MOST, integer=True, meaning="steps remembered"),
    ),
    captions={
        **captions.COMMON,
        "moved": captions.MOVED,
        "changed": captions.CHANGED,
        "direction": "Two loops over the {pairs} remembered pairs (step, change of the gradient) find the direction "
        "to their model's minimum; without any it is straight downhill.",
        "search": captions.SEARCH,
        "travel": captions.TRAVEL,
    },
    anatomy=anatomy,
    simd=False,
    evaluations=(0, 1, 0),
)
