"""Many runs of one method on one landscape, without their paths, for sweeps, tuning and tournaments.

The runs equal those of `trace` bit for bit. If possible they are batched (see `_run_batched`), unless there are too few
runs to fill a batch: these run one after the other, in a kernel too, which releases the GIL. Beside a busy Python
thread, a Python loop would wait for the GIL at every run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Landscape
from landscapes.tools.arguments import Floats
from landscapes.tools.compiler import VALUES, address, compiled, float64, prepare, types
from optimizers._method import Optimizer
from optimizers._trajectory import columns
from optimizers.engine.batched import BATCHED_LOOP, WIDTH, room
from optimizers.engine.loop import TRACE, call_trace
from optimizers.engine.run_config import RUN_CONFIG, RunConfig, with_seed
from optimizers.engine.settings import HYPERS, SETTINGS, TOLERANCE, Number, Settings, X, Y, setting, settings


@dataclass(frozen=True, eq=False)
class Ends:
    """How each run ended.

    Attributes:
        place: x, y and f at the end, shape (3, runs).
        code: 8 · last row + code of the end, shape (runs,).
        first: First row whose loss is within the tolerance of the infimum; -1 if there is none; shape (runs,).
        counted: Values, gradients and Hessians evaluated up to that row, for methods that count them, shape (runs, 3).
    """

    place: Floats
    code: NDArray[np.int64]
    first: NDArray[np.int64]
    counted: NDArray[np.int64]


def run_many(
    runner: Optimizer,
    landscape: Landscape,
    shared: RunConfig,
    x: Number,
    y: Number,
    hypers: Sequence[Number] | None = None,
    seeds: Number | None = None,
    tolerance: Number | None = None,
    runs: range | None = None,
) -> Ends:
    """Run the method from every start (x, y), and return how each run ended. A single number holds for all runs.

    Args:
        runner: The method, with its own hyperparameters.
        landscape: The landscape.
        shared: Configuration shared by all runs.
        x, y: Starts.
        hypers: Every hyperparameter; by default those of the runner.
        seeds: Seeds of the noise; by default that of `shared`.
        tolerance: Largest f - infimum of the row recorded as `first`; by default none is recorded.
        runs: Indices of the runs; by default all.
    """
    wants_first = tolerance is not None
    numbers = x, y, 0.0 if tolerance is None else tolerance, *(runner.packed if hypers is None else hypers)
    run_settings = settings(numbers, shared.seed if seeds is None else seeds, runs)
    count = run_settings.total
    ends = Ends(
        np.empty((3, count)),
        np.empty(count, np.int64),
        np.full(count, -1),
        np.zeros((count if runner.method.counts else 0, 3), np.int64),
    )
    if runner.method.batched and count >= WIDTH and not (shared.noise or shared.clip):
        _run_batched(runner, landscape, shared, run_settings, wants_first, ends)
    else:
        _run_sequentially(runner, landscape, shared, run_settings, wants_first, ends)
    return ends


def _run_batched(
    runner: Optimizer, landscape: Landscape, shared: RunConfig, run_settings: Settings, wants_first: bool, ends: Ends
) -> None:
    loop: Any = runner.method.batched
    prepare(loop, BATCHED_LOOP)
    surface = landscape.batched_address(curved=runner.method.evaluations[2] > 0)
    place = (surface, landscape.address, landscape.packed, shared.n, shared.rates, run_settings, shared.measure)
    loop(*place, wants_first, room(), ends.place, ends.code, ends.first)


def _run_sequentially(
    runner: Optimizer, landscape: Landscape, shared: RunConfig, run_settings: Settings, wants_first: bool, ends: Ends
) -> None:
    prepare(sequential, SEQUENTIAL)
    place = (address(runner.method.trace, TRACE), landscape.address, landscape.packed, shared, run_settings)
    record, hypers = np.empty((shared.n + 1, columns(runner, shared))), np.empty(len(runner.packed))
    sequential(*place, wants_first, record, hypers, ends.place, ends.code, ends.first, ends.counted)


# (addresses of the loop and of the surface, its parameters, config, settings, whether to record rows near the infimum,
SEQUENTIAL = types.void(
    *(types.int64, types.int64, VALUES, RUN_CONFIG, SETTINGS, types.boolean),
    # buffers for a record and for hyperparameters, outputs for the fields of `Ends`)
    *(float64[:, ::1], float64[::1], float64[:, ::1], types.int64[::1], types.int64[::1], types.int64[:, ::1]),
)


@compiled
def sequential(
    method: int,
    surface: int,
    values: Any,
    shared: RunConfig,
    run_settings: Settings,
    wants_first: bool,
    record: Any,
    hypers: Any,
    place: Any,
    code: Any,
    first: Any,
    counted: Any,
) -> None:
    """Run one after the other, each with the loop of `trace`."""
    for i in range(run_settings.total):
        if len(shared.deck) > 0:
            shared.deck[-1] = -1  # the deck still contains the order of the previous run
        x, y, tolerance = setting(run_settings, X, i), setting(run_settings, Y, i), setting(run_settings, TOLERANCE, i)
        for j in range(len(hypers)):
            hypers[j] = setting(run_settings, HYPERS + j, i)
        seed = run_settings.seeds[(run_settings.first + i) // run_settings.every % len(run_settings.seeds)]
        code[i] = call_trace(method, surface, values, x, y, hypers, with_seed(shared, seed), record)
        last = code[i] >> 3
        place[0, i], place[1, i], place[2, i] = record[last, 0], record[last, 1], record[last, 2]
        k = 0
        while wants_first and k <= last and not record[k, 2] - shared.measure.infimum <= tolerance:
            k += 1
        if wants_first and k <= last:
            first[i] = k
            if len(counted) > 0:
                counted[i, 0], counted[i, 1], counted[i, 2] = int(record[k, 5]), int(record[k, 6]), int(record[k, 7])
