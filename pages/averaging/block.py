"""The runs of many seeds of every lane, and the predictions of theory.

"seeds": {"count": 256, "fan": 24, "points": 64} adds for lane i and its `kind`, "path" or "average": "fan kind i", the
paths of the first few seeds (x - x₀, y - y₀); for every recorded step "band kind i", the quantiles of 10, 50 and 90 %
and the mean of f - infimum, and "spread kind i", mean and covariance of the points (x - x₀, y - y₀, xx, xy, yy);
"theory kind i", the same from theory, if it applies; and "ends kind i", the end points of all runs.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Point
from optimizers import Prediction, Seeds, one_over_k, predicted, seeds_of_all
from optimizers.studies.seeds import moments
from pages.protocol.fields import MOST_SEEDS
from pages.server.blocks import Answer, Block, whole
from pages.words import message

MOST_STEPS = 4_000_000  # of all seeds of all runners together: a few tenths of a second
MOST_FAN = 128
MOST_POINTS = 256
SHARES = (0.1, 0.5, 0.9)

Floats = NDArray[np.float64]


def add_seeds(answer: Answer, query: Any) -> None:
    """Add the runs of many seeds of every lane."""
    query = query if isinstance(query, Mapping) else {}
    race, lanes = answer.race, range(len(answer.race.lanes))
    count = whole(query.get("count"), 1, MOST_SEEDS)
    seed_count = max(1, min(count, MOST_STEPS // max(1, len(lanes) * race.steps)))
    if seed_count < count:
        answer.complain(message("With this many steps, at most {count} seeds fit.", count=seed_count))
    many = seeds_of_all(race, seed_count, whole(query.get("points"), 128, MOST_POINTS, 2))
    theories = [predicted(race, lane, many[lane].steps) for lane in lanes]
    fan = min(whole(query.get("fan"), 24, MOST_FAN, 0), seed_count) if seed_count > 1 else 0
    paths = set[int]()
    for i, (one, theory) in enumerate(zip(many, theories, strict=True)):
        # Lanes that differ only in their average share a path, which is sent once.
        if id(one.path) not in paths:
            _add_kind(answer, f"path {i}", one, theory, False, fan)
        if one.average is not None:
            _add_kind(answer, f"average {i}", one, theory, True, fan)
        paths.add(id(one.path))
    predictions = [theory for theory in theories if theory]
    answer.header["seeds"] = {
        "count": seed_count,
        "fan": fan,
        "steps": many[0].steps.tolist() if many else [],
        "theory": ("exact" if predictions[0].exact else "near") if predictions else "none",
        "constant": next((one_over_k(race, lane) for lane in lanes if theories[lane]), None),
        "lost": max((int(one.diverged.sum()) for one in many), default=0),
    }


def _add_kind(answer: Answer, name: str, many: Seeds, theory: Prediction | None, average: bool, fan: int) -> None:
    """Add the arrays of a lane's path or of its average."""
    points, origin = many.average if average else many.path, answer.origin
    assert points is not None
    answer.add(f"fan {name}", points[:fan] - origin)
    answer.add(f"band {name}", _band(many, average) - answer.landscape.infimum)
    answer.add(f"spread {name}", _moments(*moments(points, ~many.gone), origin))
    if theory:
        answer.add(f"theory {name}", _moments(*_moments_of(theory, average), origin))
    answer.add(f"ends {name}", points[:, -1] - origin if len(points) > 1 else [])


def _moments_of(theory: Prediction, average: bool) -> tuple[Any, Any]:
    return (theory.average_mean, theory.average_covariance) if average else (theory.mean, theory.covariance)


def _moments(mean: Floats, covariance: Floats, origin: Point) -> Floats:
    return np.column_stack([mean - origin, covariance[:, 0, 0], covariance[:, 0, 1], covariance[:, 1, 1]])


def _band(many: Seeds, average: bool) -> Floats:
    """Quantiles and mean of the loss at every step."""
    return np.column_stack([*many.quantiles(SHARES, average), many.mean_loss(average)])


SEEDS = Block("seeds", add_seeds)
