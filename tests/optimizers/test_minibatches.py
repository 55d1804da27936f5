"""Minibatches: the mean gradient of a batch of real examples, drawn from a counter-based generator."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import landscapes
import optimizers
from landscapes import Landscape
from optimizers import Noise, Trajectory

GROUND = landscapes.get("linear_regression", validation="validation")
SIZE = GROUND.size
DRAWN = ("reshuffled", "shuffled_once", "with_replacement")


def examples(ground: Landscape, x: float, y: float) -> np.ndarray:
    """The gradient of every example's loss at a point, shape (n, 2): from the example kernel in plain Python."""
    kernel = ground.surface.example
    assert kernel is not None
    return np.array([kernel.py_func(x, y, ground.packed, i)[1:3] for i in range(ground.size)])  # type: ignore[attr-defined]


def still(noise: Noise, steps: int = 60, seed: int = 3, ground: Landscape = GROUND) -> Trajectory:
    """A run that does not move, so that every row is a draw at the same point."""
    return optimizers.trace(ground, optimizers.get("sgd", lr=0.0), steps=steps, noise=noise, seed=seed)


def drawn_examples(run: Trajectory, ground: Landscape = GROUND) -> list[int]:
    """The example of each row of a run with batches of size one."""
    every = examples(ground, *ground.start)
    apart = np.abs(run.gradient[:, None] - every).sum(axis=-1)
    assert apart.min(axis=1).max() < 1e-12
    return [int(i) for i in apart.argmin(axis=1)]


@pytest.mark.parametrize("kind", DRAWN)
def test_a_batch_is_the_mean_of_its_examples(kind: str) -> None:
    ones = drawn_examples(still(optimizers.noise("minibatch", batch=1, drawn=kind), steps=99))
    batches = still(optimizers.noise("minibatch", batch=5, drawn=kind), steps=19)
    every = examples(GROUND, *GROUND.start)
    for k, gradient in enumerate(batches.gradient):
        np.testing.assert_allclose(gradient, every[ones[5 * k : 5 * k + 5]].mean(axis=0), rtol=1e-12, atol=1e-14)


def test_an_epoch_meets_every_example_once() -> None:
    every = examples(GROUND, *GROUND.start)  # equal cars count as the first of them
    alike = sorted(int((every == one).all(axis=1).argmax()) for one in every)
    for kind in ("reshuffled", "shuffled_once"):
        examples_drawn = drawn_examples(still(optimizers.noise("minibatch", batch=1, drawn=kind), steps=3 * SIZE - 1))
        epochs = [examples_drawn[i * SIZE : (i + 1) * SIZE] for i in range(3)]
        assert all(sorted(epoch) == alike for epoch in epochs)
        assert (epochs[0] == epochs[1]) == (kind == "shuffled_once")
    examples_drawn = drawn_examples(
        still(optimizers.noise("minibatch", batch=1, drawn="with_replacement"), steps=SIZE - 1)
    )
    assert sorted(examples_drawn) != alike


def test_every_order_is_as_likely() -> None:
    """The first example of an epoch, over many seeds: a χ² test."""
    kind = optimizers.noise("minibatch", batch=1)
    firsts = np.bincount(
        [drawn_examples(still(kind, steps=0, seed=seed))[0] for seed in range(40 * SIZE)], minlength=SIZE
    )
    likely = firsts[firsts > 0]
    chi2 = ((likely - 40.0) ** 2 / 40).sum()
    assert chi2 < len(likely) + 5 * math.sqrt(2 * len(likely))


@pytest.mark.parametrize("kind", ["reshuffled", "shuffled_once"])
@pytest.mark.parametrize("name", optimizers.names())
def test_a_full_batch_in_any_order_changes_nothing(name: str, kind: str) -> None:
    runner, full = optimizers.get(name), optimizers.noise("minibatch", batch=SIZE, drawn=kind)
    plain = optimizers.trace(GROUND, runner, steps=5)
    rows = min(len(plain.path), 3)
    for seed in (0, 1):
        run = optimizers.trace(GROUND, runner, steps=5, noise=full, seed=seed)
        np.testing.assert_allclose(run.path[:rows], plain.path[:rows], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(run.gradient[0], plain.gradient[0], rtol=1e-12, atol=1e-13)


def test_the_same_expectation_and_a_variance_that_falls_like_one_over_the_batch() -> None:
    exact = GROUND.gradient(*GROUND.start)
    spread = {}
    for batch in (1, 4, 16):
        run = still(optimizers.noise("minibatch", batch=batch, drawn="with_replacement"), steps=20_000)
        error = run.gradient - exact
        assert np.all(np.abs(error.mean(axis=0)) < 5 * error.std(axis=0) / math.sqrt(len(error)))
        spread[batch] = float((error**2).sum(axis=1).mean())
    for batch, variance in spread.items():
        assert variance * batch == pytest.approx(spread[1], rel=0.05)


def test_nesterov_asks_its_batch_ahead() -> None:
    kind = optimizers.noise("minibatch", batch=3)
    run = optimizers.trace(GROUND, optimizers.get("nesterov", lr=0.05, momentum=0.9), steps=30, noise=kind, seed=5)
    ones = drawn_examples(still(optimizers.noise("minibatch", batch=1), steps=92, seed=5))
    velocity = np.diff(run.path, axis=0, prepend=run.path[:1])
    for k in range(31):
        ahead = run.path[k] + 0.9 * velocity[k]
        batch = examples(GROUND, *ahead)[ones[3 * k : 3 * k + 3]]
        np.testing.assert_allclose(run.gradient[k], batch.mean(axis=0), rtol=1e-10, atol=1e-12)


def test_sam_asks_one_batch_twice() -> None:
    kind = optimizers.noise("minibatch", batch=3)
    run = optimizers.trace(GROUND, optimizers.get("sam", lr=0.05, rho=0.2), steps=30, noise=kind, seed=5)
    ones = drawn_examples(still(optimizers.noise("minibatch", batch=1), steps=92, seed=5))
    for k in range(31):
        batch = ones[3 * k : 3 * k + 3]
        slope = examples(GROUND, *run.path[k])[batch].mean(axis=0)
        climbed = run.path[k] + 0.2 * slope / np.hypot(*slope)
        np.testing.assert_allclose(run.probes[k], climbed, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(run.gradient[k], examples(GROUND, *climbed)[batch].mean(axis=0), rtol=1e-9)


def test_the_same_bits_from_sixteen_threads() -> None:
    kind = optimizers.noise("minibatch", batch=4)
    with ThreadPoolExecutor(16) as pool:
        runs = list(pool.map(lambda _: still(kind, steps=500), range(64)))
    assert len({run.gradient.tobytes() for run in runs}) == 1
    assert still(kind, steps=200).gradient.tobytes() == runs[0].gradient[:201].tobytes()


def test_only_data_has_minibatches() -> None:
    with pytest.raises(ValueError, match="not made of data"):
        still(optimizers.noise("minibatch"), ground=landscapes.get("rosenbrock"))
    with pytest.raises(ValueError, match="is blurred: it has no minibatches"):
        still(optimizers.noise("minibatch"), ground=landscapes.blurred(GROUND, 0.5))
    with pytest.raises(TypeError, match="reshuffled, shuffled_once, with_replacement"):
        optimizers.noise("minibatch", drawn="sorted")
