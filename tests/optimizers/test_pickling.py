"""Pickles, copies and equality of everything that a notebook may contain or send to another process."""

import copy
import math
import os
import pickle
import struct
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import landscapes
import optimizers
from landscapes.tools.equality import ByValue, same
from optimizers import Lane, Race
from optimizers._trajectory import Trajectory
from tests.optimizers.processes import own_landscape, own_optimizer

ROOT = Path(__file__).parents[2]
VALLEY = landscapes.get("rosenbrock", b=10.0)
SIGMA = optimizers.noise("gaussian", 0.1)
LANE = Lane("momentum", {"lr": 1e-3}, average="uniform", clip="norm", schedule="cosine")
RACE = Race(VALLEY, (LANE, Lane("sgd", {"lr": 10.0})), (-1.5, 1.0), steps=30, noise=SIGMA)


def run(seed: int = 0) -> Trajectory:
    options: dict[str, Any] = {"schedule": "inverse", "clip": "value", "average": "ema", "noise": SIGMA}
    return optimizers.trace(VALLEY, "adam", steps=30, seed=seed, **options)


def overflown() -> Trajectory:
    """A run whose numbers are not all finite."""
    return optimizers.trace("rosenbrock", optimizers.get("newton"), start=(1e200, 1.0), steps=5, noise=SIGMA)


# Each constructs the object anew.
MADE: dict[str, Any] = {
    **{f"landscape {name}": lambda name=name: landscapes.get(name) for name in landscapes.names()},
    **{f"optimizer {name}": lambda name=name: optimizers.get(name) for name in optimizers.names()},
    "landscape": lambda: landscapes.get("rosenbrock", b=7),
    "blurred": lambda: landscapes.blurred(landscapes.get("rastrigin"), 0.5),
    "blurred without a closed form": lambda: landscapes.blurred(landscapes.get("himmelblau"), 0.5),
    "surface": lambda: VALLEY.surface,
    "blurred surface": lambda: landscapes.blurred(landscapes.get("himmelblau"), 0.5).surface,
    "parameter": lambda: VALLEY.parameters[0],
    "values": lambda: VALLEY.values,
    "method": lambda: optimizers.get("adam").method,
    "race": lambda: replace(RACE, blur=0.5),
    "lane": lambda: replace(LANE, shown=False),
    "schedule": lambda: optimizers.schedule("cosine", over=50),
    "clip": lambda: optimizers.clip("norm", 2.0, "step"),
    "noise": lambda: optimizers.noise("minibatch", batch=4),
    "average": lambda: optimizers.average("ema", decay=0.5),
    "trajectory": run,
    "trajectory beyond numbers": overflown,
    "race's trajectories": lambda: optimizers.run(RACE),
    "labelled trajectories": lambda: optimizers.race(VALLEY, ["sgd", "sgd"], steps=5),
    "sweep": lambda: optimizers.sweep(RACE, over={"lr": [1e-3, 1.0], "a": [0.0, 1.0]}),
    "seeds": lambda: optimizers.seeds(RACE, 0, 8, 8),
    "diverged seeds": lambda: optimizers.seeds(RACE, 1, 8, 8),
    "spread": lambda: optimizers.seeds(RACE, 1, 8, 8).spread(),
    "tournament": lambda: optimizers.tournament(RACE, 2),
    "prediction": lambda: optimizers.predicted(replace(RACE, lanes=(Lane("sgd"),)), 0, [0, 1, 5]),
    "rates": lambda: optimizers.rates(RACE, 0),
    "dissection": lambda: optimizers.dissect(VALLEY, "adam", run(), 3),
    "tuning": lambda: optimizers.BUDGET,
    "own landscape": own_landscape,
    "own optimizer": own_optimizer,
}
OWN = {"own landscape", "own optimizer"}  # two lambdas are never equal


@pytest.mark.parametrize("name", MADE)
def test_a_pickle_and_a_copy_are_equal(name: str) -> None:
    one = MADE[name]()
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert same(pickle.loads(pickle.dumps(one, protocol)), one)
    for other in (copy.deepcopy(one), copy.copy(one), *([] if name in OWN else [MADE[name]()])):
        assert same(other, one)
        assert other == one
        if type(one).__hash__ and not isinstance(one, dict):
            assert hash(other) == hash(one)
    assert one != object()


