"""Sweeps: very many runs of one lane of a race with other settings, starts, landscapes and seeds.

The runs equal those of `trace` bit for bit, without their paths. Chunks of them go to an executor; a chunk takes about
ten milliseconds, so that progress is reported often and a cancelled sweep stops quickly.
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
from landscapes.tools.arguments import Floats, instance, real, text, texts, wrong_type
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

# The results of a sweep for every run: their shapes and dtypes.
WANTED: dict[str, tuple[tuple[int, ...], Any]] = {
    "outcome": ((), np.int8),
    "stopped_at": ((), np.int32),
    "loss": ((), np.float64),
    "to_tolerance": ((), np.int32),
    "minimum": ((), np.int32),
    "saddle": ((), np.int32),
    "end": ((2,), np.float64),
}

_SECONDS = 0.01  # intended duration of a chunk, of which half a millisecond is overhead
_STEPS = 200_000  # of the first chunk of a race
_LARGEST = 65_536  # runs in a chunk
_SHARES, _PARTS = WORKERS + 1, 4  # the last chunks are shares of the rest, or parts of a full chunk, to end together
_PATIENCE = 0.01  # seconds between two calls of `cancelled`
_AHEAD = 4 * WORKERS  # submitted chunks: not so many that other users of the threads have to wait
_FAR_AHEAD = 1024  # for other executors, which may have many workers

Results: TypeAlias = dict[str, NDArray[Any]]
Values: TypeAlias = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Sweep(ByValue):
    """The results of a sweep. All arrays have the shape of the grid; results that were not requested are None.

    Attributes:
        over: Values along each axis of the grid, by name, in the order of the call.
        outcome: How each run ended, as indices in `optimizers.OUTCOMES`.
        stopped_at: Step at which it ended.
        loss: f at the end.
        to_tolerance: First step at which f - infimum is within the tolerance; -1 if there is none.
        minimum: Index in `minima`, of the landscape of that run, of the minimum converged to; -1 if there is none.
        saddle: The same in `saddles`, for a run that ended at a saddle.
        end: End point, shape (..., 2).
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
        outcomes = ", ".join(rules.OUTCOMES)
        if text("outcome", outcome, f"one of {outcomes}") not in rules.OUTCOMES:
            raise ValueError(f"outcome must be one of {outcomes}, not {outcome!r}")
        return np.asarray(self.outcome == rules.OUTCOMES.index(outcome))


@dataclass(frozen=True)
class Plan:
    """The runs of a sweep, as plain values that can be sent to another machine.

    The runs are numbered in C order, with the axes of the landscape before the others.

    Attributes:
        race: The race, with only the lane of the sweep.
        landscape, runs: Values along the axes of the landscape, and along the other axes.
        tolerance, want: See `sweep`.
    """

    race: Race
    landscape: tuple[tuple[str, Values], ...]
    runs: tuple[tuple[str, Values], ...]
    tolerance: float
    want: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the grid, in the order in which runs are numbered."""
        return tuple(len(values) for _, values in (*self.landscape, *self.runs))


@dataclass
class Pace:
    """The estimated number of runs of a method on a landscape that take as long as a chunk should."""

    runs: int


@lru_cache(maxsize=256)
def _pace(race: Race) -> Pace:
    return Pace(max(1, min(_STEPS // (race.steps + 1), _LARGEST)))


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
    """Run one lane of a race with every combination of some values, and return how each run ended.

    Every run equals that of `trace` with its settings, bit for bit, for any executor. The schedule and clipping of the
    lane and the noise of the race apply. Runs without noise and clipping, of a method whose step has no loop, are the
    fastest: about 1 ns per step, where others take 10 and those with an exp in the landscape more.

    Args:
        race: A race of at most 100,000 steps.
        lane: One of its lanes, by index or by the name of its optimizer.
        over: At most 3 axes of at most 4096 values each, and 4,194,304 runs in all: hyperparameters of the method,
            parameters of the landscape, "x" and "y" of the start, and "seed".
        want: Names of the results of `Sweep` to compute; all of them by default.
        tolerance: Largest f - infimum for `to_tolerance`.
        executor: Any executor of `concurrent.futures`; by default `optimizers.executor()`.
        progress: Called after every chunk with the fraction of the runs that are done, in the thread of the caller.
        cancelled: Called every 10 ms in the thread of the caller; the sweep is cancelled when it returns True.

    Raises:
        concurrent.futures.CancelledError: The sweep was cancelled. No work is pending by then.
        TypeError, ValueError: An axis is unknown to method and landscape, a value is not allowed, there are too many
            values or runs (the message names the limit), or `trace` would raise it.

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
    plan, order = _plan(race, lane, over, names, real("tolerance", tolerance))
    count, shape = math.prod(plan.shape), plan.shape
    results: Results = {name: np.empty((count, *WANTED[name][0]), WANTED[name][1]) for name in plan.want}
    _run_chunks(plan, count, results, executor or _default(), progress, cancelled)
    axes = dict((*plan.landscape, *plan.runs))
    grids = {
        name: np.ascontiguousarray(np.moveaxis(numbers.reshape(shape + WANTED[name][0]), order, range(len(order))))
        for name, numbers in results.items()
    }
    return Sweep({name: np.array(axes[name]) for name in over}, **grids)


