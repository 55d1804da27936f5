"""Search for critical points that have no closed form."""

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from landscapes._surface import Points
from landscapes.tools.arguments import Floats

EXACT = 1e-9
FLAT = 1e-10  # times the largest curvature on the map


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """The zero of `function`, which is negative at `low` and positive at `high`: bisected to the last bit.

    >>> root(lambda t: t * t - 2, 0.0, 2.0)
    1.414213562373095
    """
    while low < (middle := (low + high) / 2) < high:
        if function(middle) < 0:
            low = middle
        else:
            high = middle
    return low


def newton(
    slopes: Callable[[float, float], tuple[float, float, float, float, float]], start: tuple[float, float]
) -> tuple[float, float]:
    """The critical point that Newton's method reaches from `start`, up to rounding errors.

    `slopes` returns (fx, fy, fxx, fxy, fyy).

    >>> newton(lambda x, y: (x - 1, 2 * y + 4, 1.0, 0.0, 2.0), (0.0, 0.0))
    (1.0, -2.0)
    """
    x, y = start
    for _ in range(100):
        fx, fy, fxx, fxy, fyy = slopes(x, y)
        det = fxx * fyy - fxy * fxy
        dx, dy = (fxy * fy - fyy * fx) / det, (fxy * fx - fxx * fy) / det
        x, y = x + dx, y + dy
        if math.hypot(dx, dy) <= 1e-14 * (1 + math.hypot(x, y)):
            return x, y
    raise ArithmeticError(f"Newton's method does not settle from {start}")


def images(points: Points, *, swapped: bool = True) -> Points:
    """The points and their mirror images: all signs of x and y and, if `swapped`, both orders; each once.

    >>> images(((1.0, 0.0),))
    ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))
    """

    def of(x: float, y: float) -> Iterable[tuple[float, float]]:
        for i, j in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
            yield i * x + 0.0, j * y + 0.0
            if swapped:
                yield j * y + 0.0, i * x + 0.0

    return tuple(dict.fromkeys(image for point in points for image in of(*point)))


def crossings(xs: Floats, ys: Floats, jets: Floats) -> Floats:
    """The nodes (xs[i], ys[j]) around which both slopes change sign within the neighbouring nodes: (n, 2)."""
    slopes = sliding_window_view(jets[..., 1:3], (3, 3), axis=(0, 1))
    both = ((slopes.min(axis=(-2, -1)) <= 0) & (slopes.max(axis=(-2, -1)) >= 0)).all(axis=-1)
    i, j = np.nonzero(both)
    return np.stack([xs[i + 1], ys[j + 1]], axis=-1)


def stationary(jet: Callable[[Floats, Floats], Floats], starts: Floats, longest: float) -> Floats:
    """The distinct limits, (n, 2), of Newton's method with steps of at most `longest`, converged to within `EXACT`."""
    at, rests = starts, np.empty((0, 2))
    for _ in range(60):
        step = newton_steps(jet(at[:, 0], at[:, 1]))
        length = np.hypot(step[:, 0], step[:, 1])
        there = length <= EXACT / 10
        rests = np.concatenate([rests, (at + step)[there]])
        going = np.isfinite(length) & ~there
        at = at[going] + step[going] * np.minimum(1.0, longest / length[going])[:, None]
        if len(at) == 0:
            break
    return distinct(rests, longest / 100)


def newton_steps(jets: Floats) -> Floats:
    """Newton steps, not finite where the Hessian is singular: (n, 2)."""
    _, fx, fy, fxx, fxy, fyy = jets.T
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        determinant = fxx * fyy - fxy * fxy
        return np.stack([(fxy * fy - fyy * fx) / determinant, (fxy * fx - fxx * fy) / determinant], axis=-1)


def distinct(points: Floats, apart: float) -> Floats:
    """The points without those that lie within `apart` of an earlier point."""
    kept: list[Floats] = []
    for point in points:
        if all(np.hypot(*(point - other)) > apart for other in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, 2)


def swing(k: int) -> float:
    """The k-th positive t at which t sin √|t| has a maximum (odd k) or a minimum (even k); -t is one of the other kind.

    With q = √t it is the root of tan q = -q/2 between (k - ½) π and k π.

    >>> round(swing(7), 4)
    420.9687
    """

    def slope(q: float) -> float:
        return float((-1) ** k * (math.sin(q) + 0.5 * q * math.cos(q)))

    return root(slope, (k - 0.5) * math.pi, k * math.pi) ** 2
