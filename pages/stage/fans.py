"""The runs of many seeds of every lane, as the race socket tells them.

For each lane, and then for its average if it has one, come as float32: the paths of the first few seeds (x - x₀,
y - y₀); at every step that is kept the quantiles of 10, 50 and 90 % and the mean of f - infimum; the mean and the
covariance of the points (x - x₀, y - y₀, xx, xy, yy); the same as theory has it, where it has it; and where all the
runs ended.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Point
from optimizers import Prediction, Race, Seeds, Spread, one_over_k, predicted, seeds
from pages.words import Message, message

MOST_STEPS = 4_000_000  # of all seeds of all runners together: a few tenths of a second
SHARES = (0.1, 0.5, 0.9)

Floats = NDArray[np.float64]
Moments = tuple[Floats, Floats]


def fans(
    race: Race, count: int, fan: int, points: int, origin: Point
) -> tuple[dict[str, Any], list[bytes], list[Message]]:
    """What the header says of so many seeds, with so many paths and steps to be shown; the numbers; what went wrong."""
    lanes = range(len(race.lanes))
    room = max(1, min(count, MOST_STEPS // max(1, len(lanes) * race.steps)))
    problems = [message("That many steps leave room for {count} seeds.", count=room)] if room < count else []
    many = [seeds(race, lane, room, points) for lane in lanes]
    theories = [predicted(race, lane, one.steps) for lane, one in zip(lanes, many, strict=True)]
    fan = min(fan, room) if room > 1 else 0
    infimum = race.ground().infimum
    numbers = [_numbers(one, theory, fan, infimum, origin) for one, theory in zip(many, theories, strict=True)]
    known = [theory for theory in theories if theory]
    header = {
        "count": room,
        "fan": fan,
        "steps": many[0].steps.tolist() if many else [],
        "lanes": [
            {"average": one.average is not None, "predicted": theory is not None}
            for one, theory in zip(many, theories, strict=True)
        ],
        "theory": ("exact" if known[0].exact else "near") if known else "none",
        "constant": next((one_over_k(race, lane) for lane in lanes if theories[lane]), None),
        "lost": max((int(one.diverged.sum()) for one in many), default=0),
    }
    return header, numbers, problems


def _numbers(many: Seeds, theory: Prediction | None, fan: int, infimum: float, origin: Point) -> bytes:
    paths = [many.path] if many.average is None else [many.path, many.average]
    several = len(many.path) > 1
    alone = (np.full((len(many.steps), 2), math.nan), np.full((len(many.steps), 2, 2), math.nan))
    spreads = _moments(many.spread()) if several else [alone] * len(paths)
    blocks = [
        *(path[:fan] - origin for path in paths),
        *(_band(many, average) - infimum for average in (False, True)[: len(paths)]),
        *(_relative(spread, origin) for spread in spreads),
        *(_relative(spread, origin) for spread in (_moments(theory) if theory else [])),
        *(path[:, -1] - origin for path in paths if several),
    ]
    with np.errstate(over="ignore"):  # beyond float32 lies infinity, and it is drawn as such
        return b"".join(np.ascontiguousarray(block, np.float32).tobytes() for block in blocks)


def _moments(spread: Spread) -> list[Moments]:
    """Mean and covariance of the points, and of the averages if there are any."""
    last = (spread.mean, spread.covariance)
    if spread.average_mean is None or spread.average_covariance is None:
        return [last]
    return [last, (spread.average_mean, spread.average_covariance)]


def _relative(moments: Moments, origin: Point) -> Floats:
    mean, covariance = moments
    return np.column_stack([mean - origin, covariance[:, 0, 0], covariance[:, 0, 1], covariance[:, 1, 1]])


def _band(many: Seeds, average: bool) -> Floats:
    """Quantiles and mean of the loss at every step."""
    return np.column_stack([*many.quantiles(SHARES, average), many.mean_loss(average)])
