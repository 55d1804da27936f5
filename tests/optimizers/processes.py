"""Traces in other processes, forked and spawned; a script: `python -m tests.optimizers.processes fork`."""

import math
import multiprocessing
import pickle
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np

import landscapes
import optimizers
from landscapes import Landscape, Parameter, Surface
from landscapes.jets import Jet
from landscapes.tools.compiler import Values, compiled, device_function
from optimizers import Lane, Optimizer, Race
from optimizers.studies.executor import WORKERS, threads

TILT = 0.25


@device_function
def square(u: float) -> float:
    return u * u


@compiled
def tilted(x: float, y: float, p: Values) -> Jet:
    return p[0] * square(x) + square(y) + TILT * x, 2 * p[0] * x + TILT, 2 * y, 2 * p[0], 0.0, 2.0


@cache
def own_landscape() -> Landscape:
    """A surface of this script, whose functions can only be pickled by value."""
    surface = Surface(
        name="tilted",
        title="Tilted bowl",
        watch="Where does it come to rest?",
        formula="a x^2 + y^2 + x / 4",
        reference="this test",
        kernel=tilted,
        domain=((-2, 2), (-2, 2)),
        start=(1, 1),
        infimum=lambda a: -TILT * TILT / (4 * a),
        minima=lambda a: ((-TILT / (2 * a), 0.0),),
        parameters=(Parameter("a", "a", 1.0, 0.1, 10.0),),
    )
    return Landscape(surface, "valleys", {"a": 0.5})


@device_function
def half_a_step(k, lr, at, s, h):  # type: ignore[no-untyped-def]
    return -0.5 * lr * at.gx, -0.5 * lr * at.gy, s


@cache
def own_optimizer() -> Optimizer:
    """Half of each step of gradient descent, under the same name."""
    sgd = optimizers.get("sgd")
    return Optimizer(replace(sgd.method, step=half_a_step, anatomy=lambda moment: ()), sgd.family, {"lr": 0.2})


def trace(landscape: Landscape, optimizer: Optimizer, options: dict[str, object]) -> object:
    run = optimizers.trace(landscape, optimizer, steps=60, **options)  # type: ignore[arg-type]
    return landscape, optimizer, run, run.record.tobytes(), landscape.minima


def sweep(race: Race) -> optimizers.Sweep:
    return optimizers.sweep(race, over={"lr": np.geomspace(1e-4, 1e-2, 64), "a": [0.5, 1.0]})


def main(method: str) -> None:
    race = Race("rosenbrock", (Lane("momentum"),), (-1.0, 1.0), steps=50, noise=optimizers.noise("gaussian", 0.1))
    here = sweep(race)
    [*threads().map(time.sleep, [0.05] * WORKERS)]  # start all threads of the pool
    valley = landscapes.get("rosenbrock", b=10.0)
    cases = [
        (valley, optimizers.get("adam", lr=0.1), {"noise": optimizers.noise("gaussian", 0.5), "seed": 3}),
        (landscapes.blurred(valley, 0.25), optimizers.get("sgd"), {"average": "uniform", "clip": "norm"}),
        (landscapes.blurred(landscapes.get("recurrent_cliff", steps=1.0), 0.25), optimizers.get("sgd"), {}),
        (landscapes.get("linear_regression"), optimizers.get("adam"), {"noise": "minibatch", "schedule": "cosine"}),
        (own_landscape(), own_optimizer(), {}),
        (landscapes.blurred(own_landscape(), 0.5), optimizers.get("lbfgs"), {}),
    ]
    own_surface = cases[3][0]
    assert math.isclose(optimizers.trace(own_surface, "newton").path[-1][0], own_surface.minima[0][0])
    own, whole = (
        optimizers.trace(own_surface, one, steps=1).path for one in (own_optimizer(), optimizers.get("sgd", lr=0.2))
    )
    assert np.allclose(own[1] - own[0], (whole[1] - whole[0]) / 2)  # not the cached kernel of the same name
    assert pickle.loads(pickle.dumps(cases)) == cases
    with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as pool:
        assert [*pool.map(trace, *zip(*cases, strict=True), timeout=200)] == [trace(*case) for case in cases]
        assert pool.submit(sweep, race).result(timeout=200) == here


if __name__ == "__main__":
    main(sys.argv[1])
