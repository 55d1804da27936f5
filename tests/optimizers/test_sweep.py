"""Sweeps: every run equals that of `trace`; theoretical edges, basins, and executors."""

import math
import os
import sys
import threading
import time
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Any, TypeAlias

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import OUTCOMES, Lane, Race, Sweep, sweep
from optimizers.engine import rules
from optimizers.engine.batched import MOST_HYPERPARAMETERS, MOST_STATE, WIDTH
from optimizers.studies.executor import SETTING, WORKERS, cluster, threads
from optimizers.studies.runs import sequential
from optimizers.studies.sweep import MOST_RUNS, WANTED, part
from tests.marks import slow_where

BOX = 3.0
TOLERANCE = 1e-3
VALLEY = Race("rosenbrock", (Lane("momentum"),), (-1.5, 2.3), steps=120)


def settings(race: Race, over: dict[str, Any], node: tuple[int, ...]) -> Race:
    """The race of one cell."""
    chosen = {name: np.asarray(values)[i].item() for (name, values), i in zip(over.items(), node, strict=True)}
    lane = race.lanes[0]
    hyper = {name: chosen.pop(name) for name in list(chosen) if name in lane.build_optimizer().values}
    start = chosen.pop("x", race.start[0]), chosen.pop("y", race.start[1])
    seed = chosen.pop("seed", race.seed)
    lane = replace(lane, values=tuple({**dict(lane.values), **hyper}.items()))
    values = tuple({**dict(race.values), **chosen}.items())
    return replace(race, lanes=(lane,), start=start, seed=seed, values=values)


