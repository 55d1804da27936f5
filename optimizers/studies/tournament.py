"""Tournaments: a race from many starts and with many seeds, so that nobody wins by a lucky start.

The starts are the centers of n × n cells over the landscape's map. A problem is a start with a seed, and a runner has
solved it at the first step k with

f(θₖ) - f* <= τ (f(θ₀) - f*),   τ = 10⁻³,

where f* is the landscape's infimum: Moré, Wild (2009), "Benchmarking derivative-free optimization algorithms", SIAM
Journal on Optimization 20, 172-191. On a landscape with many minima only the best ones count as solutions. With t the
cost up to that step, infinite if there is none, runner s solves problem p with the ratio r = t(p, s) / min over s of
t(p, s), and its performance profile is the fraction of all problems with a ratio of at most x: Dolan, Moré (2002),
"Benchmarking optimization software with performance profiles", Mathematical Programming 91, 201-213. At x = 1 it is the
fraction of wins.

The runs equal those of `trace` bit for bit.
"""

import math
from collections.abc import Callable
from concurrent.futures import as_completed
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from landscapes import Landscape
from landscapes.tools.arguments import Floats, numbers, real
from landscapes.tools.equality import ByValue
from optimizers._arguments import landscape_of
from optimizers._race import Lane, Race, race_of
from optimizers._trajectory import checked_call, checked_count, run_config
from optimizers.engine import rules
from optimizers.studies.executor import threads
from optimizers.studies.runs import Ends, run_many

MOST_SIDE = 64
MOST_LATTICE = 4096  # largest side of a lattice without runs
MOST_SEEDS = 4096
MOST_RUNS = 40_000
MOST_STEPS = 100_000_000  # of all runs together: about ten seconds
TOLERANCE = 1e-3

ENDINGS = ("best", "other", *rules.OUTCOMES[1:])
_CHUNK = 64  # starts per task of a worker


@dataclass(frozen=True, eq=False)
class Tournament(ByValue):
    """The results of all lanes from all starts with all seeds.

    Attributes:
        starts: Shape (starts, 2), row by row from the lower left.
        loss: f at the end, shape (lanes, starts, seeds); infinite if a run diverged.
        ending: How it ended, an index into `ENDINGS`: at the best minimum, at another one, at a saddle ...; same shape.
        solved_at: Step at which it solved its problem, or -1; same shape.
        evaluations: Values, gradients and Hessians evaluated up to that step, shape (lanes, starts, seeds, 3).
    """

    starts: Floats
    loss: Floats
    ending: NDArray[np.int64]
    solved_at: NDArray[np.int64]
    evaluations: NDArray[np.int64]

    def cost(self, values: float = 0.0, gradients: float = 0.0, hessians: float = 0.0, steps: float = 0.0) -> Floats:
        """The cost of the solution at these prices, shape (lanes, starts, seeds); infinite if there is none."""
        given = {"values": values, "gradients": gradients, "hessians": hessians, "steps": steps}
        *prices, step = (real(f"price of {name}", price) for name, price in given.items())
        if not all(map(math.isfinite, (*prices, step))):
            raise ValueError(f"prices must be finite numbers, not {given}")
        spent = self.evaluations @ np.array(prices) + step * self.solved_at
        return np.where(self.solved_at >= 0, spent, math.inf)


def ratios(cost: Floats) -> Floats:
    """Every cost over the least of the lanes for the same problem; infinite if no lane solves it.

    >>> ratios(np.array([[2.0, 0.0, np.inf], [6.0, np.inf, np.inf]]))
    array([[ 1.,  1., inf],
           [ 3., inf, inf]])
    """
    cost = numbers("cost", cost)
    if cost.ndim == 0:
        raise ValueError("cost must be of several lanes, along its first axis, not one number")
    least = cost.min(axis=0, initial=math.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isinf(cost), math.inf, np.where(cost == least, 1.0, cost / least))


def profile(ratio: Floats) -> tuple[Floats, Floats]:
    """A lane's performance profile: the sorted ratios, from 1, at which it increases, and its height from each on.

    >>> profile(np.array([3.0, 1.0, np.inf, 1.0]))
    (array([1., 3.]), array([0.5 , 0.75]))
    """
    ratio = numbers("ratio", ratio)
    finite, counts = np.unique(ratio[np.isfinite(ratio)], return_counts=True)
    if not len(finite) or finite[0] > 1:
        finite, counts = np.append(1.0, finite), np.append(0, counts)
    return finite, np.cumsum(counts) / max(ratio.size, 1)


