"""What the chains of weights are there to show, with its numbers."""

import numpy as np
import pytest

import landscapes


@pytest.mark.parametrize("w", [0.5, 0.8, 1.2, 1.4])
def test_the_gradient_through_time_grows_or_dies_like_a_power(w: float) -> None:
    """log |f_w / (T f_b)| against T is a line of slope log w: f_w = 2u T w^(T-1) and f_b = 2u."""
    steps = np.arange(2, 20)
    by_w, by_b = np.array([landscapes.get("power_chain", steps=int(t)).gradient(w, 0.3) for t in steps]).T
    slope = np.polyfit(steps, np.log(np.abs(by_w / (steps * by_b))), 1)[0]
    assert slope == pytest.approx(np.log(w), rel=1e-9)


@pytest.mark.parametrize(("w", "power"), [(0.5, 1), (0.7, 1), (1.3, 2), (1.45, 2)])
def test_the_gradient_itself_grows_or_dies_like_a_power(w: float, power: int) -> None:
    """Below one only T w^(T-1) dies, as the error u tends to a constant; above one u grows like w^T too."""
    steps = np.arange(13, 20)
    by_w = np.array([landscapes.get("power_chain", steps=int(t)).gradient(w, 0.3)[0] for t in steps])
    slope = np.polyfit(steps, np.log(np.abs(by_w) / steps), 1)[0]
    assert slope == pytest.approx(power * np.log(w), rel=0.02)


@pytest.mark.parametrize("others", [0.5, 0.8, 1.3, 2.0])
def test_the_slope_of_the_chain_goes_like_a_power_of_its_depth(others: float) -> None:
    """At w₁ w_l = 0 the error is -1, so that the gradient is exactly -2 w_l cˡ⁻²."""
    for layers in range(2, 31):
        gradient = landscapes.get("deep_chain", layers=layers, others=others).gradient(0.0, 2.0)
        assert gradient[0] == pytest.approx(-4 * others ** (layers - 2), rel=1e-12)
        assert gradient[1] == 0
