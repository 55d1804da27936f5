"""Line searches: how far to go along a direction d of descent, from θ, with φ(α) = f(θ + α d).

*exact* is the minimiser of the quadratic model along the line, α = -gᵀd / dᵀHd: exact where the surface is quadratic.
It asks for one Hessian and no value. Where dᵀHd <= 0 the model has no minimum on the line, and there is no step (NaN).

*armijo* halves α until the decrease is sufficient, φ(α) <= φ(0) + c₁ α φ'(0), c₁ = 10⁻⁴. Armijo (1966), Pacific Journal
of Mathematics 16, 1-3; Nocedal, Wright (2006), Numerical Optimization, algorithm 3.1.

*wolfe* also wants |φ'(α)| <= c₂ |φ'(0)|, the strong Wolfe conditions: it doubles α until a bracket holds such a point
and closes in on it by parabolas, or by halves where a parabola's minimum lies in the outer tenths. Nocedal, Wright,
algorithms 3.5 and 3.6 in one loop: the bracket is open (high = ∞) until an end is found.

Values near a minimum agree to rounding, where their difference says nothing. There (|φ(α) - φ(0)| <= 10⁻¹² |φ(0)|) the
decrease is sufficient if φ'(α) <= (2 c₁ - 1) φ'(0), which is the same for a parabola: the approximate Wolfe condition
of Hager, Zhang (2005), SIAM Journal on Optimization 16, 170-192.

φ'(0) is gᵀd with the gradient g that the method was given; trials are exact, noise or not. Along a d that does not
descend (gᵀd >= 0), and after `TRIALS` trials in vain, the step has length 0; a method with a memory then forgets it,
and goes along -g at its next step.

What is asked for is counted: every trial's value, a trial's slope (one gradient) where a condition reads it, and the
gradient at θ by every step. The value at θ is the one that the search before ended with: only the first step asks for
it.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from landscapes import Parameter
from landscapes._kernel import VALUES, call, compiled, float64, inlined, pointer, prepare, types
from optimizers._anatomy import Instant, Moment, Part, Search, Vector, arrow, length, pair
from optimizers._descent import Site, State

EXACT, ARMIJO = 0.0, 1.0
NAMES = ("exact", "armijo", "wolfe")
LABELS = ("exact for quadratics", "Armijo", "strong Wolfe")
C1 = 1e-4
LOOSE, TIGHT = 0.9, 0.1  # c₂ for directions that are scaled like a Newton step, and for the others
TRIALS = 30
ROUNDING = 1e-12


def line_search(default: str) -> Parameter:
    """Which search a method uses."""
    index = float(NAMES.index(default))
    return Parameter("line_search", r"\alpha", index, 0, 2, "linear", 0, 2, True, "line search", NAMES, LABELS)


class Found(NamedTuple):
    """The α of a search, and the values, gradients and Hessians it asked for."""

    alpha: float
    values: float
    gradients: float
    hessians: float


@inlined
def search(kind: float, k: int, at: Site, dx: float, dy: float, first: float, c2: float) -> Found:
    """α along d = (dx, dy) at step k, by the search of this kind; the two that try begin with α = `first`."""
    slope = at.gx * dx + at.gy * dy
    if not slope < 0.0:
        return Found(0.0, 0.0, 0.0, 0.0)
    if kind == EXACT:
        bend = dx * (at.hxx * dx + at.hxy * dy) + dy * (at.hxy * dx + at.hyy * dy)
        return Found(-slope / bend if bend > 0.0 else math.nan, 0.0, 0.0, 1.0)
    known = 1.0 if k == 1 else 0.0
    if kind == ARMIJO:
        return backtracking(at, dx, dy, slope, first, known)
    return strong_wolfe(at, dx, dy, slope, first, c2, known)


# (address of the surface, its values, x, y, gradient, kind, k, direction, first, c2) -> alpha
AGAIN = float64(
    types.int64, VALUES, float64, float64, float64, float64, float64, types.int64, float64, float64, float64, float64
)


@compiled
def again(
    surface: int,
    values: Any,
    x: float,
    y: float,
    gx: float,
    gy: float,
    kind: float,
    k: int,
    dx: float,
    dy: float,
    first: float,
    c2: float,
) -> float:
    """The α of a search once more, to the last bit: a path alone gives it only as well as its points are rounded."""
    p = pointer(values)
    loss, _, _, hxx, hxy, hyy = call(surface, x, y, p)
    alpha: float = search(kind, k, Site(x, y, loss, gx, gy, hxx, hxy, hyy, surface, p), dx, dy, first, c2).alpha
    return alpha


def repeated(moment: Moment, one: Instant, d: Vector, first: float, c2: float) -> float:
    """The α that a step before has found along d."""
    prepare(again, AGAIN)
    ground, kind, (gx, gy), (dx, dy) = moment.landscape, moment.values["line_search"], one.used, d
    return again(ground.address, ground.packed, one.x, one.y, gx, gy, kind, one.k, dx, dy, first, c2)


def first_unit(d: Vector) -> float:
    """`unit` outside the loops."""
    return min(1.0, float(np.divide(1.0, length(d))))


def first_alike(drop: float, slope: float, d: Vector) -> float:
    """`alike` outside the loops."""
    return float(np.divide(2 * drop, slope)) if drop < 0.0 else first_unit(d)


def searched(moment: Moment, d: Vector) -> tuple[Part, ...]:
    """The search along d, and the way it goes."""
    far = int(np.argmax(np.abs(d)))
    taken = float(moment.step[far] / d[far]) if d[far] != 0.0 else 0.0
    way = taken * d
    return (
        Part("search", Search((moment.x, moment.y), pair(d), taken), numbers={"taken": taken}),
        arrow("travel", moment.theta, way, adds=True, length=length(way)),
    )


@inlined
def counted(s: State, found: Found) -> tuple[float, float, float]:
    """The first three numbers of the state after a step: what has been asked for, with the gradient at θ."""
    return s[0] + found.values, s[1] + 1.0 + found.gradients, s[2] + found.hessians


@inlined
def asked(s: State) -> tuple[float, float, float]:
    """Values, gradients and Hessians: the first three numbers of the state of every method that searches."""
    return s[0], s[1], s[2]


@inlined
def unit(dx: float, dy: float) -> float:
    """The first trial of a direction without history: d itself, shortened to length 1 if it is longer."""
    return min(1.0, 1 / math.hypot(dx, dy))


@inlined
def alike(drop: float, slope: float, dx: float, dy: float) -> float:
    """The first trial along a direction that has no scale of its own.

    φ falls by α φ'(0) to first order; the trial would fall twice as far as the step before, whose `drop` this was.
    Nocedal, Wright (2006), page 59, doubled so that steps can grow.
    """
    return 2 * drop / slope if drop < 0.0 else unit(dx, dy)


@inlined
def level(at: Site, f: float) -> bool:
    """Whether a trial's value f differs from the one at θ by rounding only."""
    return abs(f - at.loss) <= ROUNDING * abs(at.loss)


