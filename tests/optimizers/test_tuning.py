"""The rule "each tuned for this race": the best of the searched settings, reproducible, and never a lucky one."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import BUDGET, Lane, Race, run, tuned, tuned_lanes
from optimizers.studies.tuning import FOOT, _tune, spread, tuned_numbers

RUNNERS = ("sgd", "momentum", "nesterov", "adam", "adadelta", "newton", "damped_newton")
ZERO_NOISE = Race("rosenbrock", tuple(map(Lane, RUNNERS)), (-1.5, 2.3), steps=60)


def ending(race: Race, lane: Lane) -> float:
    """The final loss above the infimum, at least the foot; infinite if the run diverged."""
    ground, (one,) = race.build_landscape(), run(replace(race, lanes=(lane,)))
    if one.outcome == "diverged":
        return math.inf
    return max(float(one.loss[-1]) - ground.infimum, FOOT * max(1.0, abs(ground.infimum)))


def set_to(lane: Lane, *numbers: float) -> Lane:
    """The lane with its searched parameters set."""
    searched = tuned_numbers(optimizers.methods()[lane.optimizer][0])
    values = {**lane.build_optimizer().values, **dict(zip((one.name for one in searched), numbers, strict=False))}
    return replace(lane, values=tuple(values.items()))


@pytest.mark.parametrize("name", landscapes.names())
def test_it_is_no_worse_than_the_defaults_and_what_lies_on_the_lattice(name: str) -> None:
    race = replace(ZERO_NOISE, landscape=name, start=landscapes.get(name).start, steps=40)
    for lane, best in zip(race.lanes, tuned_lanes(race), strict=True):
        reached = ending(race, best)
        assert reached <= ending(race, Lane(lane.optimizer))
        first, *second = tuned_numbers(optimizers.methods()[lane.optimizer][0])
        for x in spread(first, BUDGET.first)[::5]:
            others = [spread(one, BUDGET.second)[3] for one in second]
            assert reached <= ending(race, set_to(lane, x, *others))


def test_a_tuned_runner_is_better_than_before_where_the_default_is_poor() -> None:
    for lane, best in zip(ZERO_NOISE.lanes[:4], tuned_lanes(ZERO_NOISE), strict=False):
        assert ending(ZERO_NOISE, best) < ending(ZERO_NOISE, lane)


@pytest.mark.parametrize("name", ["rosenbrock", "himmelblau", "rastrigin"])
def test_it_is_no_worse_than_what_was_set_and_stays_when_it_is_tuned_again(name: str) -> None:
    """A setting from elsewhere, by hand or by luck, is kept if it is the best."""
    steps = 100
    race = replace(ZERO_NOISE, landscape=name, start=landscapes.get(name).start, steps=steps)
    for x in (0.0009, 0.0123):
        lanes = tuple(set_to(lane, x, 0.87) for lane in ZERO_NOISE.lanes[:4])
        now = replace(race, lanes=lanes)
        best = tuned_lanes(now)
        for before, after in zip(lanes, best, strict=True):
            assert ending(now, after) <= ending(now, before)
        assert tuned_lanes(replace(now, lanes=best)) == best


def test_the_other_lanes_are_of_no_account() -> None:
    race = replace(ZERO_NOISE, lanes=(Lane("momentum"), Lane("momentum", (("lr", 0.3), ("momentum", 0.1)), False)))
    first, second = tuned_lanes(race)
    assert first.values == second.values
    assert (first.shown, second.shown) == (True, False)
    assert tuned(replace(race, lanes=(first,)), 0) == first
    _tune.cache_clear()
    assert tuned_lanes(race) == (first, second)


def test_everything_else_stays_as_it_is_set() -> None:
    options = {"schedule": optimizers.schedule("linear", final=0.1), "clip": optimizers.clip("norm", 0.5)}
    lane = Lane("adam", (("lr", 0.1), ("beta1", 0.5), ("beta2", 0.95), ("eps", 1e-3)), **options)
    best = tuned(replace(ZERO_NOISE, lanes=(lane,)), 0)
    assert dict(best.values)["beta2"] == 0.95
    assert dict(best.values)["eps"] == 1e-3
    assert (best.schedule, best.clip) == (lane.schedule, lane.clip)
    assert best.values != tuned(replace(ZERO_NOISE, lanes=(replace(lane, schedule=None, clip=None),)), 0).values


@pytest.mark.parametrize("name", optimizers.names())
def test_every_method_is_tuned_in_at_most_two_numbers(name: str) -> None:
    method, _ = optimizers.methods()[name]
    lane = Lane(name, tuple(optimizers.get(name).values.items()))
    best = dict(tuned(replace(ZERO_NOISE, lanes=(lane,)), 0).values)
    changed = {key for key, value in lane.values if best[key] != value}
    assert list(best) == [key for key, _value in lane.values]
    assert changed <= {one.name for one in tuned_numbers(method)}
    assert len(tuned_numbers(method)) <= 2
    if method.has_rate:
        assert tuned_numbers(method)[0].name == "lr"


def test_where_there_is_nothing_to_search_the_lane_comes_back() -> None:
    lane = Lane("steepest_descent")
    assert tuned(replace(ZERO_NOISE, lanes=(lane,)), 0) is not None
    assert tuned(replace(ZERO_NOISE, lanes=(lane,)), 0) == lane


def test_a_setting_that_diverges_never_wins() -> None:
    """Down an unbounded slope a step out of range ends far below; it still counts as diverged."""
    for lane in (Lane("sgd"), Lane("momentum")):
        race = replace(ZERO_NOISE, lanes=(lane,), steps=200)
        assert run(replace(race, lanes=(tuned(race, 0),)))[0].outcome != "diverged"


def test_if_everything_diverges_it_stays_as_it_is_set() -> None:
    race = Race("rosenbrock", (Lane("sgd", (("lr", 0.5),)),), (1e8, 1e8), steps=3)
    assert tuned(race, 0) == race.lanes[0]


def test_with_noise_the_median_of_the_seeds_counts() -> None:
    start = landscapes.get("quadratic").start
    race = Race("quadratic", (Lane("sgd"),), start, steps=100, noise=optimizers.noise("gaussian", 1.0))
    best = tuned(race, 0)
    calm = tuned(replace(race, noise=optimizers.noise("gaussian", 0.0)), 0)
    assert calm == tuned(replace(race, noise=None), 0)

    def median(lane: Lane) -> float:
        return float(np.median([ending(replace(race, seed=seed), lane) for seed in range(BUDGET.seeds)]))

    assert median(best) < median(calm)
    for lr in spread(tuned_numbers(optimizers.methods()["sgd"][0])[0], BUDGET.first):
        assert median(best) <= median(set_to(Lane("sgd"), lr))


def test_minibatches_are_drawn_as_in_a_run() -> None:
    start = landscapes.get("linear_regression").start
    noise = optimizers.noise("minibatch", batch=4)
    race = Race("linear_regression", (Lane("sgd"),), start, noise=noise, steps=40)
    best = tuned(race, 0)
    _tune.cache_clear()
    assert tuned(race, 0) == best
    losses = [ending(replace(race, seed=seed), best) for seed in range(BUDGET.seeds)]
    assert np.median(losses) <= np.median([ending(replace(race, seed=seed), Lane("sgd")) for seed in range(3)])


def test_of_two_that_arrive_the_sooner_wins() -> None:
    """In a round bowl every rate below 2 converges; 1 in one step."""
    race = Race("quadratic", (Lane("sgd"),), (3.0, 2.0), (("condition", 1.0), ("angle", 0.0)), 300)
    best = tuned(race, 0)
    assert dict(best.values)["lr"] == pytest.approx(1.0)
    assert run(replace(race, lanes=(best,)))[0].stopped_at == 1


@pytest.mark.parametrize("name", optimizers.names())
def test_the_lattice_is_allowed_rises_and_spans_the_knob(name: str) -> None:
    for one in tuned_numbers(optimizers.methods()[name][0]):
        values = spread(one, 7)
        assert all(map(one.allows, values))
        assert values == sorted(set(values))
        assert (values[0], values[-1]) == (one.low, one.high)


@pytest.mark.parametrize("lane", [-1, 7, 0.5, True])
def test_a_lane_that_the_race_does_not_have(lane: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        tuned(ZERO_NOISE, lane)
