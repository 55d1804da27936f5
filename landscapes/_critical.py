"""Finding the critical points that have no closed form."""

from collections.abc import Callable


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
