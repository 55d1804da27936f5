"""Very many runs at once: one lane of a race with other settings, starts, landscapes and seeds.

The runs are those of `trace`, bit for bit, without their paths. Chunks of them go to an executor; a chunk takes a few
milliseconds, so that progress is told often and a sweep that nobody waits for any more is soon dropped.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

import landscapes
from landscapes import Landscape
from landscapes.tools.arguments import Floats, instance, real, text, texts, wrong
from landscapes.tools.equality import ByValue
from optimizers._race import Lane, Race, lane_of
from optimizers._trajectory import checked_call, checked_count, checked_start, run_config
from optimizers.engine import rules
from optimizers.engine.run_config import RunConfig
from optimizers.engine.settings import Each
from optimizers.studies.executor import WORKERS, executor, threads
from optimizers.studies.runs import Ends, run_many

MOST_RUNS = 2048 * 2048
MOST_VALUES = 4096
MOST_AXES = 3
MOST_STEPS = 100_000

# What a sweep can tell of every run: the shape and the kind of numbers of it.
WANTED: dict[str, tuple[tuple[int, ...], Any]] = {
    "outcome": ((), np.int8),
    "stopped_at": ((), np.int32),
    "loss": ((), np.float64),
    "to_tolerance": ((), np.int32),
    "minimum": ((), np.int32),
    "saddle": ((), np.int32),
    "end": ((2,), np.float64),
}

_SECONDS = 0.01  # that a chunk should take: half a millisecond goes to what every chunk needs, however few its runs
_STEPS = 200_000  # of the first chunk of a kind of race
_LARGEST = 65_536  # runs in a chunk
_SHARES, _PARTS = WORKERS + 1, 4  # the last chunks are shares of the rest, or parts of a whole one: nobody waits long
_PATIENCE = 0.01  # seconds between two looks at whether the sweep is still wanted
_AHEAD = 4 * WORKERS  # chunks under way: not so many that others who share the threads wait
_FAR_AHEAD = 1024  # elsewhere, where there may be many workers

Found: TypeAlias = dict[str, NDArray[Any]]
Values: TypeAlias = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Sweep(ByValue):
    """What happened in the runs of a sweep. All arrays have the shape of the grid; what was not wanted is None.

    Attributes:
        over: the values along each axis of the grid, by name, in the order asked.
        outcome: how each run ended, as indices in `optimizers.OUTCOMES`.
        stopped_at: the step at which it ended.
        loss: f where it ended.
        to_tolerance: the first step at which f - infimum is within the tolerance; -1 if there is none.
        minimum: the index in `minima`, of the landscape of that run, of the minimum converged to; -1 if there is none.
        saddle: the same in `saddles`, for a run that ended at a saddle.
        end: where it ended, shape (..., 2).
    """

    over: Mapping[str, NDArray[Any]]
    outcome: NDArray[np.int8] | None = None
    stopped_at: NDArray[np.int32] | None = None
    loss: Floats | None = None
    to_tolerance: NDArray[np.int32] | None = None
    minimum: NDArray[np.int32] | None = None
    saddle: NDArray[np.int32] | None = None
    end: Floats | None = None

    def ended(self, outcome: rules.Outcome) -> NDArray[np.bool_]:
        """Whether each run has this outcome."""
        if self.outcome is None:
            raise ValueError("this sweep was not asked for outcomes")
        known = ", ".join(rules.OUTCOMES)
        if text("outcome", outcome, f"one of {known}") not in rules.OUTCOMES:
            raise ValueError(f"outcome must be one of {known}, not {outcome!r}")
        return np.asarray(self.outcome == rules.OUTCOMES.index(outcome))


@dataclass(frozen=True)
class Plan:
    """What is to be run, as plain values that can be sent to another machine.

    The runs are numbered with the last axis the fastest, the axes of the landscape before the others.

    Attributes:
        race: with the lane as its only one.
        ground, runs: the values along the axes of the landscape, and along the others.
        tolerance, want: see `sweep`.
    """

    race: Race
    landscape: tuple[tuple[str, Values], ...]
    runs: tuple[tuple[str, Values], ...]
    tolerance: float
    want: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the grid, in the order of the numbers of the runs."""
        return tuple(len(values) for _, values in (*self.landscape, *self.runs))


