"""Theoretical learning rates, against the spectral radius of the step and against runs."""

import math
from dataclasses import replace

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import Lane, Race


def radius(name: str, lr: float, alpha: float, curvature: float) -> float:
    """The larger modulus of the roots of a step's characteristic polynomial."""
    kept = 1 - lr * curvature
    polynomial = (
        [1, -(1 + alpha) * kept, alpha * kept] if name == "nesterov" else [1, -(1 + alpha - lr * curvature), alpha]
    )
    return float(np.abs(np.roots(polynomial)).max())


def bowl(name: str, condition: float, **values: float) -> Race:
    values_ = tuple(optimizers.get(name, **values).values.items())
    return Race("quadratic", (Lane(name, values_),), (1.0, 1.0), (("condition", condition), ("angle", 20.0)), 2000)


@pytest.mark.parametrize("condition", [1.0, 4.0, 100.0])
@pytest.mark.parametrize(
    ("name", "alpha"), [("sgd", 0.0), *((name, a) for name in ("momentum", "nesterov") for a in (0.1, 0.5, 0.9, 0.99))]
)
def test_at_the_edge_a_root_is_on_the_unit_circle(name: str, alpha: float, condition: float) -> None:
    values = {} if name == "sgd" else {"momentum": alpha}
    theory = optimizers.rates(bowl(name, condition, **values), 0)
    assert theory is not None
    steepest = landscapes.get("quadratic", condition=condition, angle=20.0).hessian(0.0, 0.0)
    low, high = np.linalg.eigvalsh(steepest)
    assert radius(name, theory.edge, alpha, high) == pytest.approx(1, abs=1e-6)
    assert radius(name, theory.edge * 1.01, alpha, high) > 1
    for curvature in (low, high):
        assert radius(name, theory.edge * 0.99, alpha, curvature) < 1
    for share, outcome in ((0.98, "converged"), (1.05, "diverged")):
        lr = share * theory.edge
        (run,) = optimizers.run(replace(bowl(name, condition, lr=lr, **values), steps=100_000))
        assert run.outcome == outcome


@pytest.mark.slow
@pytest.mark.parametrize("condition", [1.0, 4.0, 30.0, 100.0, 1e4])
@pytest.mark.parametrize("alpha", [0.0, 0.2, 0.5, 0.9, 0.99])
def test_every_rate_from_the_first_to_the_last_contracts_alike_and_none_faster(alpha: float, condition: float) -> None:
    theory = optimizers.rates(bowl("momentum", condition, momentum=alpha), 0)
    assert theory is not None
    assert theory.fastest is not None
    first, last = theory.fastest
    assert 0 < first <= last < theory.edge
    low, high = np.linalg.eigvalsh(landscapes.get("quadratic", condition=condition).hessian(0.0, 0.0))

    def worst(lr: float) -> float:
        return max(radius("momentum", lr, alpha, curvature) for curvature in (low, high))

    fastest = min(worst(lr) for lr in np.linspace(0.001, 1, 1000) * theory.edge)
    # At the ends both roots are equal, which NumPy computes only to 1e-8.
    for lr in np.linspace(first, last, 20):
        assert worst(lr) <= fastest + 1e-7
        assert worst(lr) == pytest.approx(worst(first), abs=1e-7)
    for outside in (0.97 * first, 0.5 * (last + theory.edge)):
        assert worst(outside) > worst(first) + 1e-6


def test_polyaks_pair_is_the_best_of_all() -> None:
    condition = 25.0
    root = math.sqrt(condition)
    alpha = ((root - 1) / (root + 1)) ** 2
    low, high = np.linalg.eigvalsh(landscapes.get("quadratic", condition=condition).hessian(0.0, 0.0))
    theory = optimizers.rates(bowl("momentum", condition, momentum=alpha), 0)
    assert theory is not None
    pair = 4 / (math.sqrt(low) + math.sqrt(high)) ** 2
    assert theory.fastest == pytest.approx((pair, pair))
    for curvature in (low, high):
        assert radius("momentum", pair, alpha, curvature) == pytest.approx(math.sqrt(alpha), abs=1e-6)


def test_rates_that_contract_alike_need_not_need_the_same_number_of_steps() -> None:
    ground = bowl("momentum", 30.0, momentum=0.9)
    theory = optimizers.rates(ground, 0)
    assert theory is not None
    assert theory.fastest == pytest.approx((0.079, 3.797), abs=5e-4)
    rates = np.geomspace(*theory.fastest, 50).tolist()
    runs = [optimizers.run(bowl("momentum", 30.0, momentum=0.9, lr=lr))[0] for lr in rates]
    steps = [int(np.argmax(one.loss <= 1e-8 * one.loss[0])) for one in runs]
    assert 0 < min(steps) < 0.7 * max(steps)


def test_where_there_is_no_such_rate() -> None:
    for name in set(optimizers.names()) - {"sgd", "momentum", "nesterov"}:
        assert optimizers.rates(Race("quadratic", (Lane(name),), (1.0, 1.0)), 0) is None
    assert optimizers.rates(Race("quadratic", (Lane("nesterov", (("growth", 1.0),)),), (1.0, 1.0)), 0) is None
    for flat in ("mountain", "product_network"):  # no minimum, and a curve of minima
        assert optimizers.rates(Race(flat, (Lane("sgd"),), (1.0, 1.0)), 0) is None
    with pytest.raises(ValueError, match="lane must be"):
        optimizers.rates(Race("quadratic", (Lane("sgd"),), (1.0, 1.0)), 1)
