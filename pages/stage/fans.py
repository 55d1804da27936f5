"""The runs of many seeds of every lane, as the race socket tells them.

For each lane, and then for its average if it has one, come as float32: the paths of the first few seeds (x - x₀,
y - y₀); at every step that is kept the quantiles of 10, 50 and 90 % and the mean of f - infimum; the mean and the
covariance of the points (x - x₀, y - y₀, xx, xy, yy); the same as theory has it, where it has it; and where all the
runs ended.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Point
from optimizers import Prediction, Race, Seeds, one_over_k, predicted, seeds_of_all
from optimizers.studies.seeds import moments
from pages.words import Message, message

MOST_STEPS = 4_000_000  # of all seeds of all runners together: a few tenths of a second
SHARES = (0.1, 0.5, 0.9)

Floats = NDArray[np.float64]


def fans(
    race: Race, count: int, fan: int, points: int, origin: Point
) -> tuple[dict[str, Any], list[bytes], list[Message]]:
    """What the header says of so many seeds, with so many paths and steps to be shown; the numbers; what went wrong."""
    lanes = range(len(race.lanes))
    room = max(1, min(count, MOST_STEPS // max(1, len(lanes) * race.steps)))
    problems = [message("With this many steps, at most {count} seeds fit.", count=room)] if room < count else []
    many = seeds_of_all(race, room, points)
    theories = [predicted(race, lane, many[lane].steps) for lane in lanes]
    fan = min(fan, room) if room > 1 else 0
    infimum = race.build_landscape().infimum
    numbers, told, paths = [], [], set[int]()
    for one, theory in zip(many, theories, strict=True):
        # Lanes that differ in their average alone take the same path, and it is told once.
        path, average = id(one.path) not in paths, one.average is not None
        paths.add(id(one.path))
        kept = [average for average, there in ((False, path), (True, average)) if there]
        numbers += [_numbers(one, theory, kept, fan, infimum, origin)]
        told += [{"path": path, "average": average, "predicted": theory is not None}]
    known = [theory for theory in theories if theory]
    header = {
        "count": room,
        "fan": fan,
        "steps": many[0].steps.tolist() if many else [],
        "lanes": told,
        "theory": ("exact" if known[0].exact else "near") if known else "none",
        "constant": next((one_over_k(race, lane) for lane in lanes if theories[lane]), None),
        "lost": max((int(one.diverged.sum()) for one in many), default=0),
    }
    return header, numbers, problems


def _numbers(
    many: Seeds, theory: Prediction | None, kept: list[bool], fan: int, infimum: float, origin: Point
) -> bytes:
    """The blocks of a lane: of its path (False), of its average (True), or of both."""
    points = [points for average in kept if (points := many.average if average else many.path) is not None]
    ends = [one[:, -1] - origin for one in points] if len(many.path) > 1 else []
    blocks = [
        *(one[:fan] - origin for one in points),
        *(_band(many, average) - infimum for average in kept),
        *(_moments(*moments(one, ~many.gone), origin) for one in points),
        *(_moments(*_of(theory, average), origin) for average in kept if theory),
        *ends,
    ]
    with np.errstate(over="ignore"):  # beyond float32 lies infinity, and it is drawn as such
        return b"".join(np.ascontiguousarray(block, np.float32).tobytes() for block in blocks)


def _of(theory: Prediction, average: bool) -> tuple[Any, Any]:
    return (theory.average_mean, theory.average_covariance) if average else (theory.mean, theory.covariance)


def _moments(mean: Floats, covariance: Floats, origin: Point) -> Floats:
    return np.column_stack([mean - origin, covariance[:, 0, 0], covariance[:, 0, 1], covariance[:, 1, 1]])


def _band(many: Seeds, average: bool) -> Floats:
    """Quantiles and mean of the loss at every step."""
    return np.column_stack([*many.quantiles(SHARES, average), many.mean_loss(average)])
