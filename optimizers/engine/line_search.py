"""Line searches: how far to go along a direction d of descent, from θ, with φ(α) = f(θ + α d).

*exact* goes to the first local minimum of φ on the ray, on any surface. It goes outwards in intervals and reads f,
φ' and φ'' at each end, the first of them as long as Newton's step along the line: on a quadratic that is the minimum.
An interval counts as resolved if the cubic through φ' and φ'' at both ends gives the change of φ to `RESOLVED`, and no
near miss of zero between them; otherwise it is halved. Where φ' has changed its sign, Newton's method, held between the
ends, finds the zero to rounding. At a kink, where no interval is resolved, halving alone finds it.

*armijo* halves α until the decrease is sufficient, φ(α) <= φ(0) + c₁ α φ'(0), c₁ = 10⁻⁴. Armijo (1966), Pacific Journal
of Mathematics 16, 1-3; Nocedal, Wright (2006), Numerical Optimization, algorithm 3.1.

*wolfe* also wants |φ'(α)| <= c₂ |φ'(0)|, the strong Wolfe conditions: it doubles α until a bracket holds such a point
and closes in on it by parabolas, or by halves where a parabola's minimum lies in the outer tenths. Nocedal, Wright,
algorithms 3.5 and 3.6 in one loop: the bracket is open (high = ∞) until an end is found, or the ray leaves the world.
From `TRIALS` trials on, where there is an end, the lowest point with a sufficient decrease is taken, else the lowest
below θ by more than rounding. As long as there is none it goes on, until α d is lost in the rounding of θ.

Values near a minimum agree to rounding, where their difference says nothing. There (|φ(α) - φ(0)| <= 10⁻¹² |φ(0)|) the
decrease is sufficient if φ'(α) <= (2 c₁ - 1) φ'(0), which is the same for a parabola: the approximate Wolfe condition
of Hager, Zhang (2005), SIAM Journal on Optimization 16, 170-192.

φ'(0) is gᵀd with the gradient g that the method was given; trials are exact, noise or not. Along a d that does not
descend (gᵀd >= 0), or where nothing lower is found, the search is repeated along -g, and a method with a memory forgets
it. Where that finds nothing either there is no step (NaN), and a run without noise ends.

What is asked for is counted: every trial's value, a trial's slope (one gradient) where a condition reads it, and the
gradient at θ by every step. The exact search reads value, gradient and Hessian of every trial, and the Hessian at θ.
The value at θ is the one that the search before ended with: only the first step asks for it.
"""

import math
from typing import Any, NamedTuple

from landscapes import Parameter
from landscapes.jets import call
from landscapes.tools.compiler import VALUES, compiled, device_function, float64, pointer, types
from optimizers.engine.loop import Evaluation, State
from optimizers.engine.ratios import LEAST, units
from optimizers.engine.rules import FAR

EXACT, ARMIJO = 0.0, 1.0
NAMES = ("exact", "armijo", "wolfe")
LABELS = ("exact", "Armijo", "strong Wolfe")
C1 = 1e-4
LOOSE, TIGHT = 0.9, 0.1  # c₂ for directions that are scaled like a Newton step, and for the others
TRIALS = 30
ROUNDING = 1e-12
RESOLVED = 0.05
EPSILON = 2.0**-52
NEWTON = 1e-8  # a step of Newton's method as short as this, relative to α, that is no gain has met rounding
MOST = 3000  # trials of an exact search: a kink takes up to 60, and as many until intervals are long again


def line_search(default: str) -> Parameter:
    """Which search a method uses."""
    index = float(NAMES.index(default))
    return Parameter("line_search", r"\alpha", index, 0, 2, "linear", 0, 2, True, "line search", NAMES, LABELS)


class Found(NamedTuple):
    """The α of a search, 0 where it finds nothing lower, and the values, gradients and Hessians it asked for."""

    alpha: float
    values: float
    gradients: float
    hessians: float


class Way(NamedTuple):
    """How far to go along which direction, whether that is -g for lack of a better one, and what was asked for."""

    alpha: float
    dx: float
    dy: float
    reset: bool
    values: float
    gradients: float
    hessians: float


class Trial(NamedTuple):
    """φ, φ' and φ'' at α, and the size of the terms whose sum φ' is."""

    alpha: float
    f: float
    slope: float
    bend: float
    size: float


