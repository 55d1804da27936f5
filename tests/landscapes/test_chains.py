"""The properties that the chains of weights illustrate, with numbers."""

import math

import numpy as np
import pytest

import landscapes
import optimizers
from landscapes import Landscape, Point


@pytest.mark.parametrize("w", [0.5, 0.8, 1.2, 1.4])
def test_the_gradient_through_time_grows_or_dies_like_a_power(w: float) -> None:
    """log |f_w / (T f_b)| against T is a line of slope log w: f_w = 2u T w^(T-1) and f_b = 2u."""
    steps = np.arange(2, 20)
    by_w, by_b = np.array([landscapes.get("power_chain", steps=int(t)).gradient(w, 0.3) for t in steps]).T
    slope = np.polyfit(steps, np.log(np.abs(by_w / (steps * by_b))), 1)[0]
    assert slope == pytest.approx(np.log(w), rel=1e-9)


@pytest.mark.parametrize(("w", "power"), [(0.5, 1), (0.7, 1), (1.3, 2), (1.45, 2)])
def test_the_gradient_itself_grows_or_dies_like_a_power(w: float, power: int) -> None:
    """Below one only T w^(T-1) vanishes, since the error u tends to a constant; above one u grows like w^T too."""
    steps = np.arange(13, 20)
    by_w = np.array([landscapes.get("power_chain", steps=int(t)).gradient(w, 0.3)[0] for t in steps])
    slope = np.polyfit(steps, np.log(np.abs(by_w) / steps), 1)[0]
    assert slope == pytest.approx(power * np.log(w), rel=0.02)


@pytest.mark.parametrize("others", [0.5, 0.8, 1.3, 2.0])
def test_the_slope_of_the_chain_goes_like_a_power_of_its_depth(others: float) -> None:
    """At w₁ w_l = 0 the error is -1, so the gradient is exactly -2 w_l cˡ⁻²."""
    for layers in range(2, 31):
        gradient = landscapes.get("deep_chain", layers=layers, others=others).gradient(0.0, 2.0)
        assert gradient[0] == pytest.approx(-4 * others ** (layers - 2), rel=1e-12)
        assert gradient[1] == 0


def steepest(landscape: Landscape) -> float:
    """The largest gradient on a grid over the map."""
    x, y = (np.linspace(low, high, 201) for low, high in landscape.domain)
    return float(np.linalg.norm(landscape.gradient(x[:, None], y), axis=-1).max())


def fewest_steps(landscape: Landscape, start: Point) -> float:
    """Steps of gradient descent to a minimum at the best of 81 learning rates, infinite if more than 20000."""
    runs = [
        optimizers.trace(landscape, optimizers.get("sgd", lr=float(rate)), start, steps=20_000)
        for rate in np.geomspace(1e-7, 10, 81)
    ]
    return min((run.stopped_at for run in runs if run.outcome == "converged"), default=math.inf)


def test_batch_normalization_makes_depth_harmless() -> None:
    """Five, ten and twenty layers: without it the largest gradient is 229, 2998 and 559684; with it always 76."""
    plain = [landscapes.get("deep_chain", layers=layers) for layers in (5, 10, 20)]
    normalized = [landscapes.get("deep_chain_normalized", layers=layers) for layers in (5, 10, 20)]
    assert [steepest(one) for one in plain] == pytest.approx([228.852, 2998.435, 559684.361], rel=1e-6)
    assert [steepest(one) for one in normalized] == pytest.approx([75.616] * 3, rel=1e-4)
    assert [fewest_steps(one, (2.0, 2.0)) <= 12 for one in normalized] == [True] * 3
    assert fewest_steps(plain[1], (2.0, 2.0)) > 50
    assert fewest_steps(plain[2], (2.0, 2.0)) > 1000


def test_what_batch_normalization_leaves_of_the_lower_weights() -> None:
    """Their scale has no effect, and far from zero a hidden weight has no slope: the loss is (±w_l - 1)²."""
    values = [
        landscapes.get("deep_chain_normalized", others=others, delta=1e-6).value(np.array([-2.0, -0.5, 0.5, 2.0]), 0.7)
        for others in (0.5, 1.0, 3.0)
    ]
    np.testing.assert_allclose(values, [[1.7**2, 1.7**2, 0.3**2, 0.3**2]] * 3, rtol=3e-5)


@pytest.mark.parametrize("layers", [5, 10, 20])
def test_skip_connections_make_small_weights_learn(layers: int) -> None:
    """All weights 0.1: the gradient of the plain chain is √8 · 0.1^(l-1); with skip connections 30 steps are enough."""
    plain = landscapes.get("deep_chain", layers=layers, others=0.1)
    skip = landscapes.get("deep_chain_skip", layers=layers, others=0.1)
    assert np.linalg.norm(plain.gradient(0.1, 0.1)) == pytest.approx(math.sqrt(8) * 0.1 ** (layers - 1), rel=1e-4)
    assert np.linalg.norm(skip.gradient(0.1, 0.1)) > 1
    assert fewest_steps(skip, (0.1, 0.1)) <= 30
    assert fewest_steps(plain, (0.1, 0.1)) > 500


def test_skip_connections_move_every_weight_by_one() -> None:
    plain, skip = landscapes.get("deep_chain", others=1.1), landscapes.get("deep_chain_skip", others=0.1)
    x = np.linspace(-2, 2, 21)
    np.testing.assert_allclose(skip.jet(x - 1, x[:, None] - 1), plain.jet(x, x[:, None]), rtol=1e-9, atol=1e-12)