@inlined
def sufficient(at: Site, alpha: float, f: float, slope: float, s: float) -> bool:
    """Whether φ(α) = f, where φ'(α) = s, is a sufficient decrease."""
    if level(at, f):
        return s <= (2 * C1 - 1) * slope
    return f <= at.loss + C1 * alpha * slope


@inlined
def backtracking(at: Site, dx: float, dy: float, slope: float, first: float, known: float) -> Found:
    """α = first, first / 2, first / 4, ... until the decrease is sufficient."""
    values, gradients = known, 0.0
    alpha = first
    for _ in range(TRIALS):
        f, gx, gy, _, _, _ = call(at.surface, at.x + alpha * dx, at.y + alpha * dy, at.p)
        values += 1.0
        if level(at, f):
            gradients += 1.0
        if sufficient(at, alpha, f, slope, gx * dx + gy * dy):
            return Found(alpha, values, gradients, 0.0)
        alpha /= 2
    return Found(0.0, values, gradients, 0.0)


@inlined
def strong_wolfe(at: Site, dx: float, dy: float, slope: float, first: float, c2: float, known: float) -> Found:
    """`low` has the least value of all α with a sufficient decrease, and φ falls there towards `high`."""
    values, gradients = known, 0.0
    low, f_low, s_low = 0.0, at.loss, slope
    high, f_high = math.inf, math.inf
    alpha = first
    for _ in range(TRIALS):
        f, gx, gy, _, _, _ = call(at.surface, at.x + alpha * dx, at.y + alpha * dy, at.p)
        values += 1.0
        s = gx * dx + gy * dy
        lower = f <= f_low + ROUNDING * abs(at.loss)
        falls = lower and sufficient(at, alpha, f, slope, s)
        if falls or (lower and level(at, f)):
            gradients += 1.0
        if not falls:
            high, f_high = alpha, f
        elif abs(s) <= -c2 * slope:
            return Found(alpha, values, gradients, 0.0)
        else:
            if s * (high - low) >= 0.0:
                high, f_high = low, f_low
            low, f_low, s_low = alpha, f, s
        alpha = 2 * low if high == math.inf else inside(low, high, f_low, s_low, f_high)
    return Found(0.0, values, gradients, 0.0)


@inlined
def inside(low: float, high: float, f_low: float, s_low: float, f_high: float) -> float:
    """The minimum of the parabola through both ends with the slope at `low`, or the middle."""
    width = high - low
    share = -s_low * width / (2 * (f_high - f_low - s_low * width))
    return low + width * (share if 0.1 <= share <= 0.9 else 0.5)