@device_function
def search(kind: float, k: int, at: Evaluation, dx: float, dy: float, first: float, c2: float) -> Way:
    """The way along d = (dx, dy) at step k by the search of this kind, else along -g; trials begin with α = `first`."""
    found = along(kind, k, at, dx, dy, first, c2)
    if found.alpha > 0.0 or (dx == -at.gx and dy == -at.gy):
        return Way(found.alpha, dx, dy, False, found.values, found.gradients, found.hessians)
    dx, dy = -at.gx, -at.gy
    more = along(kind, k + 1, at, dx, dy, shortened(dx, dy), c2)
    asked_for = (found.values + more.values, found.gradients + more.gradients, found.hessians + more.hessians)
    return Way(more.alpha, dx, dy, True, *asked_for)


@device_function
def along(kind: float, k: int, at: Evaluation, dx: float, dy: float, first: float, c2: float) -> Found:
    """α along d = (dx, dy) at step k, by the search of this kind."""
    if not descends(at, dx, dy):
        return Found(0.0, 0.0, 0.0, 0.0)
    length, inverse = units(dx, dy)
    found = along_unit(kind, k, at, dx * inverse, dy * inverse, first * length, c2)
    return Found(found.alpha * inverse, found.values, found.gradients, found.hessians)


@device_function
def descends(at: Evaluation, dx: float, dy: float) -> bool:
    """Whether gᵀd < 0."""
    _, inverse = units(dx, dy)
    return at.gx * (dx * inverse) + at.gy * (dy * inverse) < 0.0


@device_function
def along_unit(kind: float, k: int, at: Evaluation, dx: float, dy: float, first: float, c2: float) -> Found:
    """α along a d whose length is about 1: φ' and φ'' are then in range where g and H are."""
    slope = at.gx * dx + at.gy * dy
    first = first if first >= LEAST else LEAST  # it may underflow
    while first < math.inf and at.x + first * dx == at.x and at.y + first * dy == at.y:
        first *= 2
    known = 1.0 if k == 1 else 0.0
    if kind == EXACT:
        return exact(at, dx, dy, slope, first, known)
    if kind == ARMIJO:
        return backtracking(at, dx, dy, slope, first, known)
    return strong_wolfe(at, dx, dy, slope, first, c2, known)


# (address of the surface, its values, x, y, gradient, kind, k, direction, first, c2) -> alpha and the direction
AGAIN = types.UniTuple(float64, 3)(
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
) -> tuple[float, float, float]:
    """A search once more, to the last bit: a path alone gives its α only as well as its points are rounded."""
    p = pointer(values)
    loss, _, _, hxx, hxy, hyy = call(surface, x, y, p)
    way = search(kind, k, Evaluation(x, y, loss, gx, gy, hxx, hxy, hyy, surface, p), dx, dy, first, c2)
    return way.alpha, way.dx, way.dy


@device_function
def stride(way: Way) -> tuple[float, float]:
    """The step that goes this way; NaN where nothing lower was found."""
    if way.alpha > 0.0:
        return way.alpha * way.dx, way.alpha * way.dy
    return math.nan, math.nan


@device_function
def counted(s: State, way: Found | Way) -> tuple[float, float, float]:
    """The first three numbers of the state after a step: what has been asked for, with the gradient at θ."""
    return s[0] + way.values, s[1] + 1.0 + way.gradients, s[2] + way.hessians


@device_function
def evaluation_counts(s: State) -> tuple[float, float, float]:
    """Values, gradients and Hessians: the first three numbers of the state of every method that searches."""
    return s[0], s[1], s[2]


@device_function
def shortened(dx: float, dy: float) -> float:
    """The first trial of a direction without history: d itself, shortened to length 1 if it is longer."""
    return min(1.0, 1 / math.hypot(dx, dy))


@device_function
def alike(drop: float, at: Evaluation, dx: float, dy: float) -> float:
    """The first trial along a direction that has no scale of its own.

    φ falls by α φ'(0) to first order; the trial would fall twice as far as the step before, whose `drop` this was.
    Nocedal, Wright (2006), page 59, doubled so that steps can grow.
    """
    _, inverse = units(dx, dy)
    slope = at.gx * (dx * inverse) + at.gy * (dy * inverse)
    return 2 * drop / slope * inverse if drop < 0.0 else shortened(dx, dy)


@device_function
def level(at: Evaluation, f: float) -> bool:
    """Whether a trial's value f differs from the one at θ by rounding only."""
    return abs(f - at.loss) <= ROUNDING * abs(at.loss)