def lattice(landscape: Landscape | str, side: int) -> Floats:
    """The centers of side × side cells over the landscape's map, shape (side², 2).

    >>> import landscapes
    >>> lattice(landscapes.get("himmelblau"), 2).tolist()
    [[-2.5, -2.5], [2.5, -2.5], [-2.5, 2.5], [2.5, 2.5]]
    """
    landscape, side = landscape_of(landscape), checked_count("side", side, MOST_LATTICE, 1)
    share = (np.arange(side) + 0.5) / side
    (x0, x1), (y0, y1) = landscape.domain
    x, y = np.meshgrid(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
    return np.column_stack([x.ravel(), y.ravel()])


def tournament(
    race: Race, side: int = 16, seeds: int = 1, progress: Callable[[float], object] | None = None
) -> Tournament:
    """Run every lane of a race from side × side starts over the map, with the seeds s, ..., s + seeds - 1.

    Every run equals that of `trace` from its start with its seed, bit for bit. Without noise one seed is enough.
    The race's own start is not included, unless it is the center of a cell.

    Args:
        race: The race; s is its seed.
        side: 1 to 64.
        seeds: 1 to 4096.
        progress: Called in the caller's thread with the fraction of the runs that are done. If it raises, pending
            runs are cancelled.

    Raises:
        TypeError, ValueError: A number is out of range, there are more than 40,000 runs or 100,000,000 steps in all,
            or `trace` would raise it.

    Example:
        >>> from optimizers import Lane
        >>> race = Race("himmelblau", (Lane("sgd", (("lr", 0.01),)), Lane("newton")), (0.0, 0.0))
        >>> met = tournament(race, side=8)
        >>> [int((met.ending[lane] == ENDINGS.index("best")).sum()) for lane in (0, 1)]
        [64, 38]
    """
    race_of(race)
    checked_call("progress", progress)
    side, seeds = checked_count("side", side, MOST_SIDE, 1), checked_count("seeds", seeds, MOST_SEEDS, 1)
    runs = len(race.lanes) * side * side * seeds
    if runs > MOST_RUNS or runs * race.steps > MOST_STEPS:
        most = f"{MOST_RUNS:,} runs and {MOST_STEPS:,} steps"
        raise ValueError(f"a tournament has at most {most} in all, not {runs:,} runs of {race.steps:,} steps")
    checked_count("the last seed", race.seed + seeds - 1, 2**63 - 1)
    landscape, starts = race.build_landscape(), lattice(race.build_landscape(), side)
    shape = (len(race.lanes), seeds, len(starts))
    ending, solved_at = np.empty(shape, np.int64), np.empty(shape, np.int64)
    loss, evaluations = np.empty(shape), np.empty((*shape, 3), np.int64)

    def run(lane: int, seed: int, i: int) -> None:
        part = lane, seed, slice(i, i + _CHUNK)
        ends = _ends(replace(race, seed=race.seed + seed), landscape, lane, starts[part[2]])
        ending[part] = _endings(landscape, ends)
        loss[part] = np.where(ending[part] == ENDINGS.index("diverged"), math.inf, ends.place[2])
        solved_at[part], evaluations[part] = ends.first, _evaluations(race.lanes[lane], ends)

    futures = [
        threads().submit(run, lane, seed, i)
        for lane in range(shape[0])
        for seed in range(seeds)
        for i in range(0, len(starts), _CHUNK)
    ]
    try:
        for done, future in enumerate(as_completed(futures), 1):
            future.result()
            if progress:
                progress(done / len(futures))
    finally:
        for future in futures:
            future.cancel()
    return Tournament(
        starts=starts,
        loss=loss.swapaxes(1, 2),
        ending=ending.swapaxes(1, 2),
        solved_at=solved_at.swapaxes(1, 2),
        evaluations=evaluations.swapaxes(1, 2),
    )


def _ends(race: Race, landscape: Landscape, lane: int, starts: Floats) -> Ends:
    """Run one lane with one seed from some of the starts."""
    chosen_lane = race.lanes[lane]
    runner = chosen_lane.build_optimizer()
    shared = run_config(landscape, runner, race.steps, chosen_lane.schedule, chosen_lane.clip, race.noise, race.seed)
    x, y = starts.T
    return run_many(runner, landscape, shared, x, y, tolerance=TOLERANCE * (landscape.value(x, y) - landscape.infimum))


def _endings(landscape: Landscape, ends: Ends) -> NDArray[np.int64]:
    """How every run ended, as indices into `ENDINGS`."""
    x, y, _ = ends.place
    outcome = rules.outcomes(landscape, ends.code & 7, x, y)
    best = (outcome == rules.OUTCOMES.index("converged")) & rules.all_best(landscape, x, y)
    return np.where(best, ENDINGS.index("best"), outcome + 1)


def _evaluations(lane: Lane, ends: Ends) -> NDArray[np.int64]:
    """The evaluations up to the solution: as counted by the method, else its steps times their price."""
    method = lane.build_optimizer().method
    return ends.counted if method.counts else np.maximum(ends.first, 0)[:, None] * np.array(method.evaluations)