@pytest.mark.parametrize("name", ["trajectory", "sweep", "seeds", "spread", "tournament", "prediction"])
def test_a_result_is_equal_only_if_all_of_it_is(name: str) -> None:
    one = MADE[name]()
    assert isinstance(one, ByValue)
    for field in fields(one):
        value = getattr(one, field.name)
        if isinstance(value, np.ndarray):
            other = value.copy()
            other.flat[-1] = not other.flat[-1] if value.dtype == bool else np.nan_to_num(other.flat[-1]) + 1
        else:
            other = "another"
        assert replace(one, **{field.name: other}) != one


def test_what_differs_is_not_equal() -> None:
    assert run(0) != run(1)
    assert landscapes.get("rosenbrock") != VALLEY
    assert landscapes.blurred(VALLEY, 0.1) != VALLEY
    assert landscapes.blurred(VALLEY, 0.1) != landscapes.blurred(VALLEY, 0.2)
    assert own_landscape() != VALLEY
    assert optimizers.get("sgd") != optimizers.get("sgd", lr=0.2)
    assert own_optimizer() != optimizers.get("sgd", lr=0.2)
    assert len({optimizers.get("sgd"), optimizers.get("sgd", lr=0.2), VALLEY, landscapes.blurred(VALLEY, 0.1)}) == 4
    assert optimizers.schedule("cosine") != optimizers.schedule("linear")


def test_equal_landscapes_and_optimizers_that_are_made_twice_are_one_key() -> None:
    landscape = landscapes.Landscape(VALLEY.surface, VALLEY.challenge, VALLEY.values)
    optimizer = optimizers.Optimizer(*optimizers.methods()["adam"], {})
    assert landscape is not VALLEY
    assert {landscape, VALLEY} == {VALLEY}
    assert {optimizer, optimizers.get("adam")} == {optimizer}


def test_nan_is_equal_to_nan_and_an_equal_number_of_another_kind_is_not() -> None:
    assert same(overflown(), overflown())
    assert not np.isfinite(overflown().record).all()
    assert same(math.nan, float("nan"))
    assert not same(np.array([1.0]), np.array([1]))
    assert not same(np.array([1.0]), 1.0)
    assert not same((1.0,), [1.0])


def test_minus_zero_and_zero_are_one_landscape() -> None:
    """They are one key in the caches, so which is constructed first must not affect the bits of the other."""
    first = landscapes.get("quadratic", angle=-0.0)
    assert math.copysign(1, first.values["angle"]) == 1


@pytest.mark.parametrize("name", ["himmelblau", "linear_regression"])
def test_no_address_is_pickled(name: str) -> None:
    blurred = landscapes.blurred(landscapes.get(name), 0.5)
    address = blurred.packed[1]
    assert address == blurred.sharp.address
    for one in (blurred, blurred.surface, blurred.sharp, own_landscape()):
        data = pickle.dumps(one)
        for kind in (">d", "<d"):
            assert struct.pack(kind, address) not in data
        assert struct.pack("<q", int(address)) not in data
    assert len(pickle.dumps(blurred)) < 300


def test_a_copy_runs_with_the_same_bits() -> None:
    for name in ("landscape", "blurred", "own landscape"):
        one = MADE[name]()
        for other in (copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
            for optimizer in (optimizers.get("adam"), own_optimizer()):
                again = pickle.loads(pickle.dumps(optimizer))
                assert optimizers.trace(other, again, steps=40) == optimizers.trace(one, optimizer, steps=40)
    assert optimizers.run(pickle.loads(pickle.dumps(RACE))) == optimizers.run(RACE)


def test_a_copied_run_is_taken_apart_like_the_run() -> None:
    one = run()
    assert optimizers.dissect(VALLEY, "adam", pickle.loads(pickle.dumps(one)), 7) == optimizers.dissect(
        VALLEY, "adam", one, 7
    )


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", *(["fork"] if hasattr(os, "fork") else [])])
def test_other_processes_trace_and_sweep_with_the_same_bits(method: str) -> None:
    script = [sys.executable, "-m", "tests.optimizers.processes", method]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