@device_function
def sufficient(
    at: Evaluation, alpha: float, f: float, slope: float, s: float, dx: float, dy: float
) -> tuple[bool, float]:
    """Whether φ(α) = f, where φ'(α) = s, is a sufficient decrease, and how many gradients it takes to know.

    Where values are level and φ rises again, the exact φ'(0) must fall: the given one may be wrong by noise.
    """
    if not level(at, f):
        return f <= at.loss + C1 * alpha * slope, 0.0
    if s <= 0.0 or s > (2 * C1 - 1) * slope:
        return s <= 0.0, 1.0
    exact_slope = trial(at, dx, dy, 0.0).slope
    return exact_slope < 0.0, 1.0 if exact_slope == slope else 2.0


@device_function
def lost(at: Evaluation, alpha: float, dx: float, dy: float) -> bool:
    """Whether θ + α d is θ, to rounding, or α is not a length any more."""
    return not 0.0 < alpha < math.inf or (at.x + alpha * dx == at.x and at.y + alpha * dy == at.y)


@device_function
def backtracking(at: Evaluation, dx: float, dy: float, slope: float, first: float, known: float) -> Found:
    """α = first, first / 2, first / 4, ... until the decrease is sufficient; else the best of them."""
    values, gradients = known, 0.0
    alpha, least, f_least = first, 0.0, at.loss
    while not lost(at, alpha, dx, dy):
        f, gx, gy, _, _, _ = call(at.surface, at.x + alpha * dx, at.y + alpha * dy, at.p)
        values += 1.0
        enough, read = sufficient(at, alpha, f, slope, gx * dx + gy * dy, dx, dy)
        gradients += read
        if enough:
            return Found(alpha, values, gradients, 0.0)
        if f < f_least and not level(at, f):
            least, f_least = alpha, f
        alpha /= 2
    return Found(least, values, gradients, 0.0)


@device_function
def strong_wolfe(at: Evaluation, dx: float, dy: float, slope: float, first: float, c2: float, known: float) -> Found:
    """`low` has the least value of all α with a sufficient decrease, and φ falls there towards `high`."""
    values, gradients = known, 0.0
    low, f_low, s_low = 0.0, at.loss, slope
    high, f_high = math.inf, math.inf
    alpha, least, f_least, trials = first, 0.0, at.loss, 0
    while not lost(at, alpha, dx, dy) and (trials < TRIALS or max(low, least) == 0.0 or high == math.inf):
        if high == math.inf and gone(at, alpha, dx, dy):
            break
        f, gx, gy, _, _, _ = call(at.surface, at.x + alpha * dx, at.y + alpha * dy, at.p)
        values += 1.0
        trials += 1
        s = gx * dx + gy * dy
        lower = f <= f_low + ROUNDING * abs(at.loss)
        enough, read = sufficient(at, alpha, f, slope, s, dx, dy)
        falls = lower and enough
        if lower:
            gradients += max(read, 1.0) if falls else read
        if f < f_least and not level(at, f):
            least, f_least = alpha, f
        if not falls:
            high, f_high = alpha, f
        elif abs(s) <= -c2 * slope:
            return Found(alpha, values, gradients, 0.0)
        else:
            if s * (high - low) >= 0.0:
                high, f_high = low, f_low
            low, f_low, s_low = alpha, f, s
        alpha = 2 * low if high == math.inf else inside(low, high, f_low, s_low, f_high)
    return Found(low if low > 0.0 else least, values, gradients, 0.0)


@device_function
def inside(low: float, high: float, f_low: float, s_low: float, f_high: float) -> float:
    """The minimum of the parabola through both ends with the slope at `low`, or the middle."""
    width = high - low
    share = -s_low * width / (2 * (f_high - f_low - s_low * width))
    return low + width * (share if 0.1 <= share <= 0.9 else 0.5)


