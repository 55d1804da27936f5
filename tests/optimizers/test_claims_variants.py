"""Claims of the files of SAM, Rprop, RAdam, NAdam and the schedule-free methods, each with its number."""

import math

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import Noise, Schedule
from tests.optimizers.test_claims_first_order import rows, without_eps

VALLEY = landscapes.get("rosenbrock")
NOISES = (optimizers.noise("gaussian", 0.3), optimizers.noise("student", 0.3), None)
WAYS = (
    None,
    optimizers.schedule("constant", warmup=20),
    optimizers.schedule("cosine", over=100.0, final=0.1),
    optimizers.schedule("triangular", up=30, low=0.0),
)


# SAM


@pytest.mark.parametrize("momentum", [0.0, 0.8])
@pytest.mark.parametrize("noise", NOISES)
def test_without_a_climb_sam_is_momentum(momentum: float, noise: Noise | None) -> None:
    flat = optimizers.get("sam", lr=1e-3, rho=0.0, momentum=momentum)
    run, plain = (
        optimizers.trace(VALLEY, one, steps=200, noise=noise, seed=3)
        for one in (flat, optimizers.get("momentum", lr=1e-3, momentum=momentum))
    )
    assert run.path.tobytes() == plain.path.tobytes()
    assert run.gradient.tobytes() == plain.gradient.tobytes()
    assert np.array_equal(run.evaluations[:, 1], 2 * plain.evaluations[:, 1])


@pytest.mark.parametrize(("lr", "rho"), [(0.1, 0.05), (0.5, 0.2), (1.5, 0.3)])
def test_sam_ends_jumping_from_side_to_side(lr: float, rho: float) -> None:
    """x <- x - ε λ (x ± ρ) has the cycle of two points at ε λ ρ / (2 - ε λ)."""
    ground = landscapes.get("quadratic", condition=1.0, angle=0.0)
    curvature = float(ground.hessian(0.0, 0.0)[0, 0])
    run = optimizers.trace(ground, optimizers.get("sam", lr=lr, rho=rho), start=(1.0, 0.0), steps=2000)
    away = lr * curvature * rho / (2 - lr * curvature)
    assert run.outcome == "out_of_steps"
    np.testing.assert_allclose(run.path[-2:, 0] * np.sign(run.path[-2:, 0]), away, rtol=1e-9)
    assert run.path[-1, 0] * run.path[-2, 0] < 0


# Rprop


@pytest.mark.parametrize("way", WAYS[1:])
def test_of_a_schedule_rprop_takes_the_first_share(way: Schedule) -> None:
    run = optimizers.trace(VALLEY, optimizers.get("rprop", lr=0.02), steps=200, schedule=way)
    plain = optimizers.trace(VALLEY, optimizers.get("rprop", lr=0.02 * way.factors(1)[0]), steps=200)
    assert run.path.tobytes() == plain.path.tobytes()


@pytest.mark.parametrize("kind", ["norm", "value"])
def test_clipping_of_the_gradient_leaves_rprops_path_alone(kind: str) -> None:
    run, plain = (
        optimizers.trace(VALLEY, optimizers.get("rprop"), steps=200, clip=clip)
        for clip in (optimizers.clip(kind, 0.1), None)
    )
    assert run.clipped.sum() > 100
    assert run.path.tobytes() == plain.path.tobytes()


def test_rprops_first_size_need_not_be_between_the_others() -> None:
    for lr in (1e-9, 100.0):
        run = optimizers.trace(VALLEY, optimizers.get("rprop", lr=lr), steps=1)
        np.testing.assert_allclose(np.abs(run.path[1] - run.path[0]), lr, rtol=1e-6)


def test_rprops_steps_are_its_sizes_and_it_waits_where_a_sign_turns() -> None:
    run = optimizers.trace(VALLEY, optimizers.get("rprop"), steps=300)
    sizes, signs, before = np.abs(np.diff(run.path, axis=0)), np.sign(run.gradient), np.full(2, 0.01)
    waits = 0
    for k in range(1, 300):
        for i in range(2):
            if sizes[k, i] == 0:
                waits += 1
                assert signs[k, i] == -signs[k - 1, i]
                before[i] = max(before[i] / 2, 1e-6)
            else:
                grown = 1.2 * before[i] if sizes[k - 1, i] else before[i]
                assert sizes[k, i] == pytest.approx(grown, rel=1e-9)
                before[i] = grown
    assert waits > 10


# RAdam and NAdam


def test_radams_first_five_steps_are_its_mean_alone() -> None:
    run = optimizers.trace(VALLEY, optimizers.get("radam", lr=1e-5), steps=40)
    weights = [0.1 * 0.9 ** np.arange(k, -1, -1) for k in range(40)]
    means = np.array([w @ run.gradient[: len(w)] / w.sum() for w in weights])
    moved = np.diff(run.path, axis=0) / (-1e-5 * means)
    np.testing.assert_allclose(moved[:5], 1.0, rtol=1e-9)
    assert np.all(moved[5:] < 0.1)


