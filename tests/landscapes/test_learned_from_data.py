"""Surfaces that are means over real data: their examples, minibatches, early stopping and the 0-1 loss."""

import math
from itertools import groupby
from typing import Any

import numba
import numpy as np
import pytest

import landscapes
from landscapes import Landscape
from landscapes._data.points import columns
from landscapes.jets import call_example
from landscapes.tools.compiler import VALUES, pointer
from tests.landscapes.settings import SETTINGS, label, points
from tests.landscapes.test_critical_points import critical_points

SIGNATURE = numba.types.void(numba.int64, VALUES, numba.float64, numba.float64, numba.float64[:, ::1])
LEARNED = [(name, parameters) for name, parameters in SETTINGS if landscapes.surfaces()[name][1] == "learned_from_data"]
WITH_GRADIENTS = [setting for setting in LEARNED if setting[0] != "zero_one_loss"]
every_learned = pytest.mark.parametrize(("name", "parameters"), LEARNED, ids=map(label, LEARNED))
every_with_gradients = pytest.mark.parametrize(("name", "parameters"), WITH_GRADIENTS, ids=map(label, WITH_GRADIENTS))
both_sets = pytest.mark.parametrize("validation", [0, 1])


@numba.njit(SIGNATURE)
def write(example: Any, values: Any, x: float, y: float, jets: Any) -> None:
    for i in range(jets.shape[0]):
        jet = call_example(example, x, y, pointer(values), i)
        jets[i, 0], jets[i, 1], jets[i, 2], jets[i, 3], jets[i, 4], jets[i, 5] = jet


def examples(landscape: Landscape, x: float, y: float) -> np.ndarray:
    """The jet of every example: shape (size, 6)."""
    jets = np.empty((landscape.size, 6))
    write(landscape.example_address, landscape.packed, x, y, jets)
    return jets


def test_the_published_points() -> None:
    """Means and deviations (over n - 1) as published elsewhere, and a published regression."""
    speed, distance = map(np.array, columns("cars"))
    assert (len(speed), speed.mean(), distance.mean()) == (50, 15.4, 42.98)
    np.testing.assert_allclose(np.polyfit(speed, distance, 1), (3.9324, -17.5791), atol=5e-5)
    length, width, virginica = map(np.array, columns("petals"))
    for kind, expected in ((0, (4.260, 0.470, 1.326, 0.198)), (1, (5.552, 0.552, 2.026, 0.275))):
        a, b = length[virginica == kind], width[virginica == kind]
        assert len(a) == 50
        np.testing.assert_allclose((a.mean(), a.std(ddof=1), b.mean(), b.std(ddof=1)), expected, atol=5e-4)
    waiting, duration = map(np.array, columns("geyser"))
    assert len(waiting) == 272
    np.testing.assert_allclose((waiting.mean(), duration.mean()), (70.897, 3.4878), atol=5e-4)
    np.testing.assert_allclose((waiting.std(ddof=1), duration.std(ddof=1)), (13.595, 1.1414), atol=5e-4)


