"""Steepest descent: along -g, with a step length from a line search.

θ <- θ - α g,  α from the line search

With the exact search on a quadratic every direction is orthogonal to the previous one: it zigzags. Goodfellow, Bengio,
Courville (2016), section 8.6.2 and figure 8.6.
"""

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
    captions,
    counted,
    device_function,
    evaluation_counts,
    gradient,
    line_search,
    search,
    searched,
    stride,
)


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (search); s = (evaluation counts, α gᵀd)."""
    dx, dy = -at.gx, -at.gy
    way = search(h[0], k, at, dx, dy, alike(s[3], at, dx, dy), TIGHT)
    dx, dy = stride(way)
    return dx, dy, (*counted(s, way), at.gx * dx + at.gy * dy)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The gradient, and the search along its negative."""
    return (*gradient(moment), *searched(moment, -moment.used))


METHOD = Method(
    name="steepest_descent",
    title="Steepest descent",
    idea="Goes straight down as far as a line search says, and turns there: at a right angle, if the search is exact.",
    formula=r"\theta \leftarrow \theta \class{travel}{- \alpha\, \class{gradient}{g}},\qquad "
    r"\class{search}{\alpha} = \operatorname{argmin}_{\alpha} f(\theta - \alpha g)",
    reference="Cauchy (1847), Comptes rendus 25, 536-538; Deep Learning, section 8.6.2 and figure 8.6",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0),
    evaluation_counts=evaluation_counts,
    no_step=End.NOTHING_LOWER,
    hyperparameters=(line_search("exact"),),
    captions={**captions.COMMON, "search": captions.SEARCH, "travel": captions.TRAVEL},
    anatomy=anatomy,
    simd=False,
    evaluations=(0, 1, 0),
)
