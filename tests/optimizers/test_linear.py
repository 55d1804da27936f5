"""Theory of a noisy run in a bowl, against many seeds and against its own limits."""

import math
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import Lane, Race, Schedule
from optimizers.studies.linear import is_quadratic

SEEDS = 4096
GAUSSIAN, STUDENT = optimizers.noise("gaussian", 0.3), optimizers.noise("student", 0.2, freedom=5.0)
BOWL = Race(
    "quadratic",
    (Lane("sgd", (("lr", 0.5),)),),
    (-3.4, 2.6),
    (("condition", 12.0), ("angle", 30.0)),
    300,
    GAUSSIAN,
    seed=11,
)
METHODS = (Lane("sgd", (("lr", 0.6),)), Lane("momentum", (("lr", 0.15), ("momentum", 0.8))))
SCHEDULES = (None, optimizers.schedule("inverse", over=30.0), optimizers.schedule("cosine", over=200.0, warmup=7))
AVERAGES = (
    optimizers.average("uniform", burn_in=25),
    optimizers.average("ema", decay=0.9),
    optimizers.average("ema_corrected", decay=0.97),
)


def within(sample: Any, theory: Any) -> float:
    """The error of the mean over the first axis, at most, in sampling errors; sums that do not vary have to agree."""
    error = sample.std(axis=0) / math.sqrt(len(sample))
    rounding = 1e-12 * (1 + np.abs(theory))
    return float((np.abs(sample.mean(axis=0) - theory) / (error + rounding)).max())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lane", "schedule", "average", "noise"),
    [*product(METHODS, SCHEDULES, AVERAGES, [GAUSSIAN]), *product(METHODS, [None], AVERAGES[:1], [STUDENT])],
    ids=lambda one: one.optimizer if isinstance(one, Lane) else getattr(one, "kind", "constant"),
)
def test_theory_is_what_many_seeds_do(lane: Lane, schedule: Schedule | None, average: Any, noise: Any) -> None:
    """Means, covariances and losses of all rows within 5 sampling errors: 17 numbers at each of 12 steps."""
    race = replace(BOWL, lanes=(replace(lane, schedule=schedule, average=average),), noise=noise)
    many = optimizers.seeds(race, 0, SEEDS, 12)
    theory = optimizers.predicted(race, 0, many.steps)
    assert theory is not None
    assert theory.exact
    assert many.average is not None
    for points, loss, mean, covariance, excess in (
        (many.path, many.loss, theory.mean, theory.covariance, theory.excess),
        (many.average, many.average_loss, theory.average_mean, theory.average_covariance, theory.average_excess),
    ):
        assert within(points, mean) < 5
        away = points - mean
        assert within(away[..., :, None] * away[..., None, :], covariance) < 5
        assert within(loss, excess) < 5


@pytest.mark.parametrize("average", [None, *AVERAGES, optimizers.average("uniform")])
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("lane", METHODS)
def test_without_noise_the_mean_is_the_run(lane: Lane, schedule: Schedule | None, average: Any) -> None:
    race = replace(BOWL, lanes=(replace(lane, schedule=schedule, average=average),), noise=None, steps=100)
    run = optimizers.run(race)[0]
    theory = optimizers.predicted(race, 0, np.arange(101))
    assert theory is not None
    np.testing.assert_allclose(theory.mean, run.path, atol=1e-12)
    np.testing.assert_allclose(theory.excess, run.loss, atol=1e-12)
    assert (theory.covariance == 0).all()
    if average is None:
        assert theory.average_mean is theory.average_covariance is theory.average_excess is None
    else:
        assert theory.average_mean is not None
        assert theory.average_excess is not None
        np.testing.assert_allclose(theory.average_mean, run.average, atol=1e-12)
        np.testing.assert_allclose(theory.average_excess, run.average_loss, atol=1e-12)


@pytest.mark.parametrize("name", ["booth", "matyas", "coupled_quadratic"])
def test_other_bowls(name: str) -> None:
    lane = Lane("momentum", (("lr", 0.03), ("momentum", 0.5)), average=AVERAGES[0])
    race = Race(name, (lane,), landscapes.get(name).start, steps=150, noise=optimizers.noise("gaussian", 2.0))
    many = optimizers.seeds(race, 0, SEEDS, 10)
    theory = optimizers.predicted(race, 0, many.steps)
    assert theory is not None
    assert theory.exact
    assert within(many.path, theory.mean) < 5
    assert within(many.loss, theory.excess) < 5
    assert within(many.average_loss, theory.average_excess) < 5


@pytest.mark.parametrize("momentum", [None, 0.0, 0.5, 0.9])
@pytest.mark.parametrize("lr", [0.01, 0.5, 1.9])
def test_the_recursion_ends_in_the_stationary_covariance(momentum: float | None, lr: float) -> None:
    lane = Lane("sgd", (("lr", lr),)) if momentum is None else Lane("momentum", (("lr", lr), ("momentum", momentum)))
    race = replace(BOWL, lanes=(lane,))
    theory, end = optimizers.predicted(race, 0, [50_000]), optimizers.stationary(race, 0)
    assert theory is not None
    assert end is not None
    np.testing.assert_allclose(theory.covariance[0], end, rtol=1e-6)
    if not momentum:
        curvature = np.array([1 / 12, 1.0])
        expected = lr * 0.09 / (curvature * (2 - lr * curvature))
        np.testing.assert_allclose(np.linalg.eigvalsh(end), np.sort(expected))


