"""The rules of a race: when a run ends, and what is then said of it. Nothing else decides an outcome.

While it runs, at every iterate and in this order:

1. *diverged*: the position is not a number or has left the box of half-width `FAR`; the loss is not a number or lies
   beyond `HUGE`; the method's step is not defined (a singular Hessian). The run ends there, with the reason.
2. *at rest*: the gradient the method used and the step it would take are both within `REST`. A gradient alone is not
   enough, because momentum may pass through a stationary point; a step alone is not, because a learning rate may be
   tiny. The run ends there, and gradient and curvature say what it found.
3. *out of steps*: the budget is used up.

What it found at rest, with λ₁ <= λ₂ the eigenvalues of the Hessian:

- *converged*: both eigenvalues are positive, or none is negative and the loss is the surface's minimum value (minima
  that fill a curve).
- *saddle*: λ₁ < 0 < λ₂, or a declared saddle is near. *maximum*: both are negative.
- *stalled*: the surface is flat and nothing is minimal.

A run that is out of steps has *stalled* if the surface around it is so flat that a slope and a curvature like here,
kept up across the map (or all the way to its middle, if that is farther), would change little of the loss that is still
to be lost (`is_flat`). These rules are about the surface itself: noise keeps a run from coming to rest, but its last
iterate is judged by the exact derivatives.
"""

import math
from collections.abc import Sequence
from enum import IntEnum
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from landscapes import Landscape, Point
from landscapes._landscape import Floats

