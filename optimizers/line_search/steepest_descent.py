"""Steepest descent: along -g, as far as a line search says.

θ <- θ - α g,  α from the line search

With the exact search on a quadratic every direction is at a right angle to the one before: it zigzags. Goodfellow,
Bengio, Courville (2016), section 8.6.2 and figure 8.6.
"""

from landscapes._kernel import inlined
from optimizers._anatomy import Moment, Part, gradient
from optimizers._captions import COMMON, SEARCH, TRAVEL
from optimizers._descent import Hyper, Shift, Site, State
from optimizers._line_search import TIGHT, alike, asked, counted, line_search, search, searched, stride
from optimizers._method import Method
from optimizers._rules import End


@inlined
def step(k: int, lr: float, at: Site, s: State, h: Hyper) -> Shift:
    """h = (search); s = (what was asked for, α gᵀd)."""
    dx, dy = -at.gx, -at.gy
    way = search(h[0], k, at, dx, dy, alike(s[3], at, dx, dy), TIGHT)
    dx, dy = stride(way)
    return dx, dy, (*counted(s, way), at.gx * dx + at.gy * dy)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The gradient, and the search straight down."""
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
    asked=asked,
    no_step=End.NOTHING_LOWER,
    hyperparameters=(line_search("exact"),),
    captions={**COMMON, "search": SEARCH, "travel": TRAVEL},
    anatomy=anatomy,
    abreast=False,
    evaluations=(0, 1, 0),
)
