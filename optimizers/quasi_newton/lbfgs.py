"""L-BFGS: BFGS that keeps the last m pairs (s, y) instead of a matrix.

θ <- θ + α d,  d = -M g,  α from the line search

M is γ I, γ = sᵀy / yᵀy of the newest pair, updated as in BFGS by the kept pairs, the oldest first; M q is found without
M, in two loops over the pairs, from the newest to the oldest and back: Nocedal, Wright (2006), algorithms 7.4 and 7.5.
A pair is kept only if sᵀy is positive. Where d does not descend, and after a search that found nothing, all pairs are
forgotten. The first trial is α = 1, and along -g a step of length 1 at most. Goodfellow, Bengio,
Courville (2016), section 8.6.3.
"""

from typing import Any

from landscapes import Parameter
from landscapes._kernel import compiled, inlined
from optimizers._descent import Course, Hyper, Shift, Site, State, descend_counting, here
from optimizers._line_search import LOOSE, asked, counted, line_search, search, unit
from optimizers._method import Method

MOST = 10  # pairs
START = (0.0,) * (8 + 4 * MOST)
NONE = (0.0,) * MOST


@inlined
def step(k: int, lr: float, at: Site, s: State, h: Hyper) -> Shift:
    """h = (search, m); s = (what was asked for, gx, gy, sx, sy, number of pairs, ten of (sx, sy, yx, yy))."""
    kept, pairs = s[7], s[8:]
    sx, sy, yx, yy = s[5], s[6], at.gx - s[3], at.gy - s[4]
    if sx * yx + sy * yy > 0.0:
        kept, pairs = min(kept + 1.0, h[1]), pushed(sx, sy, yx, yy, pairs)
    elif sx == 0.0 and sy == 0.0:
        kept = 0.0
    dx, dy = product(-at.gx, -at.gy, int(kept), pairs)
    if not at.gx * dx + at.gy * dy < 0.0:
        kept, dx, dy = 0.0, -at.gx, -at.gy
    found = search(h[0], k, at, dx, dy, 1.0 if kept > 0.0 else unit(dx, dy), LOOSE)
    sx, sy = found.alpha * dx, found.alpha * dy
    return sx, sy, (*counted(s, found), at.gx, at.gy, sx, sy, kept, *pairs)


@inlined
def pushed(sx: float, sy: float, yx: float, yy: float, pairs: State) -> State:
    """The pairs with a new one in front, and without the oldest."""
    return (sx, sy, yx, yy, *pairs[:-4])


@inlined
def product(qx: float, qy: float, n: int, pairs: State) -> tuple[float, float]:
    """M q by the n newest pairs."""
    if n == 0:
        return qx, qy
    shares = NONE
    for i in range(n):
        sx, sy, yx, yy = pair(pairs, i)
        share = (sx * qx + sy * qy) / (sx * yx + sy * yy)
        qx, qy = qx - share * yx, qy - share * yy
        shares = noted(share, shares)
    sx, sy, yx, yy = pair(pairs, 0)
    gamma = (sx * yx + sy * yy) / (yx * yx + yy * yy)
    rx, ry = gamma * qx, gamma * qy
    for i in range(n):
        sx, sy, yx, yy = pair(pairs, n - 1 - i)
        rest = shares[i] - (yx * rx + yy * ry) / (sx * yx + sy * yy)
        rx, ry = rx + rest * sx, ry + rest * sy
    return rx, ry


@inlined
def pair(pairs: State, i: int) -> tuple[float, float, float, float]:
    """(sx, sy, yx, yy) of the pair i, of which 0 is the newest."""
    return pairs[4 * i], pairs[4 * i + 1], pairs[4 * i + 2], pairs[4 * i + 3]


@inlined
def noted(share: float, shares: State) -> State:
    """The shares with a new one in front."""
    return (share, *shares[:-1])


@compiled
def trace(surface: int, values: Any, x: float, y: float, hyper: Any, course: Course, record: Any) -> int:
    """The loop with this step."""
    return descend_counting(here, step, asked, START, surface, values, x, y, hyper, course, record)


METHOD = Method(
    name="lbfgs",
    title="L-BFGS",
    idea="Like BFGS, with the last few steps for its whole memory.",
    formula=r"\theta \leftarrow \theta - \alpha\, M g,\qquad M \text{ from the last } m \text{ pairs } (s, y)",
    reference="Nocedal (1980), Mathematics of Computation 35, 773-782; Liu, Nocedal (1989), Mathematical Programming "
    "45, 503-528; Deep Learning, section 8.6.3",
    trace=trace,
    hyperparameters=(
        line_search("wolfe"),
        Parameter("memory", "m", 5, 1, MOST, "linear", 1, MOST, integer=True, meaning="steps remembered"),
    ),
    evaluations=(0, 1, 0),
    counts=True,
)