@device_function
def exact(at: Evaluation, dx: float, dy: float, slope: float, first: float, known: float) -> Found:
    """The first local minimum of φ: outwards in resolved intervals, as long as φ falls."""
    a, trials = trial(at, dx, dy, 0.0), 0.0
    gradients = 0.0 if a.slope == slope else 1.0  # the method was given another one: with noise, or clipped
    if not a.slope < 0.0:
        return Found(0.0, 0.0, gradients, 1.0)
    b = trial(at, dx, dy, -a.slope / a.bend if a.bend > 0.0 else first)
    trials += 1.0
    while trials < MOST:
        adjacent = lost(at, b.alpha - a.alpha, dx, dy) or not b.alpha - a.alpha > 4 * EPSILON * b.alpha
        if not (adjacent or resolved(a, b)):
            b = trial(at, dx, dy, a.alpha + (b.alpha - a.alpha) / 2)
            trials += 1.0
            continue
        if not (b.slope < 0.0 and b.f <= a.f + ROUNDING * abs(a.f)):
            a, more = zero(at, dx, dy, a, b)
            trials += more
            break
        ahead = extrapolated(a, b)
        a = b
        if stops(at, a, dx, dy):
            break
        b = trial(at, dx, dy, a.alpha + ahead)
        trials += 1.0
    return Found(a.alpha, trials + known, trials + gradients, trials + 1.0)


@device_function
def trial(at: Evaluation, dx: float, dy: float, alpha: float) -> Trial:
    """φ and its derivatives at α."""
    f, gx, gy, hxx, hxy, hyy = call(at.surface, at.x + alpha * dx, at.y + alpha * dy, at.p)
    bend = dx * (hxx * dx + hxy * dy) + dy * (hxy * dx + hyy * dy)
    return Trial(alpha, f, gx * dx + gy * dy, bend, abs(gx * dx) + abs(gy * dy))


@device_function
def resolved(a: Trial, b: Trial) -> bool:
    """Whether φ' is known between a and b from φ, φ' and φ'' at both: nearly a parabola, without a near miss of zero.

    The trapezoidal rule on φ'' must give the change of φ', and with its end correction that on φ' the change of φ. If
    φ' rises from a and falls to b, it stays below the point where its tangents meet.
    """
    h = b.alpha - a.alpha
    allowed = RESOLVED * max(abs(a.slope), abs(b.slope))
    turn = b.slope - a.slope - h * (a.bend + b.bend) / 2
    fall = b.f - a.f - h * (a.slope + b.slope) / 2 - h * h * (a.bend - b.bend) / 12
    if not (abs(turn) <= allowed and abs(fall) <= allowed * h + ROUNDING * abs(a.f)):
        return False
    if not (b.slope < 0.0 and a.bend > 0.0 and b.bend < 0.0):
        return True
    meet = (b.slope - a.slope - h * b.bend) / (a.bend - b.bend)
    return a.slope + a.bend * meet < 0.0


@device_function
def extrapolated(a: Trial, b: Trial) -> float:
    """How far to go on from b after the interval from a: Newton's step along the line, at most four times that."""
    h = b.alpha - a.alpha
    if b.bend > 0.0:
        return min(-b.slope / b.bend, 4 * h)
    return 2 * h


@device_function
def stops(at: Evaluation, a: Trial, dx: float, dy: float) -> bool:
    """Whether there is no need to go on from a: φ' is zero to rounding, or the ray has left the world."""
    return flat(a) or gone(at, a.alpha, dx, dy)


@device_function
def gone(at: Evaluation, alpha: float, dx: float, dy: float) -> bool:
    """Whether the ray has left the world at α."""
    return not (abs(at.x + alpha * dx) <= FAR and abs(at.y + alpha * dy) <= FAR)


@device_function
def flat(a: Trial) -> bool:
    """Whether φ' is zero to rounding: of its terms, or because Newton's step from there is lost in α."""
    return a.bend >= 0.0 and abs(a.slope) <= 8 * EPSILON * max(a.size, a.alpha * a.bend)


@device_function
def zero(at: Evaluation, dx: float, dy: float, a: Trial, b: Trial) -> tuple[Trial, float]:
    """Where φ' changes its sign between a and b, and how many trials it took: Newton's method, or by halves."""
    best = b if abs(b.slope) < abs(a.slope) else a
    newton, trials = True, 0.0
    while not flat(best):
        alpha = best.alpha - best.slope / best.bend
        if not (newton and a.alpha < alpha < b.alpha):
            alpha = a.alpha + (b.alpha - a.alpha) / 2
        if not a.alpha < alpha < b.alpha:
            break
        c = trial(at, dx, dy, alpha)
        trials += 1.0
        if c.slope < 0.0:
            a = c
        else:
            b = c
        better = abs(c.slope) < abs(best.slope)
        if not better and abs(c.alpha - best.alpha) <= NEWTON * best.alpha:
            break
        newton = abs(c.slope) <= abs(best.slope) / 2
        if better:
            best = c
    return best, trials
