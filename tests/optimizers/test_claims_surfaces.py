"""Claims of the sentence that describes each surface, over the settings that it is about."""

import math

import numpy as np
import pytest

import landscapes
import optimizers
from landscapes import Landscape


def mesh(ground: Landscape, count: int = 101) -> tuple[np.ndarray, np.ndarray]:
    (x0, x1), (y0, y1) = ground.domain
    return np.meshgrid(np.linspace(x0, x1, count), np.linspace(y0, y1, count))


@pytest.mark.parametrize("condition", [9.0, 100.0, 1000.0])
def test_ill_conditioning_is_one_rate_too_large_across_and_too_small_along(condition: float) -> None:
    """At half the largest stable rate, across is done at once and along takes a number of steps proportional to κ."""
    ground = landscapes.get("quadratic", condition=condition, angle=0.0)
    across, along = (
        optimizers.trace(ground, optimizers.get("sgd", lr=1.0), start=start, steps=100_000)
        for start in ((0.0, 3.0), (3.0, 0.0))
    )
    assert across.stopped_at == 1
    assert along.stopped_at > 10 * condition
    assert optimizers.trace(ground, optimizers.get("sgd", lr=2.1), start=(3.0, 3.0), steps=2000).outcome == "diverged"


@pytest.mark.parametrize("lr", [1e-4, 1e-3, 1e-2])
@pytest.mark.parametrize("start", [(0.3, 0.2), (0.1, -0.3), (-0.2, 0.05)])
def test_ackleys_minimum_is_a_sharp_point(lr: float, start: tuple[float, float]) -> None:
    ground = landscapes.get("ackley")
    run = optimizers.trace(ground, optimizers.get("sgd", lr=lr), start=start, steps=8000)
    assert run.outcome == "out_of_steps"
    late = np.diff(run.path[-200:], axis=0)
    assert np.hypot(*late.T).min() > 2.5 * lr
    assert (np.sum(late[1:] * late[:-1], axis=1) < 0).all()
    assert np.hypot(*run.path[-200:].T).max() < 10 * lr


def test_at_the_monkeys_saddle_the_curvature_is_zero() -> None:
    ground = landscapes.get("monkey_saddle")
    for strength in (ground.parameters[0].low, ground.parameters[0].default, ground.parameters[0].high):
        here = landscapes.get("monkey_saddle", **{ground.parameters[0].name: strength})
        assert not np.any(here.hessian(0.0, 0.0))
        assert np.any(here.hessian(0.1, 0.1))


def test_one_step_on_the_cliff_face_can_throw_a_runner_far_past_the_minimum() -> None:
    ground = landscapes.get("smooth_step_cliff")
    (x0, x1), _ = ground.domain
    run = optimizers.trace(ground, optimizers.get("sgd", lr=1.0), start=(0.0, 0.0), steps=1)
    assert run.path[1, 0] < ground.minima[0][0] - (x1 - x0) / 2


def test_on_this_side_of_the_mountain_downhill_is_the_wrong_way() -> None:
    """At every setting of the knobs: up to the top the loss increases towards the low plain, then it decreases."""
    for c0 in (0.1, 1.0, 4.0):
        for c1 in (0.5, 3.0, 10.0):
            ground = landscapes.get("mountain", c0=c0, c1=c1)
            slopes = ground.gradient(np.linspace(-8, 8, 1601), 0.0)[:, 0]
            top = int((slopes > 0).sum())
            assert np.all(slopes[:top] > 0)
            assert np.all(slopes[top:] < 0)
            assert ground.value(20.0, 0.0) < ground.value(-20.0, 0.0)
    assert landscapes.get("mountain").gradient(*landscapes.get("mountain").start)[0] > 0


def test_the_smaller_the_pull_the_more_steps() -> None:
    for name, values in (("sgd", {"lr": 0.2}), ("coordinate_descent", {"line_search": "exact"})):
        steps = []
        for alpha in (1.0, 0.1, 0.01):
            ground = landscapes.get("coupled_quadratic", alpha=alpha)
            run = optimizers.trace(ground, optimizers.get(name, **values), steps=20_000)
            assert run.outcome == "converged"
            steps.append(run.stopped_at)
        assert steps[0] < steps[1] < steps[2]


def test_the_camels_minima() -> None:
    six = landscapes.get("six_hump_camel")
    heights = [float(six.value(*one)) for one in six.minima]
    assert len(heights) == 6
    assert sum(height < min(heights) + 1e-9 for height in heights) == 2
    three = landscapes.get("three_hump_camel")
    slow, fast = (
        optimizers.trace(three, optimizers.get(name, lr=0.02, **values), steps=2000)
        for name, values in (("sgd", {}), ("momentum", {"momentum": 0.9}))
    )
    assert slow.outcome == fast.outcome == "converged"
    assert not slow.best
    assert fast.best


@pytest.mark.parametrize(("c", "outside"), [(0.2, True), (0.25, True), (1.5, False)])
def test_with_a_small_c_the_deep_ripples_are_outside(c: float, outside: bool) -> None:
    best = landscapes.get("cosine_ripples", c=c).minima[0]
    assert (math.hypot(*best) > 2) == outside


def test_many_times_the_same_weight() -> None:
    for many in (10.0, 15.0):
        ground = landscapes.get("power_chain", **{landscapes.get("power_chain").parameters[0].name: many})
        w, b = np.linspace(-0.5, 0.5, 51), 0.3
        assert np.ptp(ground.value(w, b)) < 0.01
        assert abs(ground.gradient(1.5, b)[0]) > 100


@pytest.mark.parametrize("kind", ["deep_chain", "deep_chain_normalized"])
def test_every_layer_of_the_chain_counts_unless_it_is_normalized(kind: str) -> None:
    """c > 1: steeper with every layer; c < 1: flatter near zero."""

    def slopes(layers: float, others: float) -> np.ndarray:
        ground = landscapes.get(kind, layers=layers, others=others)
        return np.hypot(*np.moveaxis(ground.gradient(*mesh(ground)), -1, 0))

    steep = [slopes(layers, 1.3).max() for layers in (4.0, 8.0, 16.0)]
    if kind == "deep_chain":
        assert steep[0] < steep[1] / 2 < steep[2] / 4
        flat = [
            float(np.hypot(*landscapes.get(kind, layers=layers, others=0.6).gradient(0.2, 0.2)))
            for layers in (4.0, 8.0, 16.0)
        ]
        assert flat[0] > 2 * flat[1] > 4 * flat[2]
    else:
        assert max(steep) < 1.01 * min(steep)


def test_away_from_zero_only_the_sign_of_the_normalized_weight_matters() -> None:
    ground = landscapes.get("deep_chain_normalized")
    w = np.linspace(0.5, 2.0, 50)
    for last in (-1.0, 0.5, 1.0):
        assert np.ptp(ground.value(w, last)) < 0.1
        assert np.ptp(ground.value(-w, last)) < 0.1
        assert abs(float(ground.value(1.0, last)) - float(ground.value(-1.0, last))) > 1
