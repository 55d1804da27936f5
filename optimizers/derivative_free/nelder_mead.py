"""The simplex search of Nelder and Mead: a triangle that moves downhill using only values of the loss.

The corners are θ, a and b with f(θ) <= f(a) <= f(b), and c = (θ + a) / 2 is the middle of the better two. A step tries
points on the line from b through c:

r = c + (c - b)      the reflection
e = c + 2 (c - b)    the expansion, if f(r) < f(θ)
z = c ± ½ (c - b)    the contraction, if f(r) >= f(a): outside (+) if f(r) < f(b), else inside (-)

and replaces b by one of them: the lower of r and e; r, if f(θ) <= f(r) < f(a); an outside z, if f(z) <= f(r); an inside
z, if f(z) < f(b). If z fails, the triangle shrinks: a and b move half way to θ. Then the corners are sorted again. θ,
the best of them, is the path: in many steps it does not move.

Nelder, Mead (1965), The Computer Journal 7, 308-313, with the coefficients 1, 2, ½, ½ and the rules for ties of
Lagarias, Reeds, Wright, Wright (1998), SIAM Journal on Optimization 9, 112-147: a new corner comes after those whose
loss is the same, and θ stays the best in a shrink that only equals it.

The first triangle is θ₀, θ₀ + (s, 0) and θ₀ + (0, s). No gradient is evaluated: the one in a run's record is for
display, and neither its noise nor its clipping changes a step. Each step evaluates one to four values, the first one
also those of the triangle. A loss of NaN counts as infinite.

A run is at rest by the usual rules if also the triangle is no larger than a step of a run at rest (`extent`). If a and
b equal θ, to rounding of θ or of the size s, there is no step: the triangle has collapsed, at a minimum or, as can
happen, elsewhere. A stationary start does not matter to the method: it explores the surroundings, and leaves a saddle.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from optimizers.authoring import (
    VALUES,
    End,
    Evaluation,
    Floats,
    Hyper,
    Method,
    Moment,
    Parameter,
    Part,
    Spot,
    State,
    Triangle,
    Update,
    arrow,
    call,
    captions,
    compiled,
    device_function,
    float64,
    length,
    pair,
    pointer,
    prepare,
    to_numbers,
    types,
)

ROUNDING = 2.0**-52
REFLECTED, EXPANDED, CONTRACTED, COLLAPSED = 0.0, 1.0, 2.0, 3.0
SECOND = {EXPANDED: "expanded", CONTRACTED: "contracted"}


class Corner(NamedTuple):
    """A corner of the triangle, relative to the point θ from which the step is taken, and the loss there."""

    x: float
    y: float
    f: float


class Corners(NamedTuple):
    """The three corners, from the best to the worst."""

    best: Corner
    middle: Corner
    worst: Corner


class Move(NamedTuple):
    """The trials r and then e or z (r again if there was none), and the corners after them, not yet sorted.

    Attributes:
        kind: Kind of the second trial.
        shrunk: Whether the triangle shrank.
        evaluation_counts: Number of evaluated values.
    """

    reflected: Corner
    second: Corner
    kind: float
    shrunk: bool
    evaluation_counts: float
    first: Corner
    old: Corner
    new: Corner


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (size); s = (number of values, then x, y and loss of a and of b), a and b relative to θ."""
    before = triangle(k, at, s, h[0])
    if is_collapsed(at, before, h[0]):
        return math.nan, math.nan, s
    move = move_triangle(at, before)
    best, a, b = sort_corners(move.first, move.old, move.new)
    value_count = s[0] + move.evaluation_counts + (3.0 if k == 1 else 0.0)
    after = (value_count, a.x - best.x, a.y - best.y, a.f, b.x - best.x, b.y - best.y, b.f)
    return best.x, best.y, after


@device_function
def triangle(k: int, at: Evaluation, s: State, size: float) -> Corners:
    """The triangle before step k."""
    here = Corner(0.0, 0.0, at.loss)
    if k == 1:
        return sort_corners(here, corner(at, size, 0.0), corner(at, 0.0, size))
    return Corners(here, Corner(s[1], s[2], s[3]), Corner(s[4], s[5], s[6]))


