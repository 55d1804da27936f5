"""Many starts and seeds: equal to the runs of `trace`, to the last bit, and their counts."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import landscapes
import optimizers
from optimizers import ENDINGS, Lane, Race, Tournament, Trajectory, lattice, profile, ratios, run, tournament
from optimizers.studies.tournament import MOST_RUNS, TOLERANCE

HILLS = Race("himmelblau", (Lane("sgd", (("lr", 0.01),)), Lane("newton"), Lane("bfgs")), (0.0, 0.0), steps=60, seed=3)


def solved(one: Trajectory, infimum: float) -> int:
    """The first step at which a run has solved its problem, or -1."""
    there = np.flatnonzero(one.loss <= infimum + TOLERANCE * (one.loss[0] - infimum))
    return int(there[0]) if len(there) else -1


def assert_runs_are_traces(race: Race, result: Tournament) -> None:
    infimum = race.build_landscape().infimum
    for i, start in enumerate(result.starts):
        for seed in range(result.loss.shape[2]):
            runs = run(replace(race, start=(float(start[0]), float(start[1])), seed=race.seed + seed))
            for lane, one in enumerate(runs):
                at = lane, i, seed
                step = solved(one, infimum)
                assert result.solved_at[at] == step
                assert result.evaluations[at].tolist() == (one.evaluations[step].tolist() if step >= 0 else [0, 0, 0])
                ending = ENDINGS[result.ending[at]]
                assert ending == (("best" if one.best else "other") if one.outcome == "converged" else one.outcome)
                assert repr(result.loss[at]) == repr(np.float64(math.inf) if ending == "diverged" else one.loss[-1])


@pytest.mark.parametrize("name", optimizers.names())
def test_every_run_is_that_of_trace(name: str) -> None:
    for landscape in ("himmelblau", "rosenbrock"):
        race = replace(HILLS, landscape=landscape, lanes=(Lane(name),), steps=40)
        assert_runs_are_traces(race, tournament(race, 3))


def test_every_run_with_options_noise_and_seeds_is_that_of_trace() -> None:
    lane = Lane(
        "momentum",
        schedule=optimizers.schedule("cosine", over=40.0),
        clip=optimizers.clip("norm", 0.5, applied="step"),
        average=optimizers.average("uniform"),
    )
    race = replace(HILLS, lanes=(lane, Lane("adam"), Lane("lbfgs")), noise=optimizers.noise("student", 0.3))
    assert_runs_are_traces(race, tournament(race, 4, 3))


def test_every_run_of_minibatches_is_that_of_trace() -> None:
    noise = optimizers.noise("minibatch", batch=3)
    race = Race("linear_regression", (Lane("sgd", (("lr", 0.02),)),), (0.0, 0.0), noise=noise, seed=2, steps=50)
    result = tournament(race, 9, 2)  # more starts than one task of a worker
    assert_runs_are_traces(race, result)
    assert (result.loss[0, :, 0] != result.loss[0, :, 1]).all()


def test_a_blurred_landscape_is_blurred_here_too() -> None:
    race = replace(HILLS, landscape="rastrigin", blur=0.5)
    assert_runs_are_traces(race, tournament(race, 2))


@pytest.mark.parametrize("name", landscapes.names())
def test_the_lattice_lies_evenly_inside_the_map(name: str) -> None:
    ground = landscapes.get(name)
    starts = lattice(ground, 5)
    low, high = np.array(ground.domain).T
    assert starts.shape == (25, 2)
    assert (starts > low).all()
    assert (starts < high).all()
    assert np.allclose(starts.mean(axis=0), (low + high) / 2)
    assert np.allclose(np.diff(np.unique(starts[:, 0].round(9))), (high - low)[0] / 5)


def test_costs_follow_the_prices() -> None:
    result = tournament(HILLS, 4)
    solved = result.solved_at >= 0
    assert solved.any()
    assert not solved.all()
    for cost in (result.cost(steps=1), result.cost(gradients=1), result.cost(1, 1, 2)):
        assert np.array_equal(np.isfinite(cost), solved)
    assert np.array_equal(result.cost(steps=1)[solved], result.solved_at[solved])
    newton = result.solved_at[1][solved[1]]
    assert np.array_equal(result.cost(1, 1, 2.5)[1][solved[1]], 3.5 * newton)
    assert (result.cost(1, 1, 2)[2][solved[2]] > result.cost(gradients=1)[2][solved[2]]).all()


costs = st.lists(st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, math.inf]), min_size=4, max_size=4), max_size=4)


@given(costs)
def test_profiles_are_shares_of_the_problems(rows: list[list[float]]) -> None:
    """At 1 it is the share of wins, at its end that of solved problems; in between, by the definition."""
    cost = np.array(rows).reshape(-1, 4)
    ratio = ratios(cost)
    for lane in range(len(cost)):
        x, height = profile(ratio[lane])
        assert x[0] == 1
        assert (np.diff(x) > 0).all()
        assert (np.diff(height) >= 0).all()
        least = cost.min(axis=0)
        wins = np.isfinite(cost[lane]) & (cost[lane] == least)
        assert height[0] == wins.mean()
        assert height[-1] == np.isfinite(ratio[lane]).mean()
        for place, share in zip(x, height, strict=True):
            assert share == np.mean(ratio[lane] <= place)


def test_it_is_the_same_every_time_and_tells_how_far_it_is() -> None:
    progress: list[float] = []
    first, again = tournament(HILLS, 12, progress=progress.append), tournament(HILLS, 12)
    assert progress == sorted(progress)
    assert progress[-1] == 1
    for name in ("loss", "ending", "solved_at", "evaluations"):
        assert getattr(first, name).tobytes() == getattr(again, name).tobytes()


def test_it_stops_where_the_progress_raises() -> None:
    def enough(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tournament(HILLS, 16, progress=enough)
    assert tournament(HILLS, 1).loss.shape == (3, 1, 1)


def test_nobody_and_no_steps() -> None:
    assert tournament(replace(HILLS, lanes=()), 3).loss.shape == (0, 9, 1)
    assert (tournament(replace(HILLS, steps=0), 3).solved_at == -1).all()


@pytest.mark.parametrize(
    ("side", "seeds", "steps", "error"),
    [
        (0, 1, 60, ValueError),
        (65, 1, 60, ValueError),
        (2.0, 1, 60, TypeError),
        (4, 0, 60, ValueError),
        (4, True, 60, TypeError),
        (64, 4, 60, ValueError),
        (64, 1, 20_000, ValueError),
    ],
)
def test_what_is_out_of_range_or_too_much_is_refused(side: Any, seeds: Any, steps: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"side|seeds|at most"):
        tournament(replace(HILLS, steps=steps), side, seeds)
    assert MOST_RUNS < 3 * 64 * 64 * 4
