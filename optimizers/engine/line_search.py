"""Line searches: the length of a step along a descent direction d from θ, with φ(α) = f(θ + α d).

*exact* finds the first local minimum of φ on the ray, on any surface. It proceeds outwards in intervals and evaluates
f, φ' and φ'' at each end; the first interval is as long as Newton's step along the line, which is the minimum of a
quadratic. An interval counts as resolved if the cubic through φ' and φ'' at both ends gives the change of φ to
`RESOLVED`, without a near miss of zero in between; otherwise it is halved. If φ' changes its sign, Newton's method,
restricted to the interval, finds the zero to rounding. At a kink, where no interval is resolved, bisection finds it.

*armijo* halves α until the decrease is sufficient, φ(α) <= φ(0) + c₁ α φ'(0), c₁ = 10⁻⁴. Armijo (1966), Pacific Journal
of Mathematics 16, 1-3; Nocedal, Wright (2006), Numerical Optimization, algorithm 3.1.

*wolfe* also requires |φ'(α)| <= c₂ |φ'(0)|, the strong Wolfe conditions: it doubles α until a bracket contains such a
point and shrinks it by parabolas, or by bisection if a parabola's minimum lies in the outer tenths. Nocedal, Wright,
algorithms 3.5 and 3.6 in one loop: the bracket is open (high = ∞) until an end is found, or the ray is out of range.
After `TRIALS` trials, once there is an end, the lowest point with a sufficient decrease is used, else the lowest one
below θ by more than rounding. While there is none the search continues, until α d is lost in the rounding of θ.

Values near a minimum agree to rounding, so their difference is meaningless. There (|φ(α) - φ(0)| <= 10⁻¹² |φ(0)|) the
decrease is sufficient if φ'(α) <= (2 c₁ - 1) φ'(0), which is equivalent for a parabola: the approximate Wolfe condition
of Hager, Zhang (2005), SIAM Journal on Optimization 16, 170-192.

φ'(0) is gᵀd with the gradient g passed to the method; trials are exact, with or without noise. If d is not a descent
direction (gᵀd >= 0), or nothing lower is found, the search is repeated along -g, and a method with a memory clears
it. If that finds nothing either there is no step (NaN), and a run without noise ends.

Evaluations are counted: the value of every trial, its slope (one gradient) if a condition reads it, and one gradient at
θ per step. The exact search reads value, gradient and Hessian of every trial, and the Hessian at θ. The value at θ is
the final one of the search before: only the first step evaluates it.
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
LOOSE, TIGHT = 0.9, 0.1  # c₂ for directions scaled like a Newton step, and for others
TRIALS = 30
ROUNDING = 1e-12
RESOLVED = 0.05
EPSILON = 2.0**-52
NEWTON = 1e-8  # a Newton step this short, relative to α, that brings no decrease is limited by rounding
MOST = 3000  # trials of an exact search: a kink takes up to 60, and as many until intervals are long again


def line_search(default: str) -> Parameter:
    """The hyperparameter that selects the line search of a method."""
    index = float(NAMES.index(default))
    return Parameter("line_search", r"\alpha", index, 0, 2, "linear", 0, 2, True, "line search", NAMES, LABELS)


class SearchResult(NamedTuple):
    """The α of a search, 0 if it finds nothing lower, and the numbers of values, gradients and Hessians evaluated."""

    alpha: float
    values: float
    gradients: float
    hessians: float


class Way(NamedTuple):
    """The step length and direction, whether the direction was reset to -g, and the evaluation counts."""

    alpha: float
    dx: float
    dy: float
    reset: bool
    values: float
    gradients: float
    hessians: float


class Trial(NamedTuple):
    """φ, φ' and φ'' at α, and the size of the terms that sum to φ'."""

    alpha: float
    f: float
    slope: float
    bend: float
    size: float


@device_function
def search(kind: float, k: int, at: Evaluation, dx: float, dy: float, first: float, c2: float) -> Way:
    """The search of this kind along d = (dx, dy) at step k, else along -g; the first trial is α = `first`."""
    found = along(kind, k, at, dx, dy, first, c2)
    if found.alpha > 0.0 or (dx == -at.gx and dy == -at.gy):
        return Way(found.alpha, dx, dy, False, found.values, found.gradients, found.hessians)
    dx, dy = -at.gx, -at.gy
    more = along(kind, k + 1, at, dx, dy, shortened(dx, dy), c2)
    evaluations = (found.values + more.values, found.gradients + more.gradients, found.hessians + more.hessians)
    return Way(more.alpha, dx, dy, True, *evaluations)


@device_function
def along(kind: float, k: int, at: Evaluation, dx: float, dy: float, first: float, c2: float) -> SearchResult:
    """The α along d = (dx, dy) at step k, by a search of this kind."""
    if not descends(at, dx, dy):
        return SearchResult(0.0, 0.0, 0.0, 0.0)
    length, inverse = units(dx, dy)
    found = along_unit(kind, k, at, dx * inverse, dy * inverse, first * length, c2)
    return SearchResult(found.alpha * inverse, found.values, found.gradients, found.hessians)


@device_function
def descends(at: Evaluation, dx: float, dy: float) -> bool:
    """Whether gᵀd < 0."""
    _, inverse = units(dx, dy)
    return at.gx * (dx * inverse) + at.gy * (dy * inverse) < 0.0


@device_function
def along_unit(kind: float, k: int, at: Evaluation, dx: float, dy: float, first: float, c2: float) -> SearchResult:
    """The α along a d of length about 1, so that φ' and φ'' are in range if g and H are."""
    slope = at.gx * dx + at.gy * dy
    first = first if first >= LEAST else LEAST  # it may underflow
    while first < math.inf and at.x + first * dx == at.x and at.y + first * dy == at.y:
        first *= 2
    initial_values = 1.0 if k == 1 else 0.0
    if kind == EXACT:
        return exact(at, dx, dy, slope, first, initial_values)
    if kind == ARMIJO:
        return backtracking(at, dx, dy, slope, first, initial_values)
    return strong_wolfe(at, dx, dy, slope, first, c2, initial_values)