@pytest.mark.parametrize(("beta2", "scales"), [(0.5, False), (2 / 3, False), (0.68, True)])
def test_with_a_short_memory_radam_never_scales(beta2: float, scales: bool) -> None:
    run = optimizers.trace(VALLEY, optimizers.get("radam", lr=1e-5, beta1=0.0, beta2=beta2), steps=300)
    plain = np.allclose(np.diff(run.path, axis=0), -1e-5 * run.gradient[:-1], rtol=1e-7, atol=1e-15)
    assert plain != scales


def test_radams_factor_grows_toward_one() -> None:
    radam = optimizers.get("radam", beta2=0.99)
    run = optimizers.trace(VALLEY, radam, steps=900)
    factors = []
    for k in (5, 6, 10, 50, 200, 899):
        (part,) = [one for one in optimizers.dissect(VALLEY, radam, run, k).parts if one.term == "scaled"]
        factors.append(part.numbers["factor"])
    assert all(np.diff(factors) > 0)
    assert factors[0] < 0.1
    assert 0.999 < factors[-1] < 1


def test_without_a_mean_nadam_is_adam() -> None:
    runs = [optimizers.trace(VALLEY, optimizers.get(name, lr=0.01, beta1=0.0), steps=100) for name in ("nadam", "adam")]
    np.testing.assert_allclose(runs[0].path, runs[1].path, rtol=1e-12, atol=1e-12)


def test_nadam_gives_its_mean_the_weight_of_the_next_step() -> None:
    """On a constant slope every corrected mean is the gradient, so c = g (μ' (1 - βᵏ) / (1 - Π') + ...)."""
    run = rows("ramp", without_eps("nadam", lr=0.01), (0.0, 0.0), 5, (1.0, 0.0, 0.0))
    mu = [0.9 * (1 - 0.5 * 0.96 ** (k * 0.004)) for k in range(1, 8)]
    for k in range(1, 6):
        product = math.prod(mu[:k])
        c = mu[k] * (1 - 0.9**k) / (1 - product * mu[k]) + (1 - mu[k - 1]) / (1 - product)
        np.testing.assert_allclose(run[k, :2] - run[k - 1, :2], (-0.01 * c, 0.01 * c), rtol=1e-10)


@pytest.mark.parametrize("power", [-650, 600])
@pytest.mark.parametrize("name", ["nadam", "schedule_free_adamw", "rprop"])
def test_squares_of_any_size_stay_in_range(name: str, power: int) -> None:
    plain, scaled = (rows("ramp", without_eps(name), (0.5, 0.5), 50, (c, 0.0, 0.0)) for c in (1.0, 2.0**power))
    np.testing.assert_allclose(scaled[:, :2], plain[:, :2], rtol=1e-12)


# Schedule-free


@pytest.mark.parametrize("noise", NOISES)
def test_with_no_share_of_the_average_it_is_sgd_and_its_average(noise: Noise | None) -> None:
    ground = landscapes.get("quadratic", condition=10.0)
    free, sgd = optimizers.get("schedule_free_sgd", lr=0.5, momentum=0.0), optimizers.get("sgd", lr=0.5)
    run, plain = (optimizers.trace(ground, one, steps=200, noise=noise, seed=2) for one in (free, sgd))
    n = min(len(run.path), len(plain.path))
    assert n > 50
    averages = np.cumsum(plain.path[1:n], axis=0) / np.arange(1, n)[:, None]
    np.testing.assert_allclose(run.path[1:n], averages, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(run.gradient[:n], plain.gradient[:n], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["schedule_free_sgd", "schedule_free_adamw"])
def test_the_average_weighs_by_the_square_of_the_largest_rate_so_far(name: str, way: Schedule | None) -> None:
    optimizer = optimizers.get(name, lr=2e-3, weight_decay=0.1)
    run = optimizers.trace(VALLEY, optimizer, steps=150, schedule=way)
    beta = 0.9
    rates = 2e-3 * (way.factors(150) if way else np.ones(150))
    weights = np.maximum.accumulate(rates) ** 2
    x, z, v = run.path[0], run.path[0], np.zeros(2)
    for k, rate in enumerate(rates):
        np.testing.assert_allclose(run.path[k], x, rtol=1e-10, atol=1e-12)
        y = (1 - beta) * z + beta * x
        g = VALLEY.gradient(*y)
        v = 0.999 * v + 0.001 * g**2
        move = g if name == "schedule_free_sgd" else g / (np.sqrt(v / (1 - 0.999 ** (k + 1))) + 1e-8)
        z = z - rate * (move + 0.1 * y)
        c = weights[k] / weights[: k + 1].sum() if weights[k] else 0.0
        x = (1 - c) * x + c * z


@pytest.mark.parametrize("lr", [1e-200, 1e200])
def test_the_weights_of_rates_of_any_size_stay_in_range(lr: float) -> None:
    """On a plateau, where only the decay moves it."""
    run, plain = (
        rows(
            "dish",
            optimizers.get("schedule_free_sgd", lr=one, weight_decay=0.5 / one),
            (2.0, -1.0),
            20,
            (0.0, 0.0, 0.0),
        )
        for one in (lr, 1.0)
    )
    assert len(run) == 21
    np.testing.assert_allclose(run, plain, rtol=1e-12)