@every_learned
def test_a_surface_is_the_mean_of_its_examples(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    assert landscape.size > 1
    for x, y in points(landscape, 50):
        jets = examples(landscape, x, y)
        np.testing.assert_allclose(landscape.jet(x, y), jets.mean(axis=0), rtol=1e-12, atol=1e-12)


def test_a_surface_without_examples() -> None:
    landscape = landscapes.get("rosenbrock")
    assert (landscape.size, landscape.example_address) == (0, 0)


@pytest.mark.parametrize("name", sorted({name for name, _ in LEARNED}))
def test_training_and_validation_share_the_points(name: str) -> None:
    training, validation = (landscapes.get(name, validation=v) for v in (0, 1))
    assert training.size == (training.size + validation.size) // 4
    x, y = points(training, 500).T
    assert np.abs(training.value(x, y) - validation.value(x, y)).max() > 0.02


@every_with_gradients
def test_the_error_of_a_minibatch_gradient_falls_with_the_root_of_its_size(
    name: str, parameters: dict[str, float]
) -> None:
    landscape = landscapes.get(name, **parameters)
    gradients = examples(landscape, *landscape.start)[:, 1:3]
    sizes, random = np.array([1, 4, 16, 64, 256]), np.random.default_rng(0)
    exact = landscape.gradient(*landscape.start)
    errors = []
    for n in sizes:
        drawn = gradients[random.integers(landscape.size, size=(4000, n))].mean(axis=1)
        errors.append(math.sqrt(((drawn - exact) ** 2).sum(axis=1).mean()))
    slope, _ = np.polyfit(np.log(sizes), np.log(errors), 1)
    assert slope == pytest.approx(-0.5, abs=0.1)
    assert errors[0] == pytest.approx(math.sqrt(gradients.var(axis=0).sum()), rel=0.1)


@pytest.mark.parametrize("name", sorted({name for name, _ in WITH_GRADIENTS}))
def test_no_critical_point_of_the_validation_points_is_missed(name: str) -> None:
    landscape = landscapes.get(name, validation=1)
    points_found = critical_points(landscape)
    declared = [*landscape.minima, *landscape.saddles]
    assert len(points_found) == len(declared)
    assert all(min(math.dist(one, other) for other in declared) <= 1e-5 for one in points_found)


@both_sets
def test_the_network_has_no_better_place_far_out(validation: int) -> None:
    """With the best w₂, the loss decreases to the minimum and then increases towards that of a step function."""
    landscape = landscapes.get("two_weight_network", validation=validation)
    v = np.geomspace(1e-3, 1e6, 2000)
    at_one, at_zero = landscape.value(v, 1.0), landscape.value(v, 0.0)
    curvature = landscape.hessian(v, 0.0)[:, 1, 1]
    best = -landscape.gradient(v, 0.0)[:, 1] / curvature
    loss = landscape.value(v, best)
    assert (loss <= np.minimum(at_one, at_zero)).all()
    lowest = int(loss.argmin())
    assert v[lowest] == pytest.approx(landscape.minima[0][0], rel=0.02)
    assert (np.diff(loss[: lowest + 1]) < 0).all()
    assert (np.diff(loss[lowest:]) >= -1e-15).all()


def test_validation_turns_while_training_falls() -> None:
    """Early stopping: descent on the training points passes the minimum of the validation points and leaves it."""
    training, validation = (landscapes.get("logistic_regression", validation=v) for v in (0, 1))
    w, path = np.array(training.start), []
    for _ in range(1000):
        path.append(w)
        w = w - training.surface.lr * training.gradient(*w)
    x, y = np.array(path).T
    falling, turning = training.value(x, y), validation.value(x, y)
    best = int(turning.argmin())
    assert (np.diff(falling) < 0).all()
    assert 10 < best < 100
    assert (np.diff(turning[best:]) > 0).all()
    assert turning[-1] > 1.3 * turning[best]
    assert turning[best] < validation.infimum + 0.002


@both_sets
def test_no_gradient_of_the_zero_one_loss(validation: int) -> None:
    landscape = landscapes.get("zero_one_loss", validation=validation)
    for wider in (1.0, 1e3):
        x, y = points(landscape, 20000, wider).T
        assert not landscape.jet(x, y)[:, 1:].any()
        assert len(np.unique(landscape.value(x, y))) > 10
        np.testing.assert_array_equal(landscape.value(x, y), landscape.value(1e-3 * x, 1e-3 * y))


@both_sets
def test_every_low_sector_of_the_zero_one_loss_is_declared_once(validation: int) -> None:
    """Around the origin in 200,000 directions, grouped by equal consecutive values."""
    landscape = landscapes.get("zero_one_loss", validation=validation)
    angles = (np.arange(200_000) + 0.5) / 200_000 * 2 * math.pi
    values = landscape.value(np.cos(angles), np.sin(angles))
    turn = int(np.flatnonzero(np.diff(values))[0]) + 1  # so that no group wraps around
    values, angles = np.roll(values, -turn), np.roll(angles, -turn)
    runs = [[i for i, _ in run] for _, run in groupby(enumerate(values), key=lambda pair: pair[1])]
    levels = [values[run[0]] for run in runs]
    low = [run for i, run in enumerate(runs) if levels[i] < min(levels[i - 1], levels[(i + 1) % len(runs)])]
    declared = [math.atan2(y, x) % (2 * math.pi) for x, y in landscape.minima]
    nearest = {int(np.abs(angles - angle).argmin()) for angle in declared}
    assert len(low) == len(declared)
    assert all(len(nearest & set(run)) == 1 for run in low)
    assert landscape.infimum == values.min()


def test_the_surrogate_finds_the_fewest_mistakes_or_nearly() -> None:
    """The best weights misclassify 1 of 25 training flowers, as does logistic regression; 3 and 4 of 75 others."""
    mistakes = []
    for validation in (0, 1):
        loss = landscapes.get("zero_one_loss", validation=validation)
        surrogate = landscapes.get("logistic_regression", validation=validation)
        assert loss.size == surrogate.size
        surrogate_mistakes = float(loss.value(*surrogate.minima[0])) * loss.size
        mistakes.append((round(loss.infimum * loss.size, 9), round(surrogate_mistakes, 9), loss.size))
    assert mistakes == [(1, 1, 25), (3, 4, 75)]
