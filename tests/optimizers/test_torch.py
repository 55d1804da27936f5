"""Methods that PyTorch has too follow PyTorch's paths: recorded, and live if PyTorch is installed."""

import json
from typing import Any

import numpy as np
import pytest

import landscapes
import optimizers
from tests.optimizers.record_torch import FILE, OPTIMIZERS, SETTINGS, STARTS, STEPS, VALUES, cases, walk

RECORDED = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


def our_path(surface: str, name: str, values: dict[str, float], steps: int = STEPS) -> np.ndarray:
    """Our iterates, in PyTorch's variable: for Nesterov it stores θ + α v."""
    landscape = landscapes.get(surface, **VALUES.get(surface, {}))
    run = optimizers.trace(landscape, optimizers.get(name, **values), start=STARTS[surface], steps=steps)
    assert run.outcome not in ("diverged", "saddle")
    if name != "nesterov":
        return run.path
    velocity = np.diff(run.path, axis=0, prepend=run.path[:1])
    return run.path + values["momentum"] * velocity


def same(path: np.ndarray, torch_path: np.ndarray, every: int = 1, within: float = 1e-10) -> None:
    """Our path equals PyTorch's at these steps, as far as it goes; where it rests, PyTorch's does too."""
    path, end = path[::every], path[-1]
    rows = min(len(path), len(torch_path))
    assert np.max(np.abs(path[:rows] - torch_path[:rows]) / (1 + np.abs(torch_path[:rows]))) <= within
    assert np.allclose(torch_path[rows:], end, rtol=0, atol=1e-6)


def test_the_recording_holds_every_case() -> None:
    assert [(case["surface"], case["optimizer"], case["values"]) for case in RECORDED] == cases()
    assert all(len(case["path"]) == STEPS // case["every"] + 1 for case in RECORDED)
    assert {case["optimizer"] for case in RECORDED} == set(OPTIMIZERS)


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['optimizer']}-{case['surface']}")
def test_recorded_paths(case: dict[str, Any]) -> None:
    path = our_path(case["surface"], case["optimizer"], case["values"])
    assert len(path) > 5 * case["every"]
    same(path, np.array(case["path"]), case["every"])


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTINGS)
def test_live_paths(name: str) -> None:
    pytest.importorskip("torch")
    for surface in STARTS:
        for values in SETTINGS[name]:
            # RMSProp in Rosenbrock's valley amplifies a difference at the start by 10¹¹ in 300 steps.
            chaotic = (name, surface) == ("rmsprop", "rosenbrock")
            paths = our_path(surface, name, values, 300), np.array(walk(surface, name, values, 300))
            same(*paths, within=1e-8 if chaotic else 1e-10)


def test_the_books_momentum_is_pytorchs() -> None:
    """v = α v - ε g and buf = α buf + g, θ -= ε buf have the same path while ε is constant."""
    landscape = landscapes.get("rosenbrock")
    theta, buffer = np.array([-1.5, 2.3]), np.zeros(2)
    run = optimizers.trace(landscape, optimizers.get("momentum", lr=1e-4, momentum=0.9), start=(-1.5, 2.3), steps=200)
    for row in run.path:
        assert np.allclose(row, theta, rtol=1e-12, atol=1e-12)
        buffer = 0.9 * buffer + landscape.gradient(*theta)
        theta = theta - 1e-4 * buffer


def test_where_the_books_rmsprop_is_not_pytorchs() -> None:
    """√(δ + r) against √r + η: far above both constants the same path, far below them g / √δ against g / η."""
    pytest.importorskip("torch")
    values = {"lr": 0.001, "rho": 0.9, "eps": 1e-12}
    torch_path = np.array(walk("quadratic", "rmsprop", values, 100))
    assert np.abs(our_path("quadratic", "rmsprop", values, 100) - torch_path).max() < 1e-9
    blunt = {"lr": 0.001, "rho": 0.9, "eps": 1e6}
    first = np.diff(our_path("quadratic", "rmsprop", blunt, 1), axis=0)
    np.testing.assert_allclose(first, 1e3 * np.diff(walk("quadratic", "rmsprop", blunt, 1), axis=0), rtol=1e-5)
    mapped = np.array(walk("quadratic", "rmsprop", blunt | {"eps": 1e3}, 300))
    moved = our_path("quadratic", "rmsprop", blunt, 300) - STARTS["quadratic"]
    np.testing.assert_allclose(moved[1:], mapped[1:] - STARTS["quadratic"], rtol=0.01)
