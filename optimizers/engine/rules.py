"""The rules of a race: when a run ends, and its outcome. Nothing else determines an outcome.

R is half the diagonal of the map, f* the infimum of the landscape, λ₁ <= λ₂ are the eigenvalues of the Hessian H, ‖H‖
is its largest entry, and ε = `REST`. All thresholds except the largest numbers are relative: the same landscape in
other units of x and f has the same outcomes.

During a run, at every iterate and in this order:

1. *diverged*: the position is NaN or outside the box of half-width `FAR`; the loss is NaN or beyond `HUGE`. The run
   ends there, with the reason.
2. *at rest*: the next step of the method is not longer than ε R, and neither is the extent of its figure
   (`Method.extent`), and (`rests`) the gradient g that it used, or would use next

   - indicates a stationary point nearby, |H⁻¹g| < ε R, or
   - would change almost nothing across the map, |g| R <= ε (f - f*), or
   - if minima fill a curve or a region: f - f* <= ε² ‖H‖ R² / 2 and |g| <= ε ‖H‖ R, as at the distance ε R of one.

   A gradient alone is not enough, because momentum may pass through a stationary point; a step alone is not, because a
   learning rate may be tiny. The run ends there, and the curvature determines what it found.
3. *no step*: the method has none. The Hessian is singular, or a line search finds nothing lower. A search cannot
   distinguish values closer than the root of rounding to a stationary point: a run at rest by ε = `LEVEL` counts as at
   rest. With the least loss at a declared minimum that is a kink, where no gradient is 0, it has *converged*.
4. *out of steps*: the budget is used up.

At rest, where a curvature of `FLAT` · max(f - f*, ‖H‖ R²) / R² counts as none:

- *converged*: both eigenvalues are positive; or none is negative and a declared minimum is near, or the minima fill a
  curve or a region and the loss is the least.
- *saddle*: λ₁ < 0 < λ₂, or a declared saddle is near. *maximum*: both are negative.
- *stalled*: the surface is flat and there is no minimum.

A run that is out of steps has *stalled* if the surface around it is so flat that the local slope and curvature,
extended across the map (or to its middle, if that is farther), would reduce little of the remaining loss (`is_flat`).
These rules are about the surface itself: noise keeps a run from coming to rest, but its last iterate is judged by the
exact derivatives.
"""

import math
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from landscapes import Landscape, Point
from landscapes.tools.arguments import Floats
from landscapes.tools.compiler import device_function, float64, python_function, types