Outcome: TypeAlias = Literal["converged", "saddle", "maximum", "stalled", "diverged", "out_of_steps"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_CODES = {name: code for code, name in enumerate(OUTCOMES)}
Reason: TypeAlias = Literal["left", "loss", "nan", "singular"]

FAR = 1e8
HUGE = 1e300
REST = 1e-8
FLAT_CURVATURE = 1e-6
FLAT_SLOPE = 0.05
NEAR = 1e-4


class End(IntEnum):
    """How the loop ended: what a kernel returns."""

    OUT_OF_STEPS = 0
    AT_REST = 1
    LEFT = 2
    LOSS = 3
    NAN = 4
    SINGULAR = 5


REASONS: dict[End, Reason] = {End.LEFT: "left", End.LOSS: "loss", End.NAN: "nan", End.SINGULAR: "singular"}


def length(x: float, y: float) -> float:
    """The length of (x, y), by the one formula that has the same bits here and in NumPy."""
    return math.sqrt(x * x + y * y)


def eigenvalues(fxx: float, fxy: float, fyy: float) -> tuple[float, float]:
    """The eigenvalues of ((fxx, fxy), (fxy, fyy)), the smaller first.

    >>> eigenvalues(2.0, 1.0, 2.0)
    (1.0, 3.0)
    """
    middle, half = (fxx + fyy) / 2, length((fxx - fyy) / 2, fxy)
    return middle - half, middle + half


def nearest(points: Sequence[Point], x: float, y: float, within: float) -> int | None:
    """The index of the point nearest to (x, y), or None if none is within that distance."""
    distances = [length(px - x, py - y) for px, py in points]
    if not distances or min(distances) > within:
        return None
    return distances.index(min(distances))


def radius(landscape: Landscape) -> float:
    """Half the diagonal of the map: the length that "near" and "across" are measured by."""
    (x0, x1), (y0, y1) = landscape.domain
    return math.hypot(x1 - x0, y1 - y0) / 2


def is_best(landscape: Landscape, loss: float) -> bool:
    """Whether a loss is the surface's minimum value, to rounding."""
    least = landscape.minimum_value
    return least is not None and loss - least <= 1e-10 * max(1.0, abs(least))


def is_flat(landscape: Landscape, x: float, y: float) -> bool:
    """Whether (x, y) lies on a plateau.

    With R half the map's diagonal, or the distance to the map's middle if that is larger: ‖g‖ R <= 5 % of the loss
    above the infimum, and |λ| R² <= that loss. Without the distance, far up the wall of a bowl would count as flat.
    """
    loss, gx, gy, *second = landscape.at(x, y)
    to_lose = loss - landscape.infimum
    steepest = max(abs(value) for value in eigenvalues(*second))
    (x0, x1), (y0, y1) = landscape.domain
    r = max(radius(landscape), length(x - (x0 + x1) / 2, y - (y0 + y1) / 2))
    return length(gx, gy) * r <= FLAT_SLOPE * to_lose and steepest * r * r <= to_lose


def at_rest(landscape: Landscape, x: float, y: float) -> Outcome:
    """What a run that rests at (x, y) has found there."""
    loss, _, _, *second = landscape.at(x, y)
    low, high = eigenvalues(*second)
    flat = FLAT_CURVATURE * max(1.0, abs(low), abs(high))
    if low > flat or (low >= -flat and is_best(landscape, loss)):
        return "converged"
    if low < -flat:
        return "maximum" if high < -flat else "saddle"
    return "saddle" if nearest(landscape.saddles, x, y, 10 * NEAR * radius(landscape)) is not None else "stalled"


def outcome(landscape: Landscape, end: End, x: float, y: float) -> Outcome:
    """The outcome of a run that ended so, at (x, y)."""
    if end in REASONS:
        return "diverged"
    if end is End.AT_REST:
        return at_rest(landscape, x, y)
    return "stalled" if is_flat(landscape, x, y) else "out_of_steps"


def outcomes(landscape: Landscape, ends: NDArray[np.int64], x: Floats, y: Floats) -> NDArray[np.int8]:
    """`outcome` of many runs that ended so, at (x, y): indices in `OUTCOMES`, shape (count,)."""
    told = np.full(len(ends), _CODES["diverged"], np.int8)
    with np.errstate(over="ignore", invalid="ignore"):
        for end, judge in ((End.AT_REST, _all_at_rest), (End.OUT_OF_STEPS, _all_out_of_steps)):
            which = ends == end
            if which.any():
                told[which] = judge(landscape, x[which], y[which])
    return told


def all_best(landscape: Landscape, loss: Floats) -> NDArray[np.bool_]:
    """`is_best` of many."""
    least = landscape.minimum_value
    return np.asarray(loss - (-math.inf if least is None else least) <= 1e-10 * max(1.0, abs(least or 0.0)))


def nearest_of(points: Sequence[Point], x: Floats, y: Floats, within: float) -> NDArray[np.int32]:
    """`nearest` of many (x, y), -1 in the place of None; shape (count,)."""
    index, best = np.full(len(x), -1, np.int32), np.full(len(x), np.nextafter(within, math.inf))
    for i, (px, py) in enumerate(points):
        distance = _lengths(px - x, py - y)
        closer = distance < best
        index[closer], best[closer] = i, distance[closer]
    return index


def _all_at_rest(landscape: Landscape, x: Floats, y: Floats) -> NDArray[np.intp]:
    """`at_rest` of many."""
    loss, _, _, *second = np.moveaxis(landscape.jet(x, y), -1, 0)
    low, high = _all_eigenvalues(*second)
    flat = FLAT_CURVATURE * np.maximum(1.0, np.maximum(abs(low), abs(high)))
    best = all_best(landscape, loss)
    near = nearest_of(landscape.saddles, x, y, 10 * NEAR * radius(landscape)) >= 0
    found: dict[Outcome, NDArray[np.bool_]] = {
        "converged": (low > flat) | ((low >= -flat) & best),
        "maximum": (low < -flat) & (high < -flat),
        "saddle": (low < -flat) | near,
    }
    codes = [np.asarray(_CODES[name]) for name in found]
    return np.select([*found.values()], codes, _CODES["stalled"])


def _all_out_of_steps(landscape: Landscape, x: Floats, y: Floats) -> NDArray[np.intp]:
    """Whether each of many is stalled, by `is_flat`, or out of steps."""
    loss, gx, gy, *second = np.moveaxis(landscape.jet(x, y), -1, 0)
    to_lose = loss - landscape.infimum
    low, high = _all_eigenvalues(*second)
    (x0, x1), (y0, y1) = landscape.domain
    r = np.maximum(radius(landscape), _lengths(x - (x0 + x1) / 2, y - (y0 + y1) / 2))
    flat = (_lengths(gx, gy) * r <= FLAT_SLOPE * to_lose) & (np.maximum(abs(low), abs(high)) * r * r <= to_lose)
    return np.where(flat, _CODES["stalled"], _CODES["out_of_steps"])


def _all_eigenvalues(fxx: Floats, fxy: Floats, fyy: Floats) -> tuple[Floats, Floats]:
    """`eigenvalues` of many."""
    middle, half = (fxx + fyy) / 2, _lengths((fxx - fyy) / 2, fxy)
    return middle - half, middle + half


def _lengths(x: Floats, y: Floats) -> Floats:
    """`length` of many."""
    return np.asarray(np.sqrt(x * x + y * y))
