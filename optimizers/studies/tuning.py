"""The rule "each tuned for this race": the best of a stated number of settings, searched equally for every runner.

A comparison of optimizers is a comparison of how well each was tuned. Choi, Shallue, Nado, Lee, Maddison, Dahl (2019),
"On empirical comparisons of optimizers for deep learning", arXiv:1910.05446: with a wide search none of the general
methods loses to one that it contains. Bergstra, Bengio (2012), Journal of Machine Learning Research 13, 281-305.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

import numpy as np

from landscapes import Parameter
from optimizers._method import Method
from optimizers._race import Lane, Race, lane_of, race_of
from optimizers._registry import methods
from optimizers._trajectory import checked_start, run_config
from optimizers.engine import rules
from optimizers.engine.run_config import RunConfig
from optimizers.studies.executor import threads
from optimizers.studies.runs import run_many

FOOT = 1e-10  # times the least loss, or 1 if that is smaller: losses closer than this to the infimum count as equal


@dataclass(frozen=True)
class Tuning:
    """The search budget, which pages must state.

    Attributes:
        passes: Number of lattices: first over the whole range of the knobs, then around the best setting so far, from
            its neighbour on one side to that on the other.
        first: Number of values of the first parameter, which is the learning rate if there is one.
        second: Number of values of the second.
        seeds: Runs of every setting, if the gradients are noisy; their median counts.
    """

    passes: int = 2
    first: int = 25
    second: int = 7
    seeds: int = 3


BUDGET = Tuning()


def tuned_numbers(method: Method) -> tuple[Parameter, ...]:
    """The parameters to search: the first two declared ones that are neither integers nor choices.

    >>> [one.name for one in tuned_numbers(methods()["adam"][0])]
    ['lr', 'beta1']
    """
    return tuple(one for one in method.hyperparameters if not one.integer and not one.choices)[:2]


def tuned(race: Race, lane: int | str) -> Lane:
    """A lane of a race with the setting that ends lowest, on this landscape, from this start, with these steps.

    Its first two parameters (the learning rate and momentum, β₁, ρ, a damping ...) are searched on a lattice over the
    ranges of their knobs, evenly spaced in the logarithm, or, for a decay rate, in the logarithm of the distance to 1;
    and then on a finer one around the best: see `BUDGET`. The method's defaults and the current setting are tried too,
    so the result is never worse. Everything else is unchanged, and a lane with nothing to search is returned as it is.

    The lowest final loss wins, the median over the seeds if there is noise; a setting that diverges never does. Losses
    that equal the infimum to rounding are ties: then the fewest steps to the end, then the lower loss, then the current
    setting, then the first of the lattice. So tuning a tuned lane does not change it. The other lanes do not matter.

    Args:
        race: The race.
        lane: One of its lanes, by index or by the name of its optimizer.

    Raises:
        TypeError, ValueError: The race does not have the lane, or `trace` would raise it.

    Example:
        >>> race = Race("quadratic", (Lane("sgd"), Lane("bfgs")), (-3.4, 2.6), (("condition", 10.0), ("angle", 0.0)))
        >>> [tuned(race, lane).values for lane in (0, 1)]
        [(('lr', 1.78),), ()]
    """
    chosen_lane = lane_of(race, lane)
    return replace(_tune(replace(race, lanes=(replace(chosen_lane, shown=True),))), shown=chosen_lane.shown)


def tuned_lanes(race: Race) -> tuple[Lane, ...]:
    """`tuned` for every lane of a race, in parallel."""
    return tuple(threads().map(tuned, [race] * len(race_of(race).lanes), range(len(race.lanes))))


@lru_cache(maxsize=512)
def _tune(race: Race) -> Lane:
    (lane,) = race.lanes
    parameters = tuned_numbers(methods()[lane.optimizer][0])
    if not parameters:
        return lane
    search = _Search(race, parameters)
    counts = (BUDGET.first, BUDGET.second)
    axes = [spread(one, count) for one, count in zip(parameters, counts, strict=False)]
    best = search.best([tuple(one.default for one in parameters), *product(*axes)])
    for _ in range(BUDGET.passes - 1):
        axes = [_around(*each) for each in zip(parameters, axes, best, strict=True)]
        best = search.best([best, *product(*axes)])
    current = tuple(search.settings[one.name] for one in parameters)
    return replace(lane, values=tuple(search.setting(search.best([current, best])).items()))


def spread(one: Parameter, count: int) -> list[float]:
    """`count` values over the range of a knob, evenly spaced on its `_dial`.

    >>> spread(Parameter("lr", "ε", 0.01, 1e-5, 10.0, "log"), 7)
    [1e-05, 0.0001, 0.001, 0.01, 0.1, 1.0, 10.0]
    >>> spread(Parameter("momentum", "α", 0.9, 0.0, 0.999), 4)
    [0.0, 0.9, 0.99, 0.999]
    """
    return _between(one, one.low, one.high, count)


def _around(one: Parameter, axis: list[float], best: float) -> list[float]:
    """A finer axis between the neighbours of the best value; only that value if it is a 0 that is not on the dial."""
    if one.scale == "log" and best <= 0:
        return [best]
    low = max((x for x in axis if x < best), default=best)
    high = min((x for x in axis if x > best), default=best)
    return _between(one, low, high, len(axis))


def _between(one: Parameter, low: float, high: float, count: int) -> list[float]:
    dial = np.linspace(_dial(one, low), _dial(one, high), count)
    return [_value(one, float(place)) for place in dial]


def _is_share(one: Parameter) -> bool:
    """Whether it is a decay rate: the nearer to 1, the smaller the changes that matter."""
    return one.scale == "linear" and one.low == 0 and 0.9 < one.high < 1


def _dial(one: Parameter, value: float) -> float:
    """The scale on which equal distances matter equally: logarithmic, for a decay rate in 1 - value, or linear."""
    if one.scale == "log":
        return math.log10(value)
    return math.log10(1 - value) if _is_share(one) else value


def _value(one: Parameter, place: float) -> float:
    """The value at a position of the dial, rounded to a few significant digits."""
    if one.scale == "log":
        return _round(10**place)
    return round(1 - _round(10**place, 2), 9) if _is_share(one) else _round(place)


def _round(value: float, digits: int = 3) -> float:
    return float(f"{value:.{digits}g}")


class _Search:
    """Runs of one lane with various settings."""

    def __init__(self, race: Race, parameters: tuple[Parameter, ...]) -> None:
        (lane,) = race.lanes
        self.runner = lane.build_optimizer()
        self.settings = dict(self.runner.values)
        self.names = [one.name for one in parameters]
        self.landscape = race.build_landscape()
        self.start = checked_start(self.landscape, race.start)
        self.configs = [
            run_config(self.landscape, self.runner, race.steps, lane.schedule, lane.clip, race.noise, race.seed + i)
            for i in range(BUDGET.seeds if race.noise and race.noise.disturbs else 1)
        ]
        self.foot = FOOT * max(1.0, abs(self.landscape.infimum))

    def setting(self, values: tuple[float, ...]) -> dict[str, float]:
        """All parameters of the lane, with these values for the searched ones."""
        return {**self.settings, **dict(zip(self.names, values, strict=True))}

    def best(self, candidates: list[tuple[float, ...]]) -> tuple[float, ...]:
        """The first of the candidates that rank best: by loss above the foot, then steps, then loss."""
        hypers = [*zip(*(self.setting(values).values() for values in candidates), strict=True)]
        runs = [self._ends(hypers, one) for one in self.configs]
        medians = [sorted(ends)[len(ends) // 2] for ends in zip(*runs, strict=True)]
        return candidates[medians.index(min(medians))]

    def _ends(self, hypers: list[tuple[float, ...]], one: RunConfig) -> list[tuple[float, float, float]]:
        """The rank of every setting with one seed: lower is better."""
        ends = run_many(self.runner, self.landscape, one, *self.start, hypers)
        above = ends.place[2] - self.landscape.infimum
        above[np.isin(ends.code & 7, list(rules.REASONS)) | ~np.isfinite(above)] = math.inf
        steps = np.where(np.isinf(above), math.inf, ends.code >> 3)
        return list(zip(np.maximum(above, self.foot).tolist(), steps.tolist(), above.tolist(), strict=True))
