"""Coordinate descent: one coordinate at a time, in turn.

θᵢ <- θᵢ - α gᵢ,  α from the line search along the axis,  i = 1, 2, 1, 2, ...

With the exact search it goes to the first minimum along the axis, θᵢ <- θᵢ - gᵢ / Hᵢᵢ on a quadratic; the Wolfe search
comes close to it with fewer evaluations. A step moves one coordinate, and a sweep is two steps; each counts as a
gradient although it reads one component. If nothing lower is found along one axis the step has length 0, and if nothing
is along both, one after the other, there is none. Goodfellow, Bengio, Courville (2016), section 8.7.2.
"""

import math

import numpy as np

from optimizers.authoring import (
    TIGHT,
    End,
    Evaluation,
    Hyper,
    Method,
    Moment,
    Part,
    State,
    Update,
    alike,
    along,
    arrow,
    captions,
    counted,
    device_function,
    evaluation_counts,
    gradient,
    line_search,
    searched,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (search); s = (evaluation counts, α gᵀd of this coordinate's last step, and of the other's)."""
    dx, dy = (-at.gx, 0.0) if k % 2 == 1 else (0.0, -at.gy)
    found = along(h[0], k, at, dx, dy, alike(s[3], at, dx, dy), TIGHT)
    dx, dy = found.alpha * dx, found.alpha * dy
    after = (*counted(s, found), s[4], at.gx * dx + at.gy * dy)
    if found.alpha == 0.0 and s[4] == 0.0 and k > 1:
        return math.nan, math.nan, after
    return dx, dy, after


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The gradient, its component along one axis, and the search along it."""
    i = 1 if moment.k % 2 == 1 else 2
    d = -moment.used * np.array([i == 1, i == 2])
    axis = arrow("coordinate", moment.theta, d, "gradient", coordinate=i)
    return (*gradient(moment), axis, *searched(moment, d))


METHOD = Method(
    name="coordinate_descent",
    title="Coordinate descent",
    idea="Moves one coordinate at a time, as far as a line search says: to a minimum along its axis, if the search "
    "is exact.",
    formula=r"\theta_i \leftarrow \theta_i \class{travel}{- \class{search}{\alpha}\, \class{gradient}{g}_i},\qquad "
    r"\class{coordinate}{i = 1, 2, 1, 2, \dots}",
    reference="Wright (2015), Mathematical Programming 151, 3-34; Deep Learning, section 8.7.2",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0, 0.0),
    evaluation_counts=evaluation_counts,
    no_step=End.NOTHING_LOWER,
    hyperparameters=(line_search("wolfe"),),
    captions={
        **captions.COMMON,
        "coordinate": "Only coordinate {coordinate} moves in this step: this is the part of the downhill direction "
        "along its axis.",
        "search": captions.SEARCH,
        "travel": captions.TRAVEL,
    },
    anatomy=anatomy,
    simd=False,
    evaluations=(0, 1, 0),
)
