"""Finding the critical points that have no closed form."""

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
