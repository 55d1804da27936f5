"""Finding the critical points that have no closed form."""

import math
from collections.abc import Callable, Iterable

from landscapes._landscape import Points


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where `function`, negative at `low` and positive at `high`, crosses zero: bisected to the last bit.

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
    """Where the gradient of a function vanishes, by Newton's method from `start`, as near as rounding lets it come.

    `slopes` is (fx, fy, fxx, fxy, fyy).

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
    """The points with all that the signs of x and y (and, if swapped, their order) make of them, each once.

    >>> images(((1.0, 0.0),))
    ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))
    """

    def of(x: float, y: float) -> Iterable[tuple[float, float]]:
        for i, j in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
            yield i * x + 0.0, j * y + 0.0
            if swapped:
                yield j * y + 0.0, i * x + 0.0

    return tuple(dict.fromkeys(image for point in points for image in of(*point)))