def _default() -> Executor:
    return executor()


def _plan(
    race: Race, lane: int | str, over: Mapping[str, ArrayLike], want: tuple[str, ...], tolerance: float
) -> tuple[Plan, list[int]]:
    """The validated plan, and the position of each requested axis among those of the plan."""
    chosen_lane = lane_of(race, lane)
    checked_count("steps", race.steps, MOST_STEPS)
    if unknown := [name for name in want if name not in WANTED]:
        raise ValueError(f"a sweep cannot tell {', '.join(unknown)}; it can tell {', '.join(WANTED)}")
    if not tolerance >= 0:
        raise ValueError(f"a tolerance must be at least 0, not {tolerance!r}")
    one_lane = replace(race, lanes=(chosen_lane,))
    axes = {name: _values(one_lane, name, values) for name, values in _validate_axes(over).items()}
    landscape = {name: values for name, values in axes.items() if name in _declarations(one_lane)[1]}
    runs = {name: values for name, values in axes.items() if name not in landscape}
    names = [*landscape, *runs]
    plan = Plan(one_lane, tuple(landscape.items()), tuple(runs.items()), tolerance, tuple(dict.fromkeys(want)))
    _run_config(plan, one_lane.build_landscape(), chosen_lane)  # raise now what every run would raise
    return plan, [names.index(name) for name in over]


def _validate_axes(over: Mapping[str, ArrayLike]) -> dict[str, list[Any]]:
    """The values along every axis; raise a ValueError if there are too many."""
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
        raise wrong_type(f"axis {name!r}", "values in a row", values) from None


def _declarations(race: Race) -> tuple[dict[str, landscapes.Parameter], dict[str, landscapes.Parameter]]:
    """The hyperparameters of the lane, and the parameters of the landscape."""
    runner, landscape = race.lanes[0].build_optimizer(), race.build_landscape()
    return {one.name: one for one in runner.hyperparameters}, {one.name: one for one in landscape.parameters}


def _values(race: Race, name: str, values: list[Any]) -> Values:
    """The validated values of an axis."""
    hyperparameters, parameters = _declarations(race)
    if name == "seed":
        return tuple(checked_count("seed", value, 2**63 - 1) for value in values)
    if name in ("x", "y"):
        return tuple(checked_start(race.build_landscape(), (real(f"axis {name!r}", value), 0.0))[0] for value in values)
    axes = {**hyperparameters, **parameters}
    if name not in axes:
        raise TypeError(f"a sweep goes over {', '.join([*axes, 'x', 'y', 'seed'])}; not over {name!r}")
    return _validate(axes[name], values)


def _validate(parameter: landscapes.Parameter, values: list[Any]) -> Values:
    """The values as floats. If the least and the largest are allowed, so are all in between, except for integers."""
    numbers = np.asarray(values)
    if numbers.dtype.kind in "fiu" and not parameter.integer:
        least, most = float(numbers.min()), float(numbers.max())  # NaN if one of the values is NaN
        if parameter.allows(least) and parameter.allows(most):
            return tuple(map(float, values))
    return tuple(parameter.check(value) for value in values)


