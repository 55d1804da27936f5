"""Predictions of theory, measured."""

import math

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import Trajectory


def bowl(condition: float, start: tuple[float, float], steps: int, name: str, **values: float) -> Trajectory:
    """A run on ½ (x² / κ + y²)."""
    ground = landscapes.get("quadratic", condition=condition, angle=0.0)
    return optimizers.trace(ground, optimizers.get(name, **values), start=start, steps=steps)


@pytest.mark.parametrize("condition", [5.0, 50.0, 500.0])
def test_descent_contracts_like_kappa(condition: float) -> None:
    low, high = 1 / condition, 1.0
    steps = int(5 * condition)
    run = bowl(condition, (3.0, 3.0), steps, "sgd", lr=2 / (low + high))
    distance = np.linalg.norm(run.path, axis=1)
    rate = (distance[-1] / distance[0]) ** (1 / run.stopped_at)
    assert -math.log(rate) == pytest.approx(-math.log((condition - 1) / (condition + 1)), rel=0.05)


@pytest.mark.parametrize("condition", [25.0, 100.0, 2500.0])
def test_momentum_contracts_like_the_root_of_kappa(condition: float) -> None:
    """Polyak's pair: ε = (2 / (√λ₁ + √λ₂))², α = ((√κ - 1) / (√κ + 1))²."""
    root = math.sqrt(condition)
    rate = (root - 1) / (root + 1)
    steps = int(100 * root)
    ground = landscapes.get("quadratic", condition=condition, angle=0.0)
    best = optimizers.get("momentum", lr=(2 / (1 / root + 1)) ** 2, momentum=rate**2)
    run = optimizers.trace(ground, best, start=(1e6, 1e6), steps=steps)
    distance = np.linalg.norm(run.path, axis=1)
    # Both pairs of eigenvalues are double, so the distance is (a + b k) rateᵏ: divide by the factor k.
    a, b = run.stopped_at // 3, 2 * run.stopped_at // 3
    slope = (math.log(distance[b] / b) - math.log(distance[a] / a)) / (b - a)
    assert slope == pytest.approx(math.log(rate), rel=0.05)


def test_steps_grow_like_kappa() -> None:
    steps = []
    for condition in (100.0, 1000.0, 10000.0):
        run = bowl(condition, (1.0, 1.0), 200_000, "sgd", lr=1.0)
        steps.append(int(np.argmax(np.linalg.norm(run.path, axis=1) < 1e-3)))
    assert steps[1] / steps[0] == pytest.approx(10, rel=0.05)
    assert steps[2] / steps[1] == pytest.approx(10, rel=0.05)


@pytest.mark.parametrize("condition", [1.0, 10.0, 100.0])
def test_descent_is_stable_below_two_over_lambda(condition: float) -> None:
    assert bowl(condition, (1.0, 1.0), 50_000, "sgd", lr=1.99).outcome == "converged"
    over = bowl(condition, (1.0, 1.0), 50_000, "sgd", lr=2.01)
    assert (over.outcome, over.reason) == ("diverged", "left")


@pytest.mark.parametrize("momentum", [0.5, 0.9])
def test_momentum_is_stable_below_two_plus_two_alpha(momentum: float) -> None:
    """Heavy ball on curvature λ is stable for ε λ < 2 (1 + α)."""
    edge = 2 * (1 + momentum)
    assert bowl(10.0, (1.0, 1.0), 50_000, "momentum", lr=0.99 * edge, momentum=momentum).outcome == "converged"
    assert bowl(10.0, (1.0, 1.0), 50_000, "momentum", lr=1.01 * edge, momentum=momentum).outcome == "diverged"


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9, 0.99])
def test_terminal_speed(name: str, momentum: float) -> None:
    """On a constant slope g the speed tends to ε g / (1 - α). At x = 5e7, with κ = 1e8, the slope stays near ½."""
    run = bowl(1e8, (5e7, 0.0), 3000, name, lr=0.01, momentum=momentum)
    speed = run.path[-2, 0] - run.path[-1, 0]
    assert speed == pytest.approx(0.01 * 0.5 / (1 - momentum), rel=1e-4)