def assert_cells_are_runs(race: Race, over: dict[str, Any], some: int = 10**9, **options: Any) -> Sweep:
    """Every cell, or some of them, to the last bit."""
    result = sweep(race, over=over, tolerance=TOLERANCE, **options)
    nodes = list(np.ndindex(*result.outcome.shape))
    assert result.outcome.shape == tuple(len(values) for values in over.values())
    for node in nodes[:: max(1, len(nodes) // some)]:
        one = settings(race, over, node)
        ground, (run,) = one.build_landscape(), optimizers.run(one)
        assert result.stopped_at[node] == run.stopped_at
        assert OUTCOMES[result.outcome[node]] == run.outcome
        assert result.end[node].tobytes() == run.path[-1].tobytes()
        assert result.loss[node].tobytes() == run.loss[-1].tobytes()
        near = np.flatnonzero(run.loss - ground.infimum <= TOLERANCE)
        assert result.to_tolerance[node] == (near[0] if len(near) else -1)
        assert result.minimum[node] == (-1 if run.minimum is None else run.minimum)
        within = rules.NEAR * rules.radius(ground)
        saddle = rules.nearest(ground.saddles, *run.path[-1], within) if run.outcome == "saddle" else None
        assert result.saddle[node] == (-1 if saddle is None else saddle)
    return result


def starts(landscape: str, count: int, wider: float = 1.3) -> dict[str, Any]:
    """Starts on the map, and around it."""
    return {
        name: (low + high) / 2 + wider * np.linspace(low - high, high - low, count) / 2
        for name, (low, high) in zip("xy", landscapes.get(landscape).domain, strict=True)
    }


def wild(name: str) -> list[float]:
    """Values of a method's first hyperparameter, from much too small to absurdly large."""
    first = optimizers.get(name).hyperparameters[0]
    return [first.low, first.default, first.high, 1e3 * first.high, 1e150]


@pytest.mark.parametrize("name", optimizers.names())
def test_cells_are_single_runs(name: str) -> None:
    first = optimizers.get(name).hyperparameters[0]
    values = [value for value in wild(name) if first.allows(value)]
    result = assert_cells_are_runs(
        replace(VALLEY, lanes=(Lane(name),)), {**starts("rosenbrock", 5), first.name: values}, 60
    )
    assert len(np.unique(result.loss)) > 1


@pytest.mark.parametrize("surface", landscapes.names())
@pytest.mark.parametrize("name", slow_where(lambda name: name != "nesterov", ["nesterov", "adam", "newton"]))
def test_cells_are_single_runs_everywhere(surface: str, name: str) -> None:
    race = Race(surface, (Lane(name),), landscapes.get(surface).start, steps=60)
    assert_cells_are_runs(race, starts(surface, 13), 15)


@pytest.mark.parametrize("count", [1, 15, 16, 17, 127, 128, 129, 300])
def test_any_number_of_runs_side_by_side(count: int) -> None:
    race = replace(VALLEY, lanes=(Lane("momentum", (("lr", 2e-3),)),), steps=150)
    assert_cells_are_runs(race, {"x": np.linspace(-2.0, 2.0, count)}, 70)


def test_a_method_is_compiled_once_for_every_surface() -> None:
    for surface in ("rosenbrock", "ackley", "linear_regression"):
        for noise in (None, optimizers.noise("gaussian", 0.1)):
            race = Race(surface, (Lane("adam"),), (0.5, 0.5), steps=3, noise=noise)
            sweep(race, over={"lr": np.linspace(0.1, 0.2, WIDTH)})
    loop: Any = optimizers.get("adam").method.batched
    assert len(loop.signatures) == len(sequential.signatures) == 1


def test_what_the_vectorised_loops_have_room_for() -> None:
    """A method that is too large for the batched loop fails where it is declared; with simd=False it runs."""
    method, _ = optimizers.methods()["sgd"]
    many = tuple(replace(method.hyperparameters[0], name=f"number_{i}") for i in range(MOST_HYPERPARAMETERS + 1))
    for field, values in (("state", (0.0,) * (MOST_STATE + 1)), ("hyperparameters", many)):
        with pytest.raises(ValueError, match=rf"{field} of sgd must be at most \d numbers, not \d.*simd=False"):
            replace(method, **{field: values})
        assert replace(method, **{field: values}, simd=False).batched is None


def test_no_method_and_no_landscape_have_one_name_for_two_axes() -> None:
    hyper = {one.name for method, _ in optimizers.methods().values() for one in method.hyperparameters}
    grounds = {one.name for surface, _ in landscapes.surfaces().values() for one in surface.parameters}
    assert hyper.isdisjoint(grounds)
    assert {"x", "y", "seed"}.isdisjoint(hyper | grounds)


def test_zeros_keep_their_signs() -> None:
    race = Race("quadratic", (Lane("nesterov"),), (-0.0, 1.0), steps=5)
    result = assert_cells_are_runs(race, {"x": [-0.0, 0.0], "y": [-0.0, 1.0]})
    assert math.copysign(1, result.end[0, 0, 0]) == -1


BLOCK = [
    Lane("momentum", (("lr", 1e-3),), schedule=optimizers.schedule("cosine", over=90.0, warmup=5)),
    Lane("momentum", (("lr", 1e-3),), clip=optimizers.clip("norm", 0.7)),
    Lane("adam", (("lr", 0.1),), clip=optimizers.clip("value", 0.3, "step")),
    Lane("rmsprop", average=optimizers.average("uniform")),
]


@pytest.mark.parametrize("lane", BLOCK)
def test_the_options_of_the_lane_hold(lane: Lane) -> None:
    assert_cells_are_runs(replace(VALLEY, lanes=(lane,)), starts("rosenbrock", 5))


@pytest.mark.parametrize("noise", [optimizers.noise("gaussian", 0.5), optimizers.noise("gaussian", 0.0), None])
def test_seeds(noise: Any) -> None:
    race = replace(VALLEY, lanes=(Lane("sgd", (("lr", 1e-3),)),), noise=noise, seed=7)
    result = assert_cells_are_runs(race, {"seed": [0, 1, 2**63 - 1], "lr": [1e-4, 1e-3]})
    assert (len(np.unique(result.loss)) == 6) == (noise is not None and noise["scale"] > 0)


@pytest.mark.parametrize("drawn", ["reshuffled", "with_replacement"])
def test_minibatches(drawn: str) -> None:
    noise = optimizers.noise("minibatch", batch=3, drawn=drawn)
    race = Race("linear_regression", (Lane("momentum", (("lr", 0.02),)),), (0.5, 0.5), steps=40, noise=noise)
    assert_cells_are_runs(race, {"seed": range(9), "lr": [0.01, 0.02]})


def test_landscapes() -> None:
    race = Race("quadratic", (Lane("momentum"),), (3.0, 2.0), steps=60)
    over = {"lr": np.geomspace(1e-3, 10, 7), "condition": [1.0, 10.0, 100.0], "angle": np.linspace(0.0, 60.0, 4)}
    assert_cells_are_runs(race, over)
    blurred = Race("rastrigin", (Lane("sgd", (("lr", 0.003),)),), (0.0, 0.0), steps=60, blur=0.3)
    assert_cells_are_runs(blurred, starts("rastrigin", 4))


def test_choices_by_their_names() -> None:
    race = replace(VALLEY, lanes=(Lane("nesterov"),))
    result = sweep(race, over={"growth": ["constant", "growing"]})
    assert result.over["growth"].tolist() == [0.0, 1.0]
    assert result.loss[0] != result.loss[1]


def test_only_what_is_wanted() -> None:
    everything = sweep(VALLEY, over=starts("rosenbrock", 9))
    for name in WANTED:
        result = sweep(VALLEY, over=starts("rosenbrock", 9), want=[name])
        assert np.array_equal(getattr(result, name), getattr(everything, name))
        assert all(getattr(result, other) is None for other in WANTED if other != name)
    with pytest.raises(ValueError, match="not asked for outcomes"):
        result.ended("converged")


def test_the_rules_for_many_are_the_rules() -> None:
    rng = np.random.default_rng(3)
    for surface in landscapes.names():
        ground = landscapes.get(surface)
        critical = np.array([*ground.minima, *ground.saddles]).reshape(-1, 2)
        low, high = np.array(ground.domain).T
        spread = np.concatenate([rng.uniform(low, high, (60, 2)), 10.0 ** rng.uniform(-3, 8, (60, 2))])
        x, y = np.concatenate([spread, critical, critical + 1e-9]).T
        for end in rules.End:
            many = rules.outcomes(ground, np.full(len(x), int(end)), x, y)
            alone = [rules.outcome(ground, end, *place) for place in zip(x.tolist(), y.tolist(), strict=True)]
            assert [OUTCOMES[one] for one in many] == alone
        within = 0.1 * rules.radius(ground)
        nearest = [rules.nearest(ground.minima, *place, within) for place in zip(x, y, strict=True)]
        assert rules.nearest_of(ground.minima, x, y, within).tolist() == [-1 if i is None else i for i in nearest]


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("condition", [1.0, 10.0, 100.0])
def test_the_edge_of_stability(momentum: float, condition: float) -> None:
    """For descent 2 / λ, with momentum 2 (1 + α) / λ, where the largest eigenvalue is λ = 1."""
    name = "momentum" if momentum else "sgd"
    lane = Lane(name, (("momentum", momentum),) if momentum else ())
    rates = np.linspace(0.49, 4.51, 202)
    result = sweep(Race("quadratic", (lane,), (3.0, 2.0), (("condition", condition),), steps=9000), over={"lr": rates})
    ground = landscapes.get("quadratic", condition=condition)
    largest = np.linalg.eigvalsh(ground.hessian(0.0, 0.0)).max()
    diverged = result.ended("diverged")
    assert (np.diff(diverged.astype(int)) >= 0).all()
    assert abs(rates[diverged.argmax()] - 2 * (1 + momentum) / largest) <= rates[1] - rates[0]


def test_newton_finds_all_nine_critical_points_of_himmelblau() -> None:
    """Four minima, four saddles and the maximum between them, identified by the end points."""
    race, nodes = Race("himmelblau", (Lane("newton"),), (0.0, 0.0)), np.linspace(-5.0, 5.0, 128)
    result = sweep(race, over={"x": nodes, "y": nodes})
    ground = landscapes.get("himmelblau")
    assert set(result.minimum[result.ended("converged")].tolist()) == {0, 1, 2, 3}
    assert set(result.saddle[result.ended("saddle")].tolist()) == {0, 1, 2, 3}
    assert (result.minimum[~result.ended("converged")] == -1).all()
    assert (result.saddle[~result.ended("saddle")] == -1).all()
    np.testing.assert_allclose(
        result.end[result.ended("maximum")], [[-0.270845, -0.923039]] * result.ended("maximum").sum(), atol=1e-6
    )
    assert result.ended("maximum").sum() > 100
    converged = result.ended("converged")
    np.testing.assert_allclose(result.end[converged], np.array(ground.minima)[result.minimum[converged]], atol=1e-6)


def test_progress_rises_to_the_whole() -> None:
    shares: list[float] = []
    sweep(replace(VALLEY, steps=5000), over=starts("rosenbrock", 100), progress=shares.append)
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


LONG = Race("rosenbrock", (Lane("momentum", (("lr", 1e-4),)),), (-1.5, 2.3), steps=100_000)
MANY = {"lr": np.geomspace(1e-6, 1e-4, 1024), "momentum": np.linspace(0.0, 0.9, 1024)}


Chunks: TypeAlias = list[tuple[Future[Any], int]]


@pytest.fixture
def chunks(monkeypatch: pytest.MonkeyPatch) -> Chunks:
    """The chunks of runs submitted to the thread pool from now on, with their sizes."""
    submitted: Chunks = []
    submit = threads().submit

    def remember(function: Any, *arguments: Any) -> Future[Any]:
        future = submit(function, *arguments)
        if function is part:
            _plan, begin, end = arguments
            submitted.append((future, end - begin))
        return future

    monkeypatch.setattr(threads(), "submit", remember)
    return submitted


def runs_of(chunks: Chunks) -> int:
    """The number of completed runs; none is running any more."""
    assert all(future.done() for future, _ in chunks)
    return sum(runs for future, runs in chunks if not future.cancelled())


def test_a_cancelled_sweep_leaves_nothing_behind(chunks: Chunks) -> None:
    sweep(replace(LONG, steps=10), over={"lr": [1e-4]})  # compile, and start the threads of the pool
    list(threads().map(time.sleep, [0.05] * WORKERS))
    before = set(threading.enumerate())
    shares: list[float] = []
    with pytest.raises(CancelledError):
        sweep(LONG, over=MANY, progress=shares.append, cancelled=lambda: len(shares) >= 3)
    assert set(threading.enumerate()) == before
    assert threads()._work_queue.qsize() <= 4 * WORKERS  # the remaining items are cancelled
    assert runs_of(chunks) < 0.1 * 1024**2
    assert shares[-1] < 0.1


def test_a_sweep_that_is_cancelled_before_its_first_chunk_is_done(chunks: Chunks) -> None:
    with pytest.raises(CancelledError):
        sweep(LONG, over=MANY, cancelled=lambda: True)
    assert runs_of(chunks) < 0.1 * 1024**2


def test_an_error_of_a_listener_or_a_worker_stops_the_sweep() -> None:
    with pytest.raises(ZeroDivisionError):
        sweep(LONG, over=MANY, progress=lambda share: 1 // 0)

    class Broken(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            one: Future[Any] = Future()
            one.set_exception(ArithmeticError("worker lost"))
            return one

    with pytest.raises(ArithmeticError, match="worker lost"):
        sweep(VALLEY, over=starts("rosenbrock", 9), executor=Broken())


@pytest.mark.parametrize(
    ("over", "text"),
    [
        ({"lr": np.linspace(0, 1, 4097)}, "4096 values"),
        ({"lr": []}, "4096 values"),
        ({"lr": np.ones((2, 2))}, "in a row"),
        ({"lr": np.linspace(0, 1, 4000), "x": np.linspace(0, 1, 4000)}, f"{MOST_RUNS:,} runs"),
        ({"lr": [1], "x": [1], "y": [1], "momentum": [0]}, "3 axes"),
        ({"lr": [-1.0]}, "lr must be"),
        ({"lr": [math.nan]}, "lr must be"),
        ({"b": [0.0]}, "b must be"),
        ({"x": [math.inf]}, "finite"),
        ({"seed": [-1]}, "seed must be"),
    ],
)
def test_refusals_name_the_limit(over: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        sweep(VALLEY, over=over)


def test_other_refusals() -> None:
    with pytest.raises(TypeError, match="over lr, momentum, a, b, x, y, seed; not over 'beta1'"):
        sweep(VALLEY, over={"beta1": [0.9]})
    with pytest.raises(TypeError, match="seed"):
        sweep(VALLEY, over={"seed": [0.5]})
    with pytest.raises(ValueError, match="100000"):
        sweep(replace(VALLEY, steps=100_001), over={"lr": [0.1]})
    with pytest.raises(ValueError, match="lane"):
        sweep(VALLEY, 1, over={"lr": [0.1]})
    with pytest.raises(ValueError, match="can tell outcome"):
        sweep(VALLEY, over={"lr": [0.1]}, want=["path"])
    with pytest.raises(ValueError, match="tolerance"):
        sweep(VALLEY, over={"lr": [0.1]}, tolerance=math.nan)
    with pytest.raises(ValueError, match="no minibatches"):
        sweep(replace(VALLEY, noise=optimizers.noise("minibatch")), over={"lr": [0.1]})


GRID = {"lr": np.geomspace(1e-5, 1e-1, 40), "momentum": np.linspace(0.0, 0.99, 40)}


def assert_same_bits(executor: Executor | None) -> None:
    here, there = sweep(VALLEY, over=GRID, executor=threads()), sweep(VALLEY, over=GRID, executor=executor)
    for name in WANTED:
        assert getattr(here, name).tobytes() == getattr(there, name).tobytes()


def test_any_executor_finds_the_same_bits() -> None:
    with ThreadPoolExecutor(3) as pool:
        assert_same_bits(pool)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert_same_bits(pool)


def test_what_dask_needs_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    monkeypatch.setenv(SETTING, "tcp://nowhere.invalid:1")
    with pytest.raises(RuntimeError, match=r"pip install 'dask\[distributed\]'"):
        sweep(VALLEY, over=GRID)


@pytest.mark.slow
def test_a_cluster_of_two_dask_workers_finds_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    if not find_spec("distributed"):
        missing = "Dask is not installed"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    from dask.distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as two:
        monkeypatch.setenv(SETTING, two.scheduler_address)
        there = optimizers.executor()
        try:
            assert there is optimizers.executor() is not threads()
            assert len({*there.map(lambda _: os.getpid(), range(20))} - {os.getpid()}) == 2
            assert_same_bits(None)
            begin = time.monotonic()
            with pytest.raises(CancelledError):
                sweep(LONG, over=MANY, cancelled=lambda: time.monotonic() > begin + 0.2)
        finally:
            there._client.close()
            cluster.cache_clear()