# (address of the surface, its parameters, x, y, gradient, kind, k, direction, first, c2) -> alpha and the direction
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
    """Repeat a search of a run, to the last bit: α computed from the path has the rounding errors of its points."""
    p = pointer(values)
    loss, _, _, hxx, hxy, hyy = call(surface, x, y, p)
    way = search(kind, k, Evaluation(x, y, loss, gx, gy, hxx, hxy, hyy, surface, p), dx, dy, first, c2)
    return way.alpha, way.dx, way.dy


@device_function
def stride(way: Way) -> tuple[float, float]:
    """The step of a search result; NaN if nothing lower was found."""
    if way.alpha > 0.0:
        return way.alpha * way.dx, way.alpha * way.dy
    return math.nan, math.nan


@device_function
def counted(s: State, way: SearchResult | Way) -> tuple[float, float, float]:
    """The first three numbers of the state after a step: the evaluation counts, including the gradient at θ."""
    return s[0] + way.values, s[1] + 1.0 + way.gradients, s[2] + way.hessians


@device_function
def evaluation_counts(s: State) -> tuple[float, float, float]:
    """Values, gradients and Hessians: the first three numbers of the state of every method with a line search."""
    return s[0], s[1], s[2]


@device_function
def shortened(dx: float, dy: float) -> float:
    """The first trial along a direction without history: d, shortened to length 1 if it is longer."""
    return min(1.0, 1 / math.hypot(dx, dy))


@device_function
def alike(drop: float, at: Evaluation, dx: float, dy: float) -> float:
    """The first trial along a direction that has no scale of its own.

    To first order φ decreases by α φ'(0); the trial's decrease is twice that of the previous step, `drop`.
    Nocedal, Wright (2006), page 59, doubled so that steps can grow.
    """
    _, inverse = units(dx, dy)
    slope = at.gx * (dx * inverse) + at.gy * (dy * inverse)
    return 2 * drop / slope * inverse if drop < 0.0 else shortened(dx, dy)


@device_function
def level(at: Evaluation, f: float) -> bool:
    """Whether the value f of a trial differs from the one at θ only by rounding."""
    return abs(f - at.loss) <= ROUNDING * abs(at.loss)


@device_function
def sufficient(
    at: Evaluation, alpha: float, f: float, slope: float, s: float, dx: float, dy: float
) -> tuple[bool, float]:
    """Whether φ(α) = f, with φ'(α) = s, is a sufficient decrease, and the number of gradients needed to decide.

    If the values are level and φ increases again, the exact φ'(0) must be negative: the given one may be noisy.
    """
    if not level(at, f):
        return f <= at.loss + C1 * alpha * slope, 0.0
    if s <= 0.0 or s > (2 * C1 - 1) * slope:
        return s <= 0.0, 1.0
    exact_slope = trial(at, dx, dy, 0.0).slope
    return exact_slope < 0.0, 1.0 if exact_slope == slope else 2.0


@device_function
def is_lost(at: Evaluation, alpha: float, dx: float, dy: float) -> bool:
    """Whether θ + α d equals θ to rounding, or α is no longer a valid length."""
    return not 0.0 < alpha < math.inf or (at.x + alpha * dx == at.x and at.y + alpha * dy == at.y)


@device_function
def backtracking(
    at: Evaluation, dx: float, dy: float, slope: float, first: float, initial_values: float
) -> SearchResult:
    """Try α = first, first / 2, first / 4, ... until the decrease is sufficient; else return the best of them."""
    values, gradients = initial_values, 0.0
    alpha, least, f_least = first, 0.0, at.loss
    while not is_lost(at, alpha, dx, dy):
        f, gx, gy, _, _, _ = call(at.surface, at.x + alpha * dx, at.y + alpha * dy, at.p)
        values += 1.0
        enough, read = sufficient(at, alpha, f, slope, gx * dx + gy * dy, dx, dy)
        gradients += read
        if enough:
            return SearchResult(alpha, values, gradients, 0.0)
        if f < f_least and not level(at, f):
            least, f_least = alpha, f
        alpha /= 2
    return SearchResult(least, values, gradients, 0.0)