@pytest.mark.parametrize("eps", [0.0, 1e-12])
@pytest.mark.parametrize("surface", ["quadratic", "rosenbrock", "himmelblau", "beale"])
def test_adams_first_step_is_the_rate_in_each_coordinate(eps: float, surface: str) -> None:
    ground = landscapes.get(surface)
    run = optimizers.trace(ground, optimizers.get("adam", lr=0.037, eps=eps), steps=1)
    signs = np.sign(ground.gradient(*ground.start))
    np.testing.assert_allclose(run.path[1] - run.path[0], -0.037 * signs, rtol=1e-9)


def test_adam_does_not_mind_the_scale_of_the_loss() -> None:
    """With δ = 0, scaling a coordinate's curvature does not change its first steps: along an axis κ drops out."""
    paths = [bowl(condition, (2.0, 0.0), 50, "adam", lr=0.05, eps=0.0).path for condition in (1.0, 1000.0)]
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-12)


@pytest.mark.parametrize("condition", [1.0, 100.0, 1e4])
@pytest.mark.parametrize("angle", [0.0, 30.0, 77.0])
def test_newton_needs_one_step_on_a_quadratic(condition: float, angle: float) -> None:
    ground = landscapes.get("quadratic", condition=condition, angle=angle)
    run = optimizers.trace(ground, optimizers.get("newton"), start=(-3.0, 2.0))
    assert (run.outcome, run.stopped_at, run.minimum) == ("converged", 1, 0)


def test_newton_converges_quadratically() -> None:
    run = optimizers.trace(landscapes.get("himmelblau"), optimizers.get("newton"), start=(3.3, 2.3), steps=20)
    error = np.linalg.norm(run.path - np.array([3.0, 2.0]), axis=1)
    error = error[(error > 1e-12) & (error < 0.5)]
    assert len(error) >= 3
    assert np.all(error[1:] <= 2 * error[:-1] ** 2)


def test_damping_bounds_newtons_step() -> None:
    """With δ > 0 and H >= 0 the step is at most ‖g‖ / δ; with large δ it is descent at the rate 1 / δ."""
    ground = landscapes.get("quadratic")
    newton = optimizers.trace(ground, optimizers.get("newton", damping=1e6), start=(2.0, 1.0), steps=5)
    sgd = optimizers.trace(ground, optimizers.get("sgd", lr=1e-6), start=(2.0, 1.0), steps=5)
    np.testing.assert_allclose(newton.path, sgd.path, atol=1e-10)


def test_momentum_without_memory_is_descent() -> None:
    runs = [
        optimizers.trace(landscapes.get("rosenbrock"), optimizers.get(name, lr=1e-3, **more), steps=200)
        for name, more in (("sgd", {}), ("momentum", {"momentum": 0.0}), ("nesterov", {"momentum": 0.0}))
    ]
    assert runs[0].path.tobytes() == runs[1].path.tobytes() == runs[2].path.tobytes()


def test_the_path_turns_with_the_bowl() -> None:
    """Descent, momentum and Newton do not depend on the axes; Adam does."""
    turn = math.radians(40)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    straight, rotated = (landscapes.get("quadratic", condition=20.0, angle=angle) for angle in (0.0, 40.0))
    for name, follows in (("sgd", True), ("momentum", True), ("nesterov", True), ("newton", True), ("adam", False)):
        values = {} if name == "newton" else {"lr": 0.05}
        optimizer = optimizers.get(name, **values)
        one = optimizers.trace(straight, optimizer, start=(2.0, 1.0), steps=100)
        other = optimizers.trace(rotated, optimizer, start=tuple(rotation @ (2.0, 1.0)), steps=100)
        rows = min(len(one.path), len(other.path))
        assert np.allclose(one.path[:rows] @ rotation.T, other.path[:rows], atol=1e-8) == follows
