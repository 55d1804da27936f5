"""Claims of the sentence that describes each method, over the settings that it is about."""

import math

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import Trajectory

EXACT = {"line_search": "exact"}
BOWLS = [(condition, angle) for condition in (1.5, 10.0, 300.0) for angle in (0.0, 30.0, 77.0)]
HILLS = ("quadratic", "rosenbrock", "himmelblau", "styblinski_tang", "beale", "easom", "sigmoid_plateau", "rastrigin")


def steps(run: Trajectory) -> np.ndarray:
    return np.diff(run.path, axis=0)


# Momentum: "steady slopes add up and zigzags shrink"


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.9, 0.99])
def test_steady_slopes_add_up_to_one_over_one_minus_the_momentum(alpha: float) -> None:
    ground = landscapes.get("quadratic", condition=1e8, angle=0.0)  # an almost constant slope along x
    run = optimizers.trace(ground, optimizers.get("momentum", lr=1.0, momentum=alpha), start=(4.0, 0.0), steps=2000)
    pushes = -run.gradient[:-1, 0]
    grown = steps(run)[:, 0] / pushes
    assert grown[0] == pytest.approx(1)
    assert grown[-1] == pytest.approx(1 / (1 - alpha), rel=0.01)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.9])
def test_zigzags_shrink_to_one_over_one_plus_the_momentum(alpha: float) -> None:
    """At the edge 2 (1 + α) / λ the gradient alternates forever, with constant size."""
    ground = landscapes.get("quadratic", condition=1.0, angle=0.0)
    momentum = optimizers.get("momentum", lr=2 * (1 + alpha), momentum=alpha)
    run = optimizers.trace(ground, momentum, start=(0.0, 3.0), steps=400)
    late = slice(300, 400)
    assert np.all(np.diff(np.sign(run.gradient[late, 1])) != 0)
    shares = np.abs(steps(run)[late, 1]) / (2 * (1 + alpha) * np.abs(run.gradient[late, 1]))
    np.testing.assert_allclose(shares, 1 / (1 + alpha), rtol=1e-6)


# Adam: "a step of about the learning rate ... as long as the gradient stays alike"


@pytest.mark.parametrize("surface", HILLS)
@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.5, 0.9), (0.99, 0.9999), (0.0, 0.0)])
def test_adams_step_is_its_rate_but_for_how_the_gradient_has_changed(surface: str, beta1: float, beta2: float) -> None:
    """Both means lie between the smallest and the largest gradient so far, so their ratio is at most that of these."""
    adam = optimizers.get("adam", lr=0.02, beta1=beta1, beta2=beta2, eps=0.0)
    run = optimizers.trace(landscapes.get(surface), adam, steps=300)
    shares, checked = np.abs(steps(run)) / 0.02, 0
    for i in range(2):
        gradients = run.gradient[:-1, i]
        alike = np.minimum.accumulate(gradients) * np.maximum.accumulate(gradients) > 0
        sizes = np.abs(gradients)
        change = np.maximum.accumulate(sizes)[alike] / np.minimum.accumulate(sizes)[alike]
        checked += len(change)
        assert np.all(shares[alike, i] <= change * (1 + 1e-9))
        assert np.all(shares[alike, i] >= (1 - 1e-9) / change)
        within = change < 1.2
        assert np.all(np.abs(shares[alike, i][within] - 1) < 0.2)
    assert checked > 5


def test_where_the_gradient_changes_size_adams_step_is_not_its_rate() -> None:
    """Into Easom's hole and away from it the gradients differ by orders of magnitude."""
    run = optimizers.trace(landscapes.get("easom"), optimizers.get("adam", lr=0.5), start=(-2.0, 3.0), steps=300)
    assert (np.abs(steps(run)).max(axis=1) / 0.5).min() < 1e-2


# Lion: "apart from weight decay, each coordinate moves by just the learning rate"


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau", "quadratic"])
@pytest.mark.parametrize("decay", [0.0, 0.01, 1.0])
@pytest.mark.parametrize("lr", [1e-4, 0.01])
def test_lion_moves_by_its_rate_apart_from_the_decay(surface: str, decay: float, lr: float) -> None:
    run = optimizers.trace(landscapes.get(surface), optimizers.get("lion", lr=lr, weight_decay=decay), steps=200)
    moved = steps(run) + lr * decay * run.path[:-1]
    np.testing.assert_allclose(np.abs(moved), lr, rtol=1e-9)


# Line searches


@pytest.mark.parametrize(("condition", "angle"), BOWLS)
def test_an_exact_coordinate_step_ends_where_the_slope_along_its_axis_is_zero(condition: float, angle: float) -> None:
    ground = landscapes.get("quadratic", condition=condition, angle=angle)
    method = optimizers.get("coordinate_descent", **EXACT)
    run = optimizers.trace(ground, method, start=(3.0, 2.0), steps=10)
    for k in range(1, len(run.path)):
        assert abs(run.gradient[k, (k - 1) % 2]) <= 1e-12 * np.abs(run.gradient[0]).max()


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau", "styblinski_tang"])
def test_the_wolfe_search_only_comes_near_it(surface: str) -> None:
    run = optimizers.trace(landscapes.get(surface), optimizers.get("coordinate_descent"), steps=20)
    ratios = [abs(run.gradient[k, (k - 1) % 2] / run.gradient[k - 1, (k - 1) % 2]) for k in range(1, 5)]
    assert max(ratios) <= 0.1
    assert max(ratios) > 1e-6


@pytest.mark.parametrize(("condition", "angle"), BOWLS)
@pytest.mark.parametrize("name", ["steepest_descent", "conjugate_gradient", "bfgs", "lbfgs"])
def test_after_an_exact_search_the_gradient_is_at_a_right_angle(name: str, condition: float, angle: float) -> None:
    ground = landscapes.get("quadratic", condition=condition, angle=angle)
    run = optimizers.trace(ground, optimizers.get(name, **EXACT), start=(-3.4, 2.6), steps=4)
    moved, g = steps(run)[0], run.gradient[1]
    assert abs(moved @ g) <= 1e-9 * math.hypot(*moved) * math.hypot(*run.gradient[0])


@pytest.mark.parametrize("name", ["bfgs", "lbfgs"])
@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau", "beale", "styblinski_tang", "two_weight_network"])
def test_near_a_minimum_the_steps_of_quasi_newton_become_like_newtons(name: str, surface: str) -> None:
    ground = landscapes.get(surface)
    run = optimizers.trace(ground, optimizers.get(name), steps=500)
    assert run.outcome == "converged"
    newton = [-np.linalg.solve(ground.hessian(*at), ground.gradient(*at)) for at in run.path[:-1]]
    off = np.hypot(*(steps(run) - newton).T) / np.hypot(*np.transpose(newton))
    assert off[-3:].min() < 0.1
    assert off[-3:].min() < off[0] / 3