@device_function
def corner(at: Evaluation, x: float, y: float) -> Corner:
    """The corner at (x, y) relative to θ, with its loss; infinite if that is NaN."""
    f, _, _, _, _, _ = call(at.surface, at.x + x, at.y + y, at.p)
    return Corner(x, y, math.inf if math.isnan(f) else f)


@device_function
def sort_corners(first: Corner, second: Corner, third: Corner) -> Corners:
    """The corners sorted by loss; stable for ties."""
    if third.f < second.f:
        second, third = third, second
    if third.f < first.f:
        return Corners(second, third, first)
    if second.f < first.f:
        return Corners(second, first, third)
    return Corners(first, second, third)


@device_function
def move_triangle(at: Evaluation, before: Corners) -> Move:
    """The trials of one step, and the triangle after it."""
    best, a, b = before.best, before.middle, before.worst
    r = trial(at, before, 1.0)
    if r.f < best.f:
        e = trial(at, before, 2.0)
        return Move(r, e, EXPANDED, False, 2.0, best, a, e if e.f < r.f else r)
    if r.f < a.f:
        return Move(r, r, REFLECTED, False, 1.0, best, a, r)
    outside = r.f < b.f
    z = trial(at, before, 0.5 if outside else -0.5)
    if (outside and z.f <= r.f) or (not outside and z.f < b.f):
        return Move(r, z, CONTRACTED, False, 2.0, best, a, z)
    a = corner(at, best.x + (a.x - best.x) / 2, best.y + (a.y - best.y) / 2)
    b = corner(at, best.x + (b.x - best.x) / 2, best.y + (b.y - best.y) / 2)
    return Move(r, z, CONTRACTED, True, 4.0, best, a, b)


@device_function
def trial(at: Evaluation, before: Corners, share: float) -> Corner:
    """c + share · (c - b)."""
    cx, cy = (before.best.x + before.middle.x) / 2, (before.best.y + before.middle.y) / 2
    return corner(at, cx + share * (cx - before.worst.x), cy + share * (cy - before.worst.y))


@device_function
def is_collapsed(at: Evaluation, before: Corners, size: float) -> bool:
    """Whether all corners are equal, to rounding."""
    return is_lost(at, before.best, before.middle, size) and is_lost(at, before.best, before.worst, size)


@device_function
def is_lost(at: Evaluation, best: Corner, other: Corner, size: float) -> bool:
    """Whether a corner equals the best one, to rounding of its position or of the first size."""
    if at.x + other.x == at.x + best.x and at.y + other.y == at.y + best.y:
        return True
    return math.hypot(other.x - best.x, other.y - best.y) <= ROUNDING * size


@device_function
def evaluation_counts(s: State) -> tuple[float, float, float]:
    """Values only."""
    return s[0], 0.0, 0.0


@device_function
def extent(s: State) -> float:
    """The distance from θ to the farthest corner of the triangle."""
    return max(math.hypot(s[1], s[2]), math.hypot(s[4], s[5]))


# (address of the surface, its parameters, hyperparameters, the points so far with their losses, output for the figure)
AGAIN = types.UniTuple(float64, 2)(types.int64, VALUES, VALUES, float64[:, ::1], float64[:, ::1])


