"""Nonlinear conjugate gradients.

d <- -g + β d
θ <- θ + α d,  α from the line search

β = gᵀg / g₋ᵀg₋ (Fletcher, Reeves) or max(0, (g - g₋)ᵀg / g₋ᵀg₋) (Polak, Ribière, with Powell's +), g₋ the gradient of
the step before. Goodfellow, Bengio, Courville (2016), section 8.6.2, algorithm 8.9, equations 8.30 and 8.31.

The search restarts along -g every `restart` steps, by default 2: in n dimensions n line searches reach the minimum of a
quadratic, there is no further conjugate direction, and the plane has n = 2. It also restarts where d does not descend,
and after a line search that found nothing.
"""

from typing import Any

from landscapes import Parameter
from landscapes._kernel import compiled, inlined
from optimizers._descent import Course, Hyper, Shift, Site, State, descend_counting, here
from optimizers._line_search import TIGHT, alike, asked, counted, line_search, search
from optimizers._method import Method

FLETCHER_REEVES = 0.0


@inlined
def step(k: int, lr: float, at: Site, s: State, h: Hyper) -> Shift:
    """h = (search, variant, restart); s = (what was asked for, α gᵀd, gx, gy, dx, dy, steps since the restart)."""
    since = s[8] if s[8] < h[2] else 0.0
    b = beta(h[1], at.gx, at.gy, s[4], s[5]) if since > 0.0 else 0.0
    dx, dy = b * s[6] - at.gx, b * s[7] - at.gy
    slope = at.gx * dx + at.gy * dy
    if not slope < 0.0:
        since, dx, dy = 0.0, -at.gx, -at.gy
        slope = at.gx * dx + at.gy * dy
    found = search(h[0], k, at, dx, dy, alike(s[3], slope, dx, dy), TIGHT)
    since = since + 1.0 if found.alpha > 0.0 else 0.0
    memory = (found.alpha * slope, at.gx, at.gy, dx, dy, since)
    return found.alpha * dx, found.alpha * dy, (*counted(s, found), *memory)


@inlined
def beta(variant: float, gx: float, gy: float, ox: float, oy: float) -> float:
    """β for the gradient (gx, gy) after (ox, oy)."""
    if variant == FLETCHER_REEVES:
        return (gx * gx + gy * gy) / (ox * ox + oy * oy)
    return max(0.0, ((gx - ox) * gx + (gy - oy) * gy) / (ox * ox + oy * oy))


@compiled
def trace(surface: int, values: Any, x: float, y: float, hyper: Any, course: Course, record: Any) -> int:
    """The loop with this step."""
    s = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return descend_counting(here, step, asked, s, surface, values, x, y, hyper, course, record)


METHOD = Method(
    name="conjugate_gradient",
    title="Conjugate gradients",
    idea="Turns each new direction so that it does not undo what the line search before has gained.",
    formula=r"d \leftarrow -g + \beta\, d,\qquad \theta \leftarrow \theta + \alpha\, d",
    reference="Fletcher, Reeves (1964), Computer Journal 7, 149-154; Polak, Ribière (1969), Revue française "
    "d'informatique et de recherche opérationnelle 3, 35-43; Deep Learning, algorithm 8.9",
    trace=trace,
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
    evaluations=(0, 1, 0),
    counts=True,
)
