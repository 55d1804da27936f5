"""Many seeds of one lane: equal to the runs of `trace`, to the last bit, and their summaries."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import landscapes
import optimizers
from optimizers import Lane, Race, Seeds, Trajectory
from optimizers.studies.seeds import fan, kept_steps, moments

AVERAGES = (
    None,
    optimizers.average("uniform"),
    optimizers.average("uniform", burn_in=37),
    optimizers.average("ema", decay=0.9),
    optimizers.average("ema_corrected", decay=0.9),
)
SIGMA, STUDENT = optimizers.noise("gaussian", 0.3), optimizers.noise("student", 0.3, freedom=2.5)
VALLEY = Race("rosenbrock", (Lane("sgd", (("lr", 1e-3),)),), (-1.5, 2.3), steps=200, noise=SIGMA, seed=5)


def alone(race: Race, seed: int) -> Trajectory:
    """The run of the first lane with a seed."""
    return optimizers.run(replace(race, seed=seed))[0]


def assert_runs_are_traces(race: Race, many: Seeds) -> None:
    """Every run and its average equal those of `trace`; repeated after rest and NaN after divergence."""
    for i in range(len(many.path)):
        run = alone(race, race.seed + i)
        assert many.stopped_at[i] == run.stopped_at
        assert many.diverged[i] == (run.outcome == "diverged")
        at = np.minimum(many.steps, run.stopped_at)
        after = many.diverged[i] & (many.steps > run.stopped_at)
        pairs = [(many.path, run.path), (many.loss, run.loss)]
        if run.average is None:
            assert many.average is many.average_loss is None
        else:
            pairs += [(many.average, run.average), (many.average_loss, run.average_loss)]
        for kept, whole in pairs:
            assert kept[i][~after].tobytes() == whole[at][~after].tobytes()
            assert np.isnan(kept[i][after]).all()


def options(name: str) -> list[tuple[Lane, Any]]:
    """A lane with every average, and some with other options too."""
    rate = "lr" in optimizers.get(name).values
    falling = optimizers.schedule("cosine", over=90.0, warmup=5) if rate else None
    lanes = [(Lane(name, average=average), SIGMA) for average in AVERAGES]
    full = Lane(name, schedule=falling, clip=optimizers.clip("norm", 0.7), average=AVERAGES[4])
    return [*lanes, (full, STUDENT), (replace(full, clip=optimizers.clip("value"), average=AVERAGES[2]), None)]


@pytest.mark.parametrize("name", optimizers.names())
def test_every_run_is_that_of_trace(name: str) -> None:
    for lane, noise in options(name):
        race = replace(VALLEY, lanes=(lane,), noise=noise)
        assert_runs_are_traces(race, optimizers.seeds(race, 0, 12, 40))


@pytest.mark.parametrize("drawn", ["reshuffled", "shuffled_once", "with_replacement"])
def test_every_run_of_minibatches_is_that_of_trace(drawn: str) -> None:
    lane = Lane("momentum", (("lr", 0.02),), average=AVERAGES[1])
    start = landscapes.get("linear_regression").start
    noise = optimizers.noise("minibatch", batch=3, drawn=drawn)
    race = Race("linear_regression", (lane,), start, noise=noise, seed=2, steps=100)
    many = optimizers.seeds(race, 0, 40, 50)
    assert_runs_are_traces(race, many)
    assert len(np.unique(many.path[:, -1, 0])) == 40


def test_the_driver_is_compiled_once_for_all() -> None:
    for race in (VALLEY, replace(VALLEY, lanes=(Lane("bfgs", average=AVERAGES[1]),), landscape="ackley")):
        optimizers.seeds(race, 0, 2)
    assert len(fan.signatures) == 1


def test_the_lane_asked_for_on_the_ground_asked_for() -> None:
    lanes = (Lane("adam"), Lane("momentum", (("lr", 1e-3),), average=AVERAGES[1]))
    race = replace(VALLEY, lanes=lanes, values=(("b", 10.0),), blur=0.2)
    assert_runs_are_traces(replace(race, lanes=lanes[1:]), optimizers.seeds(race, 1, 5))


def test_diverged_runs_are_marked() -> None:
    lane = Lane("sgd", (("lr", 0.0037),), average=AVERAGES[3])
    race = replace(VALLEY, lanes=(lane,), start=(1.2, 1.4), noise=optimizers.noise("gaussian", 8.0))
    many = optimizers.seeds(race, 0, 200)
    assert 20 < np.count_nonzero(many.diverged) < 180
    assert_runs_are_traces(race, many)
    assert np.array_equal(many.gone[:, -1], many.diverged)
    # Diverged runs have infinite losses, and their points are ignored.
    share = many.diverged.mean()
    low, high = many.quantiles((share / 2, 1 - share / 2))[:, -1]
    final_losses = many.loss[~many.diverged, -1]
    assert final_losses.min() <= low <= final_losses.max() < high == many.mean_loss()[-1] == math.inf
    np.testing.assert_allclose(many.spread(-1).mean, many.path[~many.diverged, -1].mean(axis=0))
    assert many.spread().average_covariance is not None
    assert np.isfinite(many.spread().average_covariance).all()


@pytest.mark.parametrize("lr", [1e200, 1e300])
def test_runs_that_are_thrown_far(lr: float) -> None:
    race = replace(VALLEY, lanes=(Lane("sgd", (("lr", lr),), average=AVERAGES[1]),))
    many = optimizers.seeds(race, 0, 8)
    assert many.diverged.all()
    assert_runs_are_traces(race, many)
    assert np.isinf(many.mean_loss()[-1])
    assert np.isinf(many.quantiles(average=True)[:, -1]).all()
    assert np.isnan(many.spread(-1).mean).all()


@pytest.mark.parametrize("average", AVERAGES)
def test_runs_at_rest_stay(average: Any) -> None:
    race = Race("rosenbrock", (Lane("newton", average=average),), (-1.5, 2.3), steps=100)
    many = optimizers.seeds(race, 0, 3)
    assert (many.stopped_at < 20).all()
    assert_runs_are_traces(race, many)
    np.testing.assert_allclose(many.path[:, 20:], 1.0, rtol=1e-9)


def test_same_bits_from_sixteen_threads_and_for_any_count() -> None:
    race = replace(VALLEY, lanes=(Lane("adam", average=AVERAGES[4]),))

    def bits(count: int) -> bytes:
        many = optimizers.seeds(race, 0, count)
        assert many.average is not None
        assert many.average_loss is not None
        arrays = many.path, many.loss, many.average, many.average_loss
        return b"".join(one[:7].tobytes() for one in arrays)

    once, barrier = bits(64), Barrier(16)

    def again(i: int) -> bytes:
        barrier.wait()
        return bits(7 + 11 * i)

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(again, range(16))) == {once}


# The recorded steps


@given(st.integers(0, 1_000_000), st.integers(2, 1024))
def test_steps_rise_from_the_first_to_the_last(n: int, rows: int) -> None:
    steps = kept_steps.__wrapped__(n, rows)
    assert len(steps) == min(rows, n + 1)
    assert steps[0] == 0
    assert steps[-1] == n
    assert (np.diff(steps) > 0).all()
    # First consecutive steps, then steps in proportion.
    gaps = np.diff(steps)
    assert (gaps[1:] >= gaps[:-1] - 1).all()


def test_few_steps_are_all_kept() -> None:
    assert optimizers.seeds(replace(VALLEY, steps=50), 0, 1).steps.tolist() == list(range(51))
    still = optimizers.seeds(replace(VALLEY, steps=0), 0, 2)
    assert still.path.tolist() == [[[-1.5, 2.3]]] * 2


# Summaries


def test_summaries_are_numpys() -> None:
    many = optimizers.seeds(replace(VALLEY, lanes=(Lane("sgd", (("lr", 1e-3),), average=AVERAGES[1]),)), 0, 100, 20)
    assert many.average is not None
    assert many.average_loss is not None
    np.testing.assert_allclose(many.mean_loss(), many.loss.mean(axis=0))
    np.testing.assert_allclose(many.mean_loss(average=True), many.average_loss.mean(axis=0))
    ranked = np.sort(many.loss, axis=0)
    assert np.array_equal(many.quantiles(), ranked[[9, 24, 49, 74, 89]])
    assert np.array_equal(many.quantiles((1.0,), average=True)[0], many.average_loss.max(axis=0))
    whole = many.spread()
    for row in (0, 7, 19):
        one = many.spread(row)
        for points, mean, covariance in (
            (many.path, one.mean, one.covariance),
            (many.average, one.average_mean, one.average_covariance),
        ):
            assert covariance is not None
            np.testing.assert_allclose(mean, points[:, row].mean(axis=0))
            np.testing.assert_allclose(covariance, np.cov(points[:, row].T), atol=1e-12)
        np.testing.assert_allclose(one.covariance, whole.covariance[row], atol=1e-12)
        assert whole.average_mean is not None
        np.testing.assert_allclose(one.average_mean, whole.average_mean[row], rtol=1e-12)


def test_what_is_not_there_has_no_say() -> None:
    points = np.array([[1.0, 2.0], [math.nan, math.nan], [3.0, 6.0]])
    mean, covariance = moments(points, np.array([True, False, True]))
    assert mean.tolist() == [2.0, 4.0]
    assert covariance.tolist() == [[2.0, 4.0], [4.0, 8.0]]
    for there in ([True, False, False], [False, False, False]):
        mean, covariance = moments(points, np.array(there))
        assert np.isnan(mean).all()
        assert np.isnan(covariance).all()


# Errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": 4097}, "count must be a whole number from 1 to 4096, not 4097"),
        ({"count": 0}, "count must be a whole number from 1 to 4096, not 0"),
        ({"rows": 1025}, "rows must be a whole number from 2 to 1024, not 1025"),
        ({"rows": 1}, "rows must be a whole number from 2 to 1024, not 1"),
        ({"lane": 1}, "lane must be a whole number from 0 to 0, not 1"),
        ({"lane": -1}, "lane must be a whole number from 0 to 0, not -1"),
    ],
)
def test_sizes_out_of_range_are_refused(arguments: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        optimizers.seeds(VALLEY, **{"lane": 0} | arguments)


@pytest.mark.parametrize("arguments", [{"count": 2.0}, {"count": True}, {"rows": "9"}, {"lane": 0.0}])
def test_what_is_not_a_whole_number_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="must be a whole number"):
        optimizers.seeds(VALLEY, **{"lane": 0} | arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"steps": 1_000_001}, "steps must be a whole number from 0 to 1000000"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": 2**63 - 255}, "the last seed must be a whole number"),
        ({"start": (math.nan, 0.0)}, "two finite numbers"),
        ({"noise": optimizers.noise("minibatch")}, "not made of data"),
        ({"lanes": ()}, "lane must be"),
    ],
)
def test_races_that_make_no_sense_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        optimizers.seeds(replace(VALLEY, **arguments), 0)


def test_the_last_seeds_there_are() -> None:
    race = replace(VALLEY, seed=2**63 - 4)
    assert_runs_are_traces(race, optimizers.seeds(race, 0, 4))


def test_a_lane_without_an_average_has_no_summary_of_it() -> None:
    many = optimizers.seeds(VALLEY, 0, 4)
    assert many.spread().average_mean is many.spread(3).average_covariance is None
    with pytest.raises(ValueError, match="does not average"):
        many.mean_loss(average=True)


def test_lanes_that_differ_in_their_average_alone_share_their_runs() -> None:
    averages = [None, optimizers.average("uniform", burn_in=7), optimizers.average("ema", decay=0.9)]
    lanes = [Lane("sgd", (("lr", 0.1),), average=average) for average in averages]
    lanes.insert(2, Lane("adam", (("lr", 0.1),), average=averages[1]))
    race = Race("quadratic", tuple(lanes), (3.0, 2.0), steps=100, noise=optimizers.noise("gaussian", 0.3), seed=4)
    batched = optimizers.seeds_of_all(race, 20, 16)
    for i, many in enumerate(batched):
        alone = optimizers.seeds(race, i, 20, 16)
        for name in ("steps", "path", "loss", "diverged", "stopped_at", "average", "average_loss"):
            np.testing.assert_array_equal(getattr(many, name), getattr(alone, name))
    assert batched[0].path is batched[1].path is batched[3].path
    assert batched[2].path is not batched[0].path
    assert optimizers.seeds_of_all(Race("quadratic", (), (0.0, 0.0))) == ()
