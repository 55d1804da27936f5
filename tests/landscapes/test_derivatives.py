"""Values, gradients and Hessians against sources independent of the kernels."""

from typing import Any

import numpy as np
import pytest

import landscapes
from tests.landscapes.settings import LABELS, NAMES, SETTINGS, points, slow_settings
from tests.landscapes.twins import TWINS, jet


def differences(computed: np.ndarray, expected: list[Any]) -> np.ndarray:
    """The errors of value, gradient and Hessian of one jet, relative to the norm of each."""
    exact = np.array([float(number) for number in expected])
    parts = (slice(0, 1), slice(1, 3), slice(3, 6))
    off = [np.linalg.norm(computed[part] - exact[part]) for part in parts]
    size = [np.linalg.norm(exact[part]) for part in parts]
    return np.array(off) / np.maximum(size, 1e-290)


@pytest.mark.parametrize("name", NAMES)
def test_has_a_twin(name: str) -> None:
    assert name in TWINS, TWINS.lacks(name)


@pytest.mark.parametrize(("name", "parameters"), slow_settings((), SETTINGS), ids=LABELS)
def test_agrees_with_its_twin(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    for x, y in points(landscape, 20):
        off = differences(landscape.jet(x, y), jet(name, x, y, dict(landscape.values)))
        assert off.max() <= 1e-8, (x, y, off)


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        *(("ackley", x, y) for x, y in ((1e-3, 0.0), (0.0, -1e-6), (2e-9, -1e-9))),
        *(("mccormick", x, y) for x, y in ((-1.5, -3.0), (-3.0, -4.0), (-50.0, -60.0))),
        *(("asymptote", x, 1.0) for x in (-100.0, 100.0)),
        *(("tanh_pair", x, y) for x, y in ((0.0, 1e-9), (30.0, -0.1), (400.0, 2.0))),
    ],
)
def test_agrees_with_its_twin_where_random_points_seldom_are(name: str, x: float, y: float) -> None:
    """By a tip, behind a wall, far out."""
    landscape = landscapes.get(name)
    assert differences(landscape.jet(x, y), jet(name, x, y, dict(landscape.values))).max() <= 1e-8


@pytest.mark.parametrize("entry", range(6))
def test_a_wrong_entry_would_be_noticed(entry: int) -> None:
    landscape = landscapes.get("rosenbrock")
    wrong = landscape.jet(0.3, 0.4)
    wrong[entry] *= 1 + 1e-6
    assert differences(wrong, jet("rosenbrock", 0.3, 0.4, dict(landscape.values))).max() > 1e-8


@pytest.mark.parametrize("name", NAMES)
def test_agrees_with_finite_differences(name: str) -> None:
    landscape, h = landscapes.get(name), 1e-6
    x, y = points(landscape, 200, seed=1).T
    gradient = np.stack(
        [
            (landscape.value(x + h, y) - landscape.value(x - h, y)) / (2 * h),
            (landscape.value(x, y + h) - landscape.value(x, y - h)) / (2 * h),
        ],
        axis=-1,
    )
    hessian = np.stack(
        [
            (landscape.gradient(x + h, y) - landscape.gradient(x - h, y)) / (2 * h),
            (landscape.gradient(x, y + h) - landscape.gradient(x, y - h)) / (2 * h),
        ],
        axis=-1,
    )
    noise = 1e-9 * (1 + np.abs(landscape.value(x, y)))
    off = np.linalg.norm(landscape.gradient(x, y) - gradient, axis=-1)
    assert (off <= noise + 1e-5 * np.linalg.norm(gradient, axis=-1)).all()
    noise = 1e-9 * (1 + np.linalg.norm(landscape.gradient(x, y), axis=-1))
    off = np.linalg.norm(landscape.hessian(x, y) - hessian, axis=(-1, -2))
    assert (off <= noise + 1e-5 * np.linalg.norm(hessian, axis=(-1, -2))).all()