@pytest.mark.parametrize("burn_in", [0, 100])
@pytest.mark.parametrize("lane", METHODS)
def test_the_average_reaches_polyak_and_juditskys_limit(lane: Lane, burn_in: int) -> None:
    race = replace(BOWL, lanes=(replace(lane, average=optimizers.average("uniform", burn_in=burn_in)),))
    n = 100_000
    theory, constant = optimizers.predicted(race, 0, [n]), optimizers.one_over_k(race, 0)
    assert theory is not None
    assert theory.average_covariance is not None
    assert theory.average_excess is not None
    k, hessian = n - burn_in + 1, landscapes.get("quadratic", condition=12.0, angle=30.0).hessian(0.0, 0.0)
    inverse = np.linalg.inv(hessian)
    np.testing.assert_allclose(k * theory.average_covariance[0], 0.09 * inverse @ inverse, rtol=0.01)
    assert constant == pytest.approx(0.09 * np.trace(inverse) / 2, rel=1e-12)
    assert k * theory.average_excess[0] == pytest.approx(constant, rel=0.01)


def test_a_student_of_few_degrees_has_no_variance() -> None:
    for freedom, there in ((1.0, False), (2.0, False), (2.1, True)):
        race = replace(BOWL, noise=optimizers.noise("student", 0.2, freedom=freedom))
        assert (optimizers.predicted(race, 0, [1]) is not None) == there
    s = 0.04 * 5 / 3
    theory = optimizers.predicted(replace(BOWL, noise=STUDENT), 0, [1])
    assert theory is not None
    np.testing.assert_allclose(theory.covariance[0], 0.25 * s * np.eye(2), atol=1e-15)


@pytest.mark.parametrize("lane", [Lane("sgd", (("lr", 2.5),)), Lane("momentum", (("lr", 4.0), ("momentum", 0.9)))])
def test_where_nothing_contracts_the_numbers_grow(lane: Lane) -> None:
    race = replace(BOWL, lanes=(replace(lane, average=AVERAGES[0]),))
    theory = optimizers.predicted(race, 0, [0, 100, 200, 1000, 5000])
    assert theory is not None
    assert theory.average_excess is not None
    for loss in (theory.excess, theory.average_excess):
        assert loss[0] < loss[1] < loss[2]
        assert loss[-1] == math.inf
    assert np.isinf(theory.mean[-1]).all()
    assert np.isinf(theory.covariance[-1]).all()
    for values in (theory.mean, theory.covariance, theory.excess, theory.average_mean, theory.average_covariance):
        assert not np.isnan(values).any()
    assert optimizers.stationary(race, 0) is optimizers.one_over_k(race, 0) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"lanes": (Lane("adam"),)},
        {"lanes": (Lane("nesterov"),)},
        {"lanes": (Lane("sgd", clip=optimizers.clip("norm")),)},
        {"noise": optimizers.noise("minibatch"), "landscape": "linear_regression", "values": ()},
        {"landscape": "mountain", "values": ()},
    ],
)
def test_where_there_is_no_theory_there_is_none(changes: dict[str, Any]) -> None:
    race = replace(BOWL, **changes)
    assert optimizers.predicted(race, 0, [1]) is None
    assert optimizers.stationary(race, 0) is optimizers.one_over_k(race, 0) is None


@pytest.mark.parametrize(
    "lane",
    [
        Lane("sgd", (("lr", 0.0),)),
        Lane("sgd", (("lr", 0.5),), schedule=optimizers.schedule("inverse")),
        Lane("sgd", (("lr", 0.5),), schedule=optimizers.schedule("constant", warmup=5)),
        Lane("momentum", (("lr", 0.5), ("momentum", 1.0))),
    ],
)
def test_without_a_constant_stable_rate_there_is_no_limit(lane: Lane) -> None:
    race = replace(BOWL, lanes=(lane,))
    assert optimizers.predicted(race, 0, [1, 100]) is not None
    assert optimizers.stationary(race, 0) is optimizers.one_over_k(race, 0) is None


QUADRATIC = {"quadratic", "booth", "matyas", "coupled_quadratic", "linear_regression"}


@pytest.mark.parametrize("name", landscapes.names())
def test_exact_where_third_derivatives_vanish(name: str) -> None:
    ground = landscapes.get(name)
    if ground.minima:
        assert is_quadratic(ground, np.array(ground.minima[0])) == (name in QUADRATIC)


def test_near_a_minimum_a_valley_is_nearly_a_bowl() -> None:
    """With little noise, the linear theory of Rosenbrock's minimum holds to a few per cent, and is not marked exact."""
    lane = Lane("sgd", (("lr", 1e-3),), average=AVERAGES[1])
    race = Race("rosenbrock", (lane,), (1.0, 1.0), steps=2000, noise=optimizers.noise("gaussian", 0.1))
    many = optimizers.seeds(race, 0, 1000, 4)
    theory = optimizers.predicted(race, 0, many.steps)
    assert theory is not None
    assert not theory.exact
    np.testing.assert_allclose(many.spread(-1).covariance, theory.covariance[-1], rtol=0.1)
    assert many.mean_loss()[-1] == pytest.approx(theory.excess[-1], rel=0.1)


@pytest.mark.parametrize("steps", [[], 3, [0.5], [[0, 1]], "12"])
def test_steps_that_are_not_whole_numbers_are_refused(steps: Any) -> None:
    with pytest.raises(TypeError, match="list of whole numbers"):
        optimizers.predicted(BOWL, 0, steps)


@pytest.mark.parametrize("steps", [[-1, 2], [3, 2], [1_000_001]])
def test_steps_out_of_range_are_refused(steps: list[int]) -> None:
    with pytest.raises(ValueError, match="from 0 to 1000000"):
        optimizers.predicted(BOWL, 0, steps)
    with pytest.raises(ValueError, match="lane must be"):
        optimizers.predicted(BOWL, 1, [0])
