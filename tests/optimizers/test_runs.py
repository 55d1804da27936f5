"""The same call gives the same bits: repeated, in any thread, alone or among others, in any order."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import Lane, Noise, Race, Trajectory

GROUND = landscapes.get("rosenbrock")
NOISE = optimizers.noise("gaussian", 0.05)
FIELDS = ("path", "loss", "gradient", "evaluations")


def go(name: str, steps: int = 400) -> Trajectory:
    return optimizers.trace(GROUND, optimizers.get(name), steps=steps, noise=NOISE, seed=5)


def same(one: Trajectory, other: Trajectory) -> bool:
    """Whether two runs are equal to the last bit."""
    arrays = all(getattr(one, field).tobytes() == getattr(other, field).tobytes() for field in FIELDS)
    ends = [(run.outcome, run.reason, run.stopped_at, run.minimum, run.best) for run in (one, other)]
    return arrays and ends[0] == ends[1]


@pytest.mark.parametrize("name", optimizers.names())
def test_again(name: str) -> None:
    assert same(go(name), go(name))


def test_different_runs_are_not_the_same() -> None:
    assert not same(go("sgd"), go("momentum"))


@pytest.mark.parametrize("name", optimizers.names())
def test_from_sixteen_threads_at_once(name: str) -> None:
    alone, barrier = go(name), Barrier(16)

    def one(_: int) -> Trajectory:
        barrier.wait()
        return go(name)

    with ThreadPoolExecutor(16) as pool:
        assert all(same(alone, run) for run in pool.map(one, range(16)))


def test_all_mixed_from_sixteen_threads() -> None:
    names = optimizers.names() * 20
    alone = {name: go(name) for name in optimizers.names()}
    with ThreadPoolExecutor(16) as pool:
        assert all(same(alone[name], run) for name, run in zip(names, pool.map(go, names), strict=True))


def test_nothing_is_left_of_a_run() -> None:
    """One optimizer object, used for other runs in between."""
    for name in optimizers.names():
        optimizer = optimizers.get(name)
        first = optimizers.trace(GROUND, optimizer, steps=200)
        optimizers.trace(landscapes.get("quadratic"), optimizer, start=(1e3, -1e3), steps=77, noise=NOISE)
        optimizers.trace(GROUND, optimizers.get("momentum"), start=(1e9, 0.0), steps=5)
        assert same(first, optimizers.trace(GROUND, optimizer, steps=200))


def test_runs_do_not_share_memory() -> None:
    first = go("sgd")
    kept = first.path.copy()
    second = go("sgd")
    second.path[:] = 0
    assert np.array_equal(first.path, kept)


def test_alone_is_among_others() -> None:
    lanes = {name: optimizers.get(name) for name in optimizers.names()}
    batched = optimizers.race(GROUND, lanes, steps=400, noise=NOISE, seed=5)
    backwards = optimizers.race(GROUND, dict(reversed(lanes.items())), steps=400, noise=NOISE, seed=5)
    assert list(batched) == list(lanes)
    for name in lanes:
        assert same(batched[name], go(name))
        assert same(backwards[name], go(name))


def test_labels() -> None:
    sgd, adam = optimizers.get("sgd"), optimizers.get("adam")
    faster = optimizers.get("sgd", lr=1e-3)
    for lanes in ([sgd, adam, faster, sgd], (one for one in (sgd, adam, faster, sgd))):
        finish = optimizers.race(GROUND, lanes, steps=10)
        assert list(finish) == ["sgd", "adam", "sgd 2", "sgd 3"]
        assert same(finish["sgd"], finish["sgd 3"])
        assert not same(finish["sgd"], finish["sgd 2"])
    named = optimizers.race(GROUND, {"slow": sgd, "fast": faster}, steps=10)
    assert list(named) == ["slow", "fast"]
    assert same(named["fast"], optimizers.trace(GROUND, faster, steps=10))
    assert optimizers.race(GROUND, [], steps=10) == {}


def test_a_written_race_is_the_race() -> None:
    lanes = (Lane("adam", (("lr", 0.05),)), Lane("sgd"), Lane("adam", shown=False))
    race = Race(
        "rosenbrock",
        lanes,
        (-1.0, 2.0),
        values=(("b", 50.0),),
        steps=120,
        noise=optimizers.noise("gaussian", 0.2),
        seed=11,
    )
    finish = optimizers.race(
        landscapes.get("rosenbrock", b=50.0),
        [optimizers.get("adam", lr=0.05), optimizers.get("sgd"), optimizers.get("adam")],
        start=(-1.0, 2.0),
        steps=120,
        noise=optimizers.noise("gaussian", 0.2),
        seed=11,
    )
    runs = optimizers.run(race)
    assert len(runs) == 3
    assert all(same(one, other) for one, other in zip(runs, finish.values(), strict=True))
    assert hash(race) == hash(replace(race))
    assert race == eval(repr(race), {"Race": Race, "Lane": Lane, "Noise": Noise})  # plain values, and nothing else


@pytest.mark.parametrize("name", optimizers.names())
def test_evaluations_are_counted(name: str) -> None:
    run = optimizers.trace(GROUND, optimizers.get(name), steps=25)
    assert run.evaluations.shape == (run.stopped_at + 1, 3)
    assert not run.evaluations[0].any()
    method = optimizers.methods()[name][0]
    increments = np.diff(run.evaluations, axis=0)
    if method.counts:
        assert np.all(increments >= method.evaluations)
    else:
        assert np.array_equal(increments, np.tile(method.evaluations, (run.stopped_at, 1)))


def test_what_a_step_costs() -> None:
    cost = {name: method.evaluations for name, (method, _) in optimizers.methods().items()}
    assert {cost[name] for name in ("sgd", "momentum", "nesterov", "adam")} == {(0, 1, 0)}
    assert cost["newton"] == cost["saddle_free_newton"] == (0, 1, 1)
    assert cost["damped_newton"] == (1, 1, 1)