@dataclass
class Pace:
    """How many runs of a method on a landscape take as long as a chunk should, as far as that is known."""

    runs: int


@lru_cache(maxsize=256)
def _pace(alike: Race) -> Pace:
    return Pace(max(1, min(_STEPS // (alike.steps + 1), _LARGEST)))


def sweep(
    race: Race,
    lane: int | str = 0,
    *,
    over: Mapping[str, ArrayLike],
    want: Iterable[str] | str = tuple(WANTED),
    tolerance: float = 1e-6,
    executor: Executor | None = None,
    progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Sweep:
    """Runs one lane of a race with every combination of some values, and says how each run ended.

    Every run is that of `trace` with its settings, to the last bit, whatever the executor. The lane's schedule and
    clipping and the noise of the race hold. Runs without noise and clipping, of a method whose step has no loop in it,
    are the fastest: about 1 ns a step, where others take 10 and those with an exp in the landscape more.

    Args:
        race: of at most 100,000 steps.
        lane: which of its lanes, counted from 0, or the name of its optimizer.
        over: at most 3 axes of at most 4096 values each, and 4,194,304 runs in all: hyperparameters of the method,
            parameters of the landscape, "x" and "y" of the start, and "seed".
        want: names of what `Sweep` can tell; all of it by default.
        tolerance: what f may be above the landscape's infimum for `to_tolerance`.
        executor: who does the work: any from `concurrent.futures`; by default `optimizers.executor()`.
        progress: called after every chunk with the share of the runs that are done, in the thread of the caller.
        cancelled: asked every 10 ms whether the sweep is to be dropped, in the thread of the caller.

    Raises:
        concurrent.futures.CancelledError: it was dropped. Nothing of it is left to do by then.
        TypeError, ValueError: an axis that neither method nor landscape have, a value that it may not have, more than
            can be run (the message names the limit), and what `trace` refuses.

    Example:
        >>> lane = Lane("momentum", (("momentum", 0.5),))
        >>> asked = Race("quadratic", (lane,), (3.0, 2.0), (("condition", 10.0),))
        >>> map = sweep(asked, over={"condition": [1.0, 10.0], "lr": [0.1, 2.9, 3.1]})
        >>> map.ended("diverged").tolist()  # theory: from a rate of 2 (1 + α) / λ = 3 on
        [[False, False, True], [False, False, True]]
        >>> map.to_tolerance.shape, map.end.shape
        ((2, 3), (2, 3, 2))
    """
    if executor is not None:
        instance("executor", Executor, "a `concurrent.futures.Executor` or None", executor)
    checked_call("progress", progress)
    checked_call("cancelled", cancelled)
    wanted = f"names of what a sweep can tell: {', '.join(WANTED)}"
    names = (want,) if isinstance(want, str) else texts("want", want, wanted)
    plan, order = _planned(race, lane, over, names, real("tolerance", tolerance))
    count, shape = math.prod(plan.shape), plan.shape
    found: Found = {name: np.empty((count, *WANTED[name][0]), WANTED[name][1]) for name in plan.want}
    _shared_out(plan, count, found, executor or _default(), progress, cancelled)
    axes = dict((*plan.landscape, *plan.runs))
    grids = {
        name: np.ascontiguousarray(np.moveaxis(numbers.reshape(shape + WANTED[name][0]), order, range(len(order))))
        for name, numbers in found.items()
    }
    return Sweep({name: np.array(axes[name]) for name in over}, **grids)


def _default() -> Executor:
    return executor()


def _planned(
    race: Race, lane: int | str, over: Mapping[str, ArrayLike], want: tuple[str, ...], tolerance: float
) -> tuple[Plan, list[int]]:
    """What is to be run, checked; and where each axis asked for is among those of the plan."""
    chosen = lane_of(race, lane)
    checked_count("steps", race.steps, MOST_STEPS)
    if unknown := [name for name in want if name not in WANTED]:
        raise ValueError(f"a sweep cannot tell {', '.join(unknown)}; it can tell {', '.join(WANTED)}")
    if not tolerance >= 0:
        raise ValueError(f"a tolerance must be at least 0, not {tolerance!r}")
    alone = replace(race, lanes=(chosen,))
    axes = {name: _values(alone, name, values) for name, values in _bounded(over).items()}
    landscape = {name: values for name, values in axes.items() if name in _declared(alone)[1]}
    runs = {name: values for name, values in axes.items() if name not in landscape}
    names = [*landscape, *runs]
    plan = Plan(alone, tuple(landscape.items()), tuple(runs.items()), tolerance, tuple(dict.fromkeys(want)))
    _run_config(plan, alone.build_landscape(), chosen)  # refuses now what every run would refuse
    return plan, [names.index(name) for name in over]


def _bounded(over: Mapping[str, ArrayLike]) -> dict[str, list[Any]]:
    """The values along every axis, if they are not too many."""
    if len(instance("over", Mapping, 'values by the name of their axis, such as {"lr": [0.1, 0.2]}', over)) > MOST_AXES:
        raise ValueError(f"a sweep has at most {MOST_AXES} axes, not {len(over)}")
    axes = {name: _axis(name, values) for name, values in over.items()}
    for name, values in axes.items():
        if values.ndim > 1 or not 1 <= len(values) <= MOST_VALUES:
            raise ValueError(f"an axis has 1 to {MOST_VALUES} values in a row, {name} has the shape {values.shape}")
    count = math.prod(map(len, axes.values()))
    if count > MOST_RUNS:
        raise ValueError(f"a sweep has at most {MOST_RUNS:,} runs, not {count:,}")
    return {name: values.tolist() for name, values in axes.items()}


def _axis(name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        return np.atleast_1d(np.asarray(values))
    except ValueError:  # lists of different lengths
        raise wrong(f"axis {name!r}", "values in a row", values) from None


def _declared(race: Race) -> tuple[dict[str, landscapes.Parameter], dict[str, landscapes.Parameter]]:
    """The hyperparameters of the lane, and the parameters of the landscape."""
    runner, landscape = race.lanes[0].build_optimizer(), race.build_landscape()
    return {one.name: one for one in runner.hyperparameters}, {one.name: one for one in landscape.parameters}


def _values(race: Race, name: str, values: list[Any]) -> Values:
    """The values of an axis, each of them allowed."""
    hyperparameters, parameters = _declared(race)
    if name == "seed":
        return tuple(checked_count("seed", value, 2**63 - 1) for value in values)
    if name in ("x", "y"):
        return tuple(checked_start(race.build_landscape(), (real(f"axis {name!r}", value), 0.0))[0] for value in values)
    known = {**hyperparameters, **parameters}
    if name not in known:
        raise TypeError(f"a sweep goes over {', '.join([*known, 'x', 'y', 'seed'])}; not over {name!r}")
    return _checked(known[name], values)


def _checked(parameter: landscapes.Parameter, values: list[Any]) -> Values:
    """The values as floats. Where the least and the largest are allowed so are all between, unless they are whole."""
    numbers = np.asarray(values)
    if numbers.dtype.kind in "fiu" and not parameter.integer:
        least, most = float(numbers.min()), float(numbers.max())  # not a number if one of them is none
        if parameter.allows(least) and parameter.allows(most):
            return tuple(map(float, values))
    return tuple(parameter.check(value) for value in values)


def _shared_out(
    plan: Plan,
    count: int,
    found: Found,
    executor: Executor,
    progress: Callable[[float], object] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    """Fills `found`, chunk by chunk; only so many at once are under way that others who share the executor get on."""
    lane = replace(plan.race.lanes[0], values=())
    pace = _pace(replace(plan.race, lanes=(lane,), start=(0.0, 0.0), seed=0))
    size, begun, done = pace.runs, 0, 0
    ahead, most = WORKERS, _AHEAD if executor is threads() else _FAR_AHEAD
    under_way: dict[Future[Part], tuple[int, int]] = {}
    try:
        while done < count:
            while begun < count and len(under_way) < ahead:
                rest = count - begun
                chunk = begun, begun + min(size, max(rest // _SHARES, size // _PARTS + 1), rest)
                under_way[executor.submit(part, plan, *chunk)] = chunk
                begun = chunk[1]
            ready, _ = wait(under_way, _PATIENCE if cancelled else None, FIRST_COMPLETED)
            if cancelled and cancelled():
                raise CancelledError
            for one in ready:
                (i, j), result = under_way.pop(one), one.result()
                for name, some in result.found.items():
                    found[name][i:j] = some
                size = pace.runs = _next_size(j - i, size, result.seconds)
                ahead, done = min(ahead + 1, most), done + j - i
            if ready and progress:
                progress(done / count)
    finally:
        wait([one for one in under_way if not one.cancel()])


def _next_size(runs: int, size: int, seconds: float) -> int:
    """How many runs the next chunk has, after one of so many took so long. One that was cut short says less: it only
    makes the next ones smaller.
    """
    fitting = min(int(runs * _SECONDS / seconds) + 1, 8 * runs, _LARGEST)
    return fitting if runs >= size else min(fitting, size) if seconds > _SECONDS else size


@dataclass(frozen=True)
class Part:
    """What is wanted of some of the runs, and the seconds that they took."""

    found: Found
    seconds: float


def part(plan: Plan, i: int, j: int) -> Part:
    """The runs i, ..., j - 1. This is what is sent to the executor."""
    begin = time.perf_counter()
    pieces = [_on_one_ground(plan, *piece) for piece in _pieces(plan, i, j)]
    found = {name: np.concatenate([piece[name] for piece in pieces]) for name in plan.want}
    return Part(found, time.perf_counter() - begin)


def _pieces(plan: Plan, i: int, j: int) -> Iterator[tuple[Landscape, int, int]]:
    """The runs i, ..., j - 1 by landscapes: each with the numbers, among all runs on it, of the first and the end."""
    each = math.prod(len(values) for _, values in plan.runs)
    for number in range(i // each, (j - 1) // each + 1):
        node = np.unravel_index(number, [len(values) for _, values in plan.landscape])
        here = {name: values[k] for (name, values), k in zip(plan.landscape, node, strict=True)}
        landscape = replace(plan.race, values=tuple({**dict(plan.race.values), **here}.items())).build_landscape()
        yield landscape, max(i - number * each, 0), min(j - number * each, each)


def _axes(plan: Plan) -> dict[str, Each]:
    """The axes without those of the landscape: on one landscape, the last is the fastest."""
    counts = [len(values) for _, values in plan.runs]
    return {name: Each(values, math.prod(counts[k + 1 :])) for k, (name, values) in enumerate(plan.runs)}


def _on_one_ground(plan: Plan, landscape: Landscape, i: int, j: int) -> Found:
    """What is wanted of some of the runs on a landscape."""
    lane = plan.race.lanes[0]
    runner, axes = lane.build_optimizer(), _axes(plan)
    start = checked_start(landscape, plan.race.start)
    x, y = (axes.get(name, value) for name, value in zip("xy", start, strict=True))
    hypers = [axes.get(name, value) for name, value in runner.values.items()]
    tolerance = plan.tolerance if "to_tolerance" in plan.want else None
    shared = _run_config(plan, landscape, lane)
    ends = run_many(runner, landscape, shared, x, y, hypers, axes.get("seed"), tolerance, range(i, j))
    return _to_columns(plan.want, landscape, ends)


def _run_config(plan: Plan, landscape: Landscape, lane: Lane) -> RunConfig:
    """What all runs on a landscape share."""
    return run_config(
        landscape, lane.build_optimizer(), plan.race.steps, lane.schedule, lane.clip, plan.race.noise, plan.race.seed
    )


def _to_columns(want: tuple[str, ...], landscape: Landscape, ends: Ends) -> Found:
    """What is wanted of runs that ended so."""
    x, y, loss = ends.place
    near = rules.NEAR * rules.radius(landscape)
    found: Found = {"stopped_at": ends.code >> 3, "loss": loss, "to_tolerance": ends.first, "end": ends.place[:2].T}
    if not {"outcome", "minimum", "saddle"}.isdisjoint(want):
        found["outcome"] = rules.outcomes(landscape, ends.code & 7, x, y)
    for name, outcome, points in (("minimum", "converged", "minima"), ("saddle", "saddle", "saddles")):
        if name in want:
            there = found["outcome"] == rules.OUTCOMES.index(outcome)
            found[name] = np.full(len(loss), -1, np.int32)
            found[name][there] = rules.nearest_of(getattr(landscape, points), x[there], y[there], near)
    return found