@device_function
def strong_wolfe(
    at: Evaluation, dx: float, dy: float, slope: float, first: float, c2: float, initial_values: float
) -> SearchResult:
    """Keep in `low` the α of least value with a sufficient decrease; φ decreases there towards `high`."""
    values, gradients = initial_values, 0.0
    low, f_low, s_low = 0.0, at.loss, slope
    high, f_high = math.inf, math.inf
    alpha, least, f_least, trials = first, 0.0, at.loss, 0
    while not is_lost(at, alpha, dx, dy) and (trials < TRIALS or max(low, least) == 0.0 or high == math.inf):
        if high == math.inf and out_of_range(at, alpha, dx, dy):
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
            return SearchResult(alpha, values, gradients, 0.0)
        else:
            if s * (high - low) >= 0.0:
                high, f_high = low, f_low
            low, f_low, s_low = alpha, f, s
        alpha = 2 * low if high == math.inf else inside(low, high, f_low, s_low, f_high)
    return SearchResult(low if low > 0.0 else least, values, gradients, 0.0)


@device_function
def inside(low: float, high: float, f_low: float, s_low: float, f_high: float) -> float:
    """The minimum of the parabola through both ends with the slope at `low`, or the middle."""
    width = high - low
    share = -s_low * width / (2 * (f_high - f_low - s_low * width))
    return low + width * (share if 0.1 <= share <= 0.9 else 0.5)


@device_function
def exact(at: Evaluation, dx: float, dy: float, slope: float, first: float, initial_values: float) -> SearchResult:
    """Find the first local minimum of φ: outwards in resolved intervals, while φ decreases."""
    a, trials = trial(at, dx, dy, 0.0), 0.0
    gradients = 0.0 if a.slope == slope else 1.0  # the method has another gradient, noisy or clipped
    if not a.slope < 0.0:
        return SearchResult(0.0, 0.0, gradients, 1.0)
    b = trial(at, dx, dy, -a.slope / a.bend if a.bend > 0.0 else first)
    trials += 1.0
    while trials < MOST:
        adjacent = is_lost(at, b.alpha - a.alpha, dx, dy) or not b.alpha - a.alpha > 4 * EPSILON * b.alpha
        if not (adjacent or is_resolved(a, b)):
            b = trial(at, dx, dy, a.alpha + (b.alpha - a.alpha) / 2)
            trials += 1.0
            continue
        if not (b.slope < 0.0 and b.f <= a.f + ROUNDING * abs(a.f)):
            a, more = zero(at, dx, dy, a, b)
            trials += more
            break
        ahead = extrapolate(a, b)
        a = b
        if stops(at, a, dx, dy):
            break
        b = trial(at, dx, dy, a.alpha + ahead)
        trials += 1.0
    return SearchResult(a.alpha, trials + initial_values, trials + gradients, trials + 1.0)


@device_function
def trial(at: Evaluation, dx: float, dy: float, alpha: float) -> Trial:
    """φ and its derivatives at α."""
    f, gx, gy, hxx, hxy, hyy = call(at.surface, at.x + alpha * dx, at.y + alpha * dy, at.p)
    bend = dx * (hxx * dx + hxy * dy) + dy * (hxy * dx + hyy * dy)
    return Trial(alpha, f, gx * dx + gy * dy, bend, abs(gx * dx) + abs(gy * dy))


@device_function
def is_resolved(a: Trial, b: Trial) -> bool:
    """Whether φ, φ' and φ'' at a and b determine φ' in between: nearly a parabola, without a near miss of zero.

    The trapezoidal rule on φ'' must give the change of φ', and with its end correction that on φ' the change of φ. If
    φ' increases from a and decreases to b, it stays below the point where its tangents meet.
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
def extrapolate(a: Trial, b: Trial) -> float:
    """The step beyond b after the interval from a: Newton's step along the line, at most four times that interval."""
    h = b.alpha - a.alpha
    if b.bend > 0.0:
        return min(-b.slope / b.bend, 4 * h)
    return 2 * h


@device_function
def stops(at: Evaluation, a: Trial, dx: float, dy: float) -> bool:
    """Whether to stop at a: φ' is zero to rounding, or the ray is out of range."""
    return flat(a) or out_of_range(at, a.alpha, dx, dy)


@device_function
def out_of_range(at: Evaluation, alpha: float, dx: float, dy: float) -> bool:
    """Whether the ray is out of range at α."""
    return not (abs(at.x + alpha * dx) <= FAR and abs(at.y + alpha * dy) <= FAR)


@device_function
def flat(a: Trial) -> bool:
    """Whether φ' is zero to rounding: relative to its terms, or because Newton's step from there is lost in α."""
    return a.bend >= 0.0 and abs(a.slope) <= 8 * EPSILON * max(a.size, a.alpha * a.bend)


@device_function
def zero(at: Evaluation, dx: float, dy: float, a: Trial, b: Trial) -> tuple[Trial, float]:
    """The zero of φ' between a and b, and the number of trials: by Newton's method, or by bisection."""
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