@compiled
def again(surface: int, values: Any, hyper: Any, points: Any, figure: Any) -> tuple[float, float]:
    """Repeat a step after all steps before it: the path alone does not determine the triangle.

    Returns the kind of the second trial and whether the triangle shrank, and writes (x, y, loss), relative to θ, of
    eight corners: the triangle before, r, the second trial, and the triangle after.
    """
    p, h = pointer(values), pointer(hyper)
    s: State = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    last = len(points) - 1
    for i in range(last):
        at = Evaluation(points[i, 0], points[i, 1], points[i, 2], 0.0, 0.0, 0.0, 0.0, 0.0, surface, p)
        _, _, s = step(i + 1, 0.0, at, s, h)
    at = Evaluation(points[last, 0], points[last, 1], points[last, 2], 0.0, 0.0, 0.0, 0.0, 0.0, surface, p)
    before = triangle(last + 1, at, s, h[0])
    move = move_triangle(at, before)
    a, b, c = before
    u, v, w = sort_corners(move.first, move.old, move.new)
    corners = (a, b, c, move.reflected, move.second, u, v, w)
    for i in range(8):
        figure[i, 0], figure[i, 1], figure[i, 2] = corners[i]
    if is_collapsed(at, before, h[0]):
        return COLLAPSED, 0.0
    return move.kind, 1.0 if move.shrunk else 0.0


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The triangle, the trials, the triangle after them, and the step to its best corner."""
    figure, hyper = np.empty((8, 3)), np.array([moment.values["size"]])
    hyper.setflags(write=False)
    points = np.array([(one.x, one.y, one.loss) for one in (*moment.past, moment)])
    prepare(again, AGAIN)
    kind, shrunk = again(moment.landscape.address, moment.landscape.packed, hyper, points, figure)
    places, losses = moment.theta + figure[:, :2], figure[:, 2]
    before = shape("triangle", places[:3], above=losses[2] - losses[0])
    if kind == COLLAPSED:
        return (before,)
    way = figure[5, :2]
    return (
        before,
        Part("reflected", Spot(pair(places[3])), numbers={"loss": float(losses[3])}),
        *((Part(SECOND[kind], Spot(pair(places[4])), numbers={"loss": float(losses[4])}),) if kind in SECOND else ()),
        shape("shrunk" if shrunk else "after", places[5:]),
        *((arrow("travel", moment.theta, way, adds=True, length=length(way)),) if way.any() else ()),
    )


def shape(term: str, places: Floats, **numbers: float) -> Part:
    """A part that is a triangle."""
    first, second, third = map(pair, places)
    return Part(term, Triangle((first, second, third)), numbers=to_numbers(numbers))


METHOD = Method(
    name="nelder_mead",
    title="Nelder-Mead",
    idea="Asks for no gradient: a triangle turns over, stretches and shrinks its way downhill by the loss at its "
    "corners.",
    formula=r"\class{triangle}{f(\theta) \le f(a) \le f(b)},\qquad c = \tfrac12 (\theta + a),\qquad "
    r"\class{reflected}{r = c + (c - b)},\qquad \class{expanded}{e = c + 2 (c - b)},\qquad "
    r"\class{contracted}{z = c \pm \tfrac12 (c - b)},\qquad \class{after}{b \leftarrow r, e, z},\qquad "
    r"\class{shrunk}{a, b \leftarrow \tfrac12 (\theta + a), \tfrac12 (\theta + b)},\qquad "
    r"\theta \leftarrow \class{travel}{\operatorname{argmin}_{\theta, a, b} f}",
    reference="Nelder, Mead (1965), The Computer Journal 7, 308-313; Lagarias, Reeds, Wright, Wright (1998), SIAM "
    "Journal on Optimization 9, 112-147",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    evaluation_counts=evaluation_counts,
    extent=extent,
    no_step=End.NOTHING_LOWER,
    hyperparameters=(
        Parameter("size", "s", 0.5, 0.01, 5.0, "log", at_least=2.0**-1022, meaning="size of the first triangle"),
    ),
    captions={
        "triangle": "The point is the best corner of a triangle; the loss at the worst one is higher by {above}.",
        "reflected": "The worst corner is reflected through the middle of the opposite side, where the loss is {loss}.",
        "expanded": "That is lower than every corner, so it also tries twice as far, where the loss is {loss}.",
        "contracted": "That is not lower than the two better corners, so it tries half as far, where the loss is "
        "{loss}.",
        "after": "The better trial takes the place of the worst corner: this is the new triangle.",
        "shrunk": "No trial was good enough, so the triangle shrinks to half its size, towards its best corner.",
        "travel": "Its best corner is now a new one, and the point moves there, by {length}.",
        "step": captions.COMMON["step"],
    },
    anatomy=anatomy,
    simd=False,
    evaluations=(1, 0, 0),
)
