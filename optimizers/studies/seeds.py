"""One lane of a race with many seeds at once, to separate chance from the method.

The runs equal those of `trace` bit for bit. A kernel runs seed after seed with one record for all of them, and keeps
some rows of each; chunks of seeds go to a shared thread pool, since the kernel releases the GIL. A Python loop would be
as fast alone, but it takes the GIL twice per seed: beside a busy Python thread, 256 runs of 1000 steps took 1200 ms
that way, and 90 ms this way.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes.tools.arguments import Floats, instance, numbers
from landscapes.tools.compiler import VALUES, address, compiled, float64, prepare, types
from landscapes.tools.equality import ByValue
from optimizers._race import Lane, Race, lane_of, race_of
from optimizers._trajectory import checked_count, checked_start, columns, run_config
from optimizers.engine import rules
from optimizers.engine.averaging import fold
from optimizers.engine.loop import TRACE, call_trace
from optimizers.engine.run_config import RUN_CONFIG, RunConfig, with_seed
from optimizers.studies.executor import WORKERS, threads

MOST_SEEDS = 4096
MOST_ROWS = 1024
MOST_STEPS = 1_000_000
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)

_CHUNKS = 2 * WORKERS  # more than one per worker, so that the others take over the share of a slow one


@dataclass(frozen=True, eq=False)
class Spread(ByValue):
    """Mean and covariance of the iterates, and of their averages, over the seeds.

    Attributes:
        mean: Shape (rows, 2).
        covariance: Shape (rows, 2, 2).
        average_mean, average_covariance: The same for the average, or None if the lane has none.
    """

    mean: Floats
    covariance: Floats
    average_mean: Floats | None = None
    average_covariance: Floats | None = None


@dataclass(frozen=True, eq=False)
class Seeds(ByValue):
    """The results of runs that differ only in their seed, at some of their steps.

    After a run has come to rest its last row, and its average there, are repeated. The rows after the end of a diverged
    run are NaN.

    Attributes:
        steps: The recorded steps, increasing, from 0 to the last; shape (rows,).
        path: Iterates, shape (count, rows, 2).
        loss: f at the iterates, shape (count, rows).
        diverged: Whether a run diverged, shape (count,).
        stopped_at: Step at which a run ended, shape (count,).
        average: Average up to every recorded step, shape (count, rows, 2), or None if the lane has none.
        average_loss: f at the average, shape (count, rows), or None.
    """

    steps: NDArray[np.int64]
    path: Floats
    loss: Floats
    diverged: NDArray[np.bool_]
    stopped_at: NDArray[np.int64]
    average: Floats | None = None
    average_loss: Floats | None = None

    @property
    def gone(self) -> NDArray[np.bool_]:
        """Whether a run has diverged by a step, shape (count, rows)."""
        return self.diverged[:, None] & (self.steps >= self.stopped_at[:, None])

    def mean_loss(self, average: bool = False) -> Floats:
        """The mean loss over the seeds, shape (rows,); infinite once one of the runs has diverged."""
        with np.errstate(over="ignore"):
            return np.asarray(self._losses(average).mean(axis=0))

    def quantiles(self, shares: tuple[float, ...] = SHARES, average: bool = False) -> Floats:
        """The quantiles of the loss over the seeds, one for each of `shares`, shape (shares, rows).

        A diverged run counts as an infinite loss: with 30 % of the runs diverged, the quantile of 75 % is infinite.
        """
        wanted = numbers("shares", shares, "shares from 0 to 1, as a tuple")
        if not ((wanted >= 0) & (wanted <= 1)).all():
            raise ValueError(f"shares must be from 0 to 1, not {shares!r}")
        return np.asarray(np.quantile(self._losses(average), wanted, axis=0, method="inverted_cdf"))

    def spread(self, row: int | None = None) -> Spread:
        """Mean and covariance of the points over the seeds, at every row or (without the first axis) at one.

        Only over the runs that have not diverged by then; NaN if there are fewer than two.
        """
        count = len(self.steps)
        rows: Any = slice(None) if row is None else checked_count("row", row, count - 1, -count)
        there = ~self.gone[:, rows]
        both = [None if points is None else moments(points[:, rows], there) for points in (self.path, self.average)]
        last, average = both
        assert last is not None
        return Spread(*last, *(average or ()))

    def _losses(self, average: bool) -> Floats:
        """The losses, infinite after a run has diverged."""
        instance("average", bool, "True for the loss of the average, or False", average)
        loss = self.average_loss if average else self.loss
        if loss is None:
            raise ValueError("this lane does not average")
        return np.where(self.gone, math.inf, loss)


def moments(points: Floats, there: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Mean (..., 2) and covariance (..., 2, 2), over the first axis, of the points (count, ..., 2) where `there`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        count = np.where(there.sum(axis=0) > 1, there.sum(axis=0), math.nan)
        mean = np.where(there[..., None], points, 0.0).sum(axis=0) / count[..., None]
        x, y = np.moveaxis(np.where(there[..., None], points - mean, 0.0), -1, 0)
        xx, xy, yy = ((one * other).sum(axis=0) / (count - 1) for one, other in ((x, x), (x, y), (y, y)))
    return mean, np.stack([xx, xy, xy, yy], axis=-1).reshape((*xx.shape, 2, 2))


@lru_cache(maxsize=256)
def kept_steps(n: int, rows: int) -> NDArray[np.int64]:
    """`rows` of the steps 0, 1, 2, ..., n, spaced as evenly in their logarithms as whole numbers can be.

    >>> kept_steps(1000, 12).tolist()
    [0, 1, 2, 4, 8, 16, 32, 64, 127, 253, 503, 1000]
    """
    steps = [0]
    for left in range(min(rows, n + 1) - 1, 0, -1):
        k = steps[-1]
        steps.append(max(k + 1, round(k * (n / max(k, 1)) ** (1 / left))) if left > 1 else n)
    kept = np.array(steps)
    kept.setflags(write=False)
    return kept


# (addresses of the loop and of the surface, its parameters, x, y, hyperparameters, configuration of the first seed,
FAN = types.void(
    *(types.int64, types.int64, VALUES, float64, float64, VALUES, RUN_CONFIG),
    # codes and numbers of the averages, record, steps,
    *(types.int64[::1], float64[::1], float64[:, ::1], types.Array(types.int64, 1, "C", readonly=True)),
    # outputs for path and loss, for every average, and for how each run ended)
    *(float64[:, :, ::1], float64[:, :, :, ::1], types.int64[::1]),
)


@compiled
def fan(
    method: int,
    surface: int,
    values: Any,
    x: float,
    y: float,
    hyper: Any,
    first: RunConfig,
    kinds: Any,
    numbers: Any,
    record: Any,
    steps: Any,
    rows: Any,
    averages: Any,
    codes: Any,
) -> None:
    """Run seed after seed, and keep the rows of some steps; after the end of a run, its last row."""
    for i in range(len(codes)):
        if len(first.deck) > 0:
            first.deck[-1] = -1  # the deck still contains the order of the previous seed
        codes[i] = call_trace(method, surface, values, x, y, hyper, with_seed(first, first.seed + np.uint64(i)), record)
        last = codes[i] >> 3
        for row in range(len(steps)):
            for column in range(3):
                rows[i, row, column] = record[min(steps[row], last), column]
        for j in range(len(kinds)):
            fold(record[: last + 1], kinds[j], numbers[j], steps, averages[i, j])


def seeds(race: Race, lane: int | str, count: int = 256, rows: int = 128) -> Seeds:
    """Run one lane of a race with the seeds s, s + 1, ..., s + count - 1, where s is the seed of the race.

    The first run is that of the race, and each equals that of `trace` with its seed, bit for bit. It records
    min(rows, n + 1) of the steps 0, 1, 2, ..., n, spaced as evenly in their logarithms as whole numbers can be.

    Args:
        race: A race of at most 1,000,000 steps.
        lane: One of its lanes, by index or by the name of its optimizer.
        count: Number of seeds, 1 to 4096.
        rows: Number of recorded steps, 2 to 1024.

    Raises:
        TypeError, ValueError: A number is out of range, the last seed exceeds 2⁶³ - 1, or `trace` would raise it.

    Example:
        >>> from optimizers import Lane, average, noise
        >>> lane = Lane("sgd", (("lr", 0.5),), average=average("uniform", burn_in=100))
        >>> many = seeds(Race("quadratic", (lane,), (3.0, 2.0), steps=1000, noise=noise("gaussian", 0.3)), 0)
        >>> many.path.shape, many.average.shape, many.steps[-1].item()
        ((256, 128, 2), (256, 128, 2), 1000)
        >>> bool(many.mean_loss(average=True)[-1] < many.mean_loss()[-1] / 5)
        True
    """
    chosen_lane = lane_of(race, lane)
    return _seeds_of_lanes(race, (chosen_lane,), count, rows)[0]


def seeds_of_all(race: Race, count: int = 256, rows: int = 128) -> tuple[Seeds, ...]:
    """`seeds` for every lane of a race. Lanes that differ only in their average share their runs."""
    groups: dict[Lane, list[int]] = {}
    for i, lane in enumerate(race_of(race).lanes):
        groups.setdefault(replace(lane, average=None, shown=True), []).append(i)
    results: dict[int, Seeds] = {}
    for members in groups.values():
        lanes = tuple(race.lanes[i] for i in members)
        results.update(zip(members, _seeds_of_lanes(race, lanes, count, rows), strict=True))
    return tuple(results[i] for i in range(len(race.lanes)))


def _seeds_of_lanes(race: Race, lanes: tuple[Lane, ...], count: int, rows: int) -> list[Seeds]:
    """`seeds` for lanes that differ only in their average; they share their runs."""
    count, rows = checked_count("count", count, MOST_SEEDS, 1), checked_count("rows", rows, MOST_ROWS, 2)
    chosen_lane, folds = lanes[0], [lane.average for lane in lanes if lane.average]
    n, seed = checked_count("steps", race.steps, MOST_STEPS), checked_count("seed", race.seed, 2**63 - 1)
    checked_count("the last seed", seed + count - 1, 2**63 - 1)
    landscape, runner, steps = race.build_landscape(), chosen_lane.build_optimizer(), kept_steps(n, rows)
    x, y = checked_start(landscape, race.start)
    first = run_config(landscape, runner, n, chosen_lane.schedule, chosen_lane.clip, race.noise, seed)
    method = address(runner.method.trace, TRACE)
    kinds, parameters = np.array([fold.code[0] for fold in folds], np.int64), np.array([fold.code[1] for fold in folds])
    kept = np.empty((count, len(steps), 3))
    averages = np.empty((count, len(folds), len(steps), 2))
    losses, codes = np.empty(averages.shape[:3]), np.empty(count, np.int64)
    prepare(fan, FAN)

    def run(i: int, j: int) -> None:
        record = np.empty((n + 1, columns(runner, first)))
        config = first._replace(seed=np.uint64(seed + i), deck=first.deck.copy())
        place = (method, landscape.address, landscape.packed, x, y, runner.packed)
        fan(*place, config, kinds, parameters, record, steps, kept[i:j], averages[i:j], codes[i:j])
        losses[i:j] = landscape.value(averages[i:j, ..., 0], averages[i:j, ..., 1])

    ends = np.linspace(0, count, min(count, _CHUNKS) + 1).astype(int).tolist()
    list(threads().map(run, ends[:-1], ends[1:]))
    diverged, stopped_at = np.isin(codes & 7, list(rules.REASONS)), codes >> 3
    after = diverged[:, None] & (steps > stopped_at[:, None])
    kept[after] = math.nan
    averages.swapaxes(1, 2)[after] = losses.swapaxes(1, 2)[after] = math.nan
    without_average = Seeds(steps, kept[..., :2], kept[..., 2], diverged, stopped_at)
    averaged = iter(
        [replace(without_average, average=averages[:, j], average_loss=losses[:, j]) for j in range(len(folds))]
    )
    return [next(averaged) if lane.average else without_average for lane in lanes]
