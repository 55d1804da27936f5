"""Line searches outside the loops, for the anatomy of a step."""

from typing import NamedTuple

import numpy as np

from landscapes.tools.compiler import prepare
from optimizers.anatomy.parts import Instant, Moment, Part, Search, Vector, arrow, dot, length, pair
from optimizers.engine.line_search import AGAIN, again
from optimizers.engine.ratios import unit_of


class RepeatedSearch(NamedTuple):
    """The α and d of a search, and whether d was reset to -g."""

    alpha: float
    d: Vector
    reset: bool


def repeat(moment: Moment, one: Instant, d: Vector, first: float, c2: float) -> RepeatedSearch:
    """The result of the search along d in the step `one`."""
    prepare(again, AGAIN)
    landscape, kind, (gx, gy), (dx, dy) = moment.landscape, moment.values["line_search"], one.used, d
    alpha, *way = again(landscape.address, landscape.packed, one.x, one.y, gx, gy, kind, one.k, dx, dy, first, c2)
    return RepeatedSearch(alpha, np.array(way), (dx, dy) != tuple(way))


def falls(g: Vector, d: Vector) -> bool:
    """`descends`, outside the loops."""
    return dot(g, d / unit_of(d)) < 0.0


def first_shortened(d: Vector) -> float:
    """`shortened`, outside the loops."""
    return min(1.0, float(np.divide(1.0, length(d))))


def first_alike(drop: float, g: Vector, d: Vector) -> float:
    """`alike`, outside the loops."""
    unit = unit_of(d)
    return float(np.divide(2 * drop, dot(g, d / unit)) / unit) if drop < 0.0 else first_shortened(d)


def searched(moment: Moment, d: Vector) -> tuple[Part, ...]:
    """The search along d, and the step that results."""
    far = int(np.argmax(np.abs(d)))
    taken = float(moment.step[far] / d[far]) if d[far] != 0.0 else 0.0
    way = taken * d
    return (
        Part("search", Search((moment.x, moment.y), pair(d), taken), numbers={"taken": taken}),
        arrow("travel", moment.theta, way, adds=True, length=length(way)),
    )
