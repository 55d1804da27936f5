"""Claims of chapter 8 on Nesterov's growing momentum (8.3.3) and on starting with an easier task (8.7.4)."""

import numpy as np
import pytest

import landscapes
import optimizers

START, DISTANCE2 = (-3.0, 2.0), 13.0


def ratios(condition: float, steps: int, growth: str, scale: float = 0.0, seed: int = 0) -> np.ndarray:
    """The excess loss over Nesterov's bound 2 ‖θ₀ - θ*‖² / (ε (k + 1)²), with ε one over the largest curvature."""
    runner = optimizers.get("nesterov", lr=1.0, momentum=0.9, growth=growth)
    bowl = landscapes.get("quadratic", condition=condition)
    run = optimizers.trace(bowl, runner, START, steps, noise=optimizers.noise("gaussian", scale), seed=seed)
    return np.asarray(run.loss * (np.arange(len(run.loss)) + 1.0) ** 2 / (2 * DISTANCE2))


@pytest.mark.parametrize("condition", [1e1, 1e2, 1e4, 1e6, 1e8])
def test_growing_momentum_keeps_one_over_k_squared_on_every_bowl(condition: float) -> None:
    assert ratios(condition, 20_000, "growing").max() <= 1.0


def test_constant_momentum_does_not() -> None:
    assert ratios(1e6, 20_000, "constant").max() > 10.0


def test_under_noise_there_is_no_such_promise() -> None:
    mean = np.mean([ratios(1e4, 1000, "growing", 0.1, seed) for seed in range(30)], axis=0)
    assert mean[-1] > 1000.0


def test_an_easier_task_first_takes_fewer_steps() -> None:
    """A chain of three layers, whose weights are the start of one of ten."""
    runner, scratch = optimizers.get("sgd", lr=0.1), (0.3, 0.3)
    shallow, deep = (landscapes.get("deep_chain", layers=layers, others=0.6) for layers in (3, 10))
    alone = optimizers.trace(deep, runner, scratch, 10_000)
    first = optimizers.trace(shallow, runner, scratch, 10_000)
    x, y = first.path[-1]
    then = optimizers.trace(deep, runner, (float(x), float(y)), 10_000)
    assert alone.outcome == first.outcome == then.outcome == "converged"
    assert first.stopped_at + then.stopped_at < 0.95 * alone.stopped_at