def _run_chunks(
    plan: Plan,
    count: int,
    results: Results,
    executor: Executor,
    progress: Callable[[float], object] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    """Fill `results` chunk by chunk; the number of pending chunks is limited so that others can use the executor."""
    lane = replace(plan.race.lanes[0], values=())
    pace = _pace(replace(plan.race, lanes=(lane,), start=(0.0, 0.0), seed=0))
    size, submitted, done = pace.runs, 0, 0
    ahead, most = WORKERS, _AHEAD if executor is threads() else _FAR_AHEAD
    pending: dict[Future[Part], tuple[int, int]] = {}
    try:
        while done < count:
            while submitted < count and len(pending) < ahead:
                rest = count - submitted
                chunk = submitted, submitted + min(size, max(rest // _SHARES, size // _PARTS + 1), rest)
                pending[executor.submit(part, plan, *chunk)] = chunk
                submitted = chunk[1]
            ready, _ = wait(pending, _PATIENCE if cancelled else None, FIRST_COMPLETED)
            if cancelled and cancelled():
                raise CancelledError
            for one in ready:
                (i, j), result = pending.pop(one), one.result()
                for name, some in result.results.items():
                    results[name][i:j] = some
                size = pace.runs = _next_size(j - i, size, result.seconds)
                ahead, done = min(ahead + 1, most), done + j - i
            if ready and progress:
                progress(done / count)
    finally:
        wait([one for one in pending if not one.cancel()])


def _next_size(runs: int, size: int, seconds: float) -> int:
    """The number of runs of the next chunk, after one of `runs` took `seconds`.

    A chunk shorter than `size` is mostly overhead: it can make the next ones smaller, not larger.
    """
    fitting = min(int(runs * _SECONDS / seconds) + 1, 8 * runs, _LARGEST)
    return fitting if runs >= size else min(fitting, size) if seconds > _SECONDS else size


@dataclass(frozen=True)
class Part:
    """The results of some of the runs, and the seconds they took."""

    results: Results
    seconds: float


def part(plan: Plan, i: int, j: int) -> Part:
    """The results of the runs i, ..., j - 1. This function is sent to the executor."""
    begin = time.perf_counter()
    pieces = [_run_on_landscape(plan, *piece) for piece in _pieces(plan, i, j)]
    results = {name: np.concatenate([piece[name] for piece in pieces]) for name in plan.want}
    return Part(results, time.perf_counter() - begin)


def _pieces(plan: Plan, i: int, j: int) -> Iterator[tuple[Landscape, int, int]]:
    """The runs i, ..., j - 1 grouped by landscape: each with the range of its runs among all runs on it."""
    each = math.prod(len(values) for _, values in plan.runs)
    for number in range(i // each, (j - 1) // each + 1):
        node = np.unravel_index(number, [len(values) for _, values in plan.landscape])
        here = {name: values[k] for (name, values), k in zip(plan.landscape, node, strict=True)}
        landscape = replace(plan.race, values=tuple({**dict(plan.race.values), **here}.items())).build_landscape()
        yield landscape, max(i - number * each, 0), min(j - number * each, each)


def _axes(plan: Plan) -> dict[str, Each]:
    """The axes except those of the landscape; on one landscape the last axis varies fastest."""
    counts = [len(values) for _, values in plan.runs]
    return {name: Each(values, math.prod(counts[k + 1 :])) for k, (name, values) in enumerate(plan.runs)}


def _run_on_landscape(plan: Plan, landscape: Landscape, i: int, j: int) -> Results:
    """The results of some of the runs on a landscape."""
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
    """The configuration shared by all runs on a landscape."""
    return run_config(
        landscape, lane.build_optimizer(), plan.race.steps, lane.schedule, lane.clip, plan.race.noise, plan.race.seed
    )


def _to_columns(want: tuple[str, ...], landscape: Landscape, ends: Ends) -> Results:
    """The requested results of runs with these ends."""
    x, y, loss = ends.place
    near = rules.NEAR * rules.radius(landscape)
    results: Results = {"stopped_at": ends.code >> 3, "loss": loss, "to_tolerance": ends.first, "end": ends.place[:2].T}
    if not {"outcome", "minimum", "saddle"}.isdisjoint(want):
        results["outcome"] = rules.outcomes(landscape, ends.code & 7, x, y)
    for name, outcome, points in (("minimum", "converged", "minima"), ("saddle", "saddle", "saddles")):
        if name in want:
            there = results["outcome"] == rules.OUTCOMES.index(outcome)
            results[name] = np.full(len(loss), -1, np.int32)
            results[name][there] = rules.nearest_of(getattr(landscape, points), x[there], y[there], near)
    return results