Outcome: TypeAlias = Literal["converged", "saddle", "maximum", "stalled", "diverged", "out_of_steps", "no_step"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_CODES = {name: code for code, name in enumerate(OUTCOMES)}
Reason: TypeAlias = Literal["left", "loss", "nan", "singular", "nothing_lower"]

FAR = 1e8
HUGE = 1e300
REST = 1e-9
LEVEL = 1e-6
FLAT = 1e-6
FLAT_SLOPE = 0.05
NEAR = 1e-4
BEST = 1e-10  # relative to the minimum value
HEIGHT = 1e-15  # relative to the height that results from the curvature across the map
_DISTANCES = 1 << 18  # number of distances that are held at once


class End(IntEnum):
    """How the loop ended, the code that a kernel returns."""

    OUT_OF_STEPS = 0
    AT_REST = 1
    LEFT = 2
    LOSS = 3
    NAN = 4
    SINGULAR = 5
    NOTHING_LOWER = 6


REASONS: dict[End, Reason] = {
    End.LEFT: "left",
    End.LOSS: "loss",
    End.NAN: "nan",
    End.SINGULAR: "singular",
    End.NOTHING_LOWER: "nothing_lower",
}


class Measure(NamedTuple):
    """The scales of "at rest": f*, R, and whether minima fill a curve or a region."""

    infimum: float
    radius: float
    fill: bool


MEASURE = types.NamedTuple((float64, float64, types.boolean), Measure)


@lru_cache(maxsize=256)
def measure(landscape: Landscape) -> Measure:
    """The scales of a landscape."""
    return Measure(landscape.infimum, radius(landscape), landscape.minima_fill)


@device_function
def rests(
    measure: Measure, loss: float, gx: float, gy: float, dx: float, dy: float, hxx: float, hxy: float, hyy: float
) -> bool:
    """Whether a run is at rest; a step of NaN counts as none."""
    reach: float = REST * measure.radius
    if abs(dx) + abs(dy) > 2 * reach:  # avoids the root for most steps
        return False
    return stationary(measure, REST, loss, gx, gy, hxx, hxy, hyy) and not (math.hypot(dx, dy) > reach)


@device_function
def stationary(
    measure: Measure, rest: float, loss: float, gx: float, gy: float, hxx: float, hxy: float, hyy: float
) -> bool:
    """Whether a gradient indicates a stationary point nearby, or almost no change across the map."""
    r, to_lose = measure.radius, max(loss - measure.infimum, 0.0)
    norm, steep = max(abs(hxx), abs(hxy), abs(hyy)), max(abs(gx), abs(gy))
    if steep * r > rest * to_lose and steep > 2 * rest * norm * r:  # avoids the root for most gradients
        return False
    slope = math.hypot(gx, gy)
    if slope * r <= rest * to_lose:
        return True
    if norm == 0.0 or not slope <= 2 * rest * norm * r:
        return False
    if measure.fill and to_lose <= 0.5 * rest * rest * norm * r * r:
        return True
    a, b, d, u, v = hxx / norm, hxy / norm, hyy / norm, gx / norm, gy / norm
    return math.hypot(d * u - b * v, a * v - b * u) < rest * r * abs(a * d - b * b)


def length(x: float, y: float) -> float:
    """The length of (x, y), with the same bits as NumPy computes for arrays."""
    return float(np.hypot(x, y))


def eigenvalues(fxx: float, fxy: float, fyy: float) -> tuple[float, float]:
    """The eigenvalues of ((fxx, fxy), (fxy, fyy)), the smaller first.

    >>> eigenvalues(2.0, 1.0, 2.0)
    (1.0, 3.0)
    """
    middle, half = (fxx + fyy) / 2, length((fxx - fyy) / 2, fxy)
    return middle - half, middle + half


def nearest(points: Sequence[Point], x: float, y: float, within: float) -> int | None:
    """The index of the point nearest to (x, y), or None if none is within this distance."""
    distances = [math.sqrt((px - x) * (px - x) + (py - y) * (py - y)) for px, py in points]
    if not distances or min(distances) > within:
        return None
    return distances.index(min(distances))


def radius(landscape: Landscape) -> float:
    """Half the diagonal of the map: the scale of "near" and "across"."""
    (x0, x1), (y0, y1) = landscape.domain
    return math.hypot(x1 - x0, y1 - y0) / 2


def is_best(landscape: Landscape, x: float, y: float) -> bool:
    """Whether f(x, y) is the minimum value of the surface, to rounding: `all_best` of one point, ten times as fast."""
    least = landscape.minimum_value
    if least is None:
        return False
    loss, _, _, *second = landscape.at(x, y)
    height = max(map(abs, second)) * radius(landscape) ** 2 if all(map(math.isfinite, second)) else math.inf
    return math.isfinite(height) and loss <= least + BEST * abs(least) + HEIGHT * height


def all_best(landscape: Landscape, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Whether f is the minimum value of the surface at each of many (x, y).

    Rounding is relative to that value, and to the height that results from the curvature across the map.
    """
    least = landscape.minimum_value
    if least is None:
        return np.zeros(len(x), np.bool_)
    loss, _, _, *second = np.moveaxis(landscape.jet(x, y), -1, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        height = np.max(np.abs(second), axis=0) * radius(landscape) ** 2
    return np.asarray(np.isfinite(height) & (loss <= least + BEST * abs(least) + HEIGHT * height))


def is_flat(landscape: Landscape, x: float, y: float) -> bool:
    """Whether (x, y) lies on a plateau.

    With R half the map's diagonal, or the distance to the map's middle if that is larger: ‖g‖ R < 5 % of the loss
    above the infimum, and |λ| R² <= that loss. Without the distance, points far up the wall of a bowl would be flat.
    """
    loss, gx, gy, *second = landscape.at(x, y)
    to_lose = loss - landscape.infimum
    steepest = max(abs(value) for value in eigenvalues(*second))
    (x0, x1), (y0, y1) = landscape.domain
    r = max(radius(landscape), length(x - (x0 + x1) / 2, y - (y0 + y1) / 2))
    return length(gx, gy) * r < FLAT_SLOPE * to_lose and steepest * r * r <= to_lose


def at_rest(landscape: Landscape, x: float, y: float) -> Outcome:
    """The outcome of a run that is at rest at (x, y)."""
    loss, _, _, *second = landscape.at(x, y)
    low, high = eigenvalues(*second)
    r = radius(landscape)
    flat = FLAT * max((loss - landscape.infimum) / r / r, max(map(abs, second)))
    if low < -flat:
        return "maximum" if high < -flat else "saddle"
    found = nearest(landscape.minima, x, y, NEAR * r) is not None
    if low > flat or found or (landscape.minima_fill and is_best(landscape, x, y)):
        return "converged"
    return "saddle" if nearest(landscape.saddles, x, y, 10 * NEAR * r) is not None else "stalled"


def outcome(landscape: Landscape, end: End, x: float, y: float) -> Outcome:
    """The outcome of a run that ended in this way at (x, y)."""
    if end is End.AT_REST or (end is End.NOTHING_LOWER and is_level(landscape, x, y)):
        return at_rest(landscape, x, y)
    if end is End.NOTHING_LOWER and is_kink(landscape, x, y):
        return "converged"
    if end in (End.SINGULAR, End.NOTHING_LOWER):
        return "no_step"
    if end in REASONS:
        return "diverged"
    return "stalled" if is_flat(landscape, x, y) else "out_of_steps"


def is_kink(landscape: Landscape, x: float, y: float) -> bool:
    """Whether (x, y) is a declared minimum with the least loss but a gradient that is not 0."""
    near = nearest(landscape.minima, x, y, NEAR * radius(landscape)) is not None
    return near and is_best(landscape, x, y)


def is_level(landscape: Landscape, x: float, y: float) -> bool:
    """Whether (x, y) is at rest to the precision of the loss values."""
    loss, gx, gy, *second = landscape.at(x, y)
    return bool(python_function(stationary)(measure(landscape), LEVEL, loss, gx, gy, *second))


def outcomes(landscape: Landscape, ends: NDArray[np.int64], x: Floats, y: Floats) -> NDArray[np.int8]:
    """`outcome` of many runs that ended at (x, y): indices in `OUTCOMES`, shape (count,)."""
    codes = np.full(len(ends), _CODES["diverged"], np.int8)
    codes[ends == End.SINGULAR] = _CODES["no_step"]
    for i in np.flatnonzero(ends == End.NOTHING_LOWER):
        codes[i] = _CODES[outcome(landscape, End.NOTHING_LOWER, float(x[i]), float(y[i]))]
    with np.errstate(over="ignore", invalid="ignore"):
        for end, judge in ((End.AT_REST, _all_at_rest), (End.OUT_OF_STEPS, _all_out_of_steps)):
            which = ends == end
            if which.any():
                codes[which] = judge(landscape, x[which], y[which])
    return codes


def nearest_of(points: Sequence[Point], x: Floats, y: Floats, within: float) -> NDArray[np.int32]:
    """`nearest` of many (x, y), with -1 instead of None; shape (count,)."""
    index = np.full(len(x), -1, np.int32)
    if not points:
        return index
    px, py = np.array(points).T[..., None]
    for first in range(0, len(x), size := max(1, _DISTANCES // len(points))):
        some = slice(first, first + size)
        distance = np.sqrt((px - x[some]) ** 2 + (py - y[some]) ** 2)
        distance[np.isnan(distance)] = math.inf
        index[some] = np.where(distance.min(axis=0) <= within, distance.argmin(axis=0), -1)
    return index


def _all_at_rest(landscape: Landscape, x: Floats, y: Floats) -> NDArray[np.intp]:
    """`at_rest` for many points."""
    loss, _, _, *second = np.moveaxis(landscape.jet(x, y), -1, 0)
    low, high = _all_eigenvalues(*second)
    r = radius(landscape)
    flat = FLAT * np.maximum((loss - landscape.infimum) / r / r, np.max(np.abs(second), axis=0))
    best = all_best(landscape, x, y) if landscape.minima_fill else np.zeros(len(x), np.bool_)
    found: dict[Outcome, NDArray[np.bool_]] = {
        "maximum": (low < -flat) & (high < -flat),
        "saddle": low < -flat,
        "converged": (low > flat) | (nearest_of(landscape.minima, x, y, NEAR * r) >= 0) | best,
    }
    near = nearest_of(landscape.saddles, x, y, 10 * NEAR * r) >= 0
    otherwise = np.where(near, _CODES["saddle"], _CODES["stalled"])
    return np.select([*found.values()], [np.asarray(_CODES[name]) for name in found], otherwise)


def _all_out_of_steps(landscape: Landscape, x: Floats, y: Floats) -> NDArray[np.intp]:
    """Whether each of many runs is stalled, by `is_flat`, or out of steps."""
    loss, gx, gy, *second = np.moveaxis(landscape.jet(x, y), -1, 0)
    to_lose = loss - landscape.infimum
    low, high = _all_eigenvalues(*second)
    (x0, x1), (y0, y1) = landscape.domain
    r = np.maximum(radius(landscape), np.hypot(x - (x0 + x1) / 2, y - (y0 + y1) / 2))
    flat = (np.hypot(gx, gy) * r < FLAT_SLOPE * to_lose) & (np.maximum(abs(low), abs(high)) * r * r <= to_lose)
    return np.where(flat, _CODES["stalled"], _CODES["out_of_steps"])


def _all_eigenvalues(fxx: Floats, fxy: Floats, fyy: Floats) -> tuple[Floats, Floats]:
    """`eigenvalues` for many matrices."""
    middle, half = (fxx + fyy) / 2, np.hypot((fxx - fyy) / 2, fxy)
    return middle - half, middle + half
