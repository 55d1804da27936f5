"""The cases of the pages: what their words claim holds in the very race that they open."""

from dataclasses import replace

import numpy as np
import pytest

import landscapes
from optimizers import Race, Trajectory, one_over_k, predicted, run, seeds
from pages import averaging, clipping
from pages.contents import PAGES
from pages.shared.reading import Reading, plain, read

CASES = [(page, case) for page in PAGES for case in page.cases]


def far(one: Trajectory) -> float:
    """How far a run went from its start."""
    return float(np.hypot(*(one.path - one.path[0]).T).max())


def lengths(one: Trajectory) -> np.ndarray:
    return np.hypot(*np.diff(one.path, axis=0).T)


@pytest.mark.parametrize(("page", "case"), CASES, ids=lambda one: one.name)
def test_a_case_is_a_race_like_any(page, case) -> None:
    again = read({**plain(case.race), **case.view._asdict()}, Reading(case.race))
    assert again == Reading(case.race, case.view)
    assert page.case(case.name) is case


def test_names_are_unique() -> None:
    assert len({page.name for page in PAGES}) == len(PAGES)
    for page in PAGES:
        assert len({case.name for case in page.cases}) == len(page.cases)


# Polyak averaging


def excess(race: Race, lane: int, average: bool) -> float:
    """The mean excess loss at the end, over 256 seeds."""
    many = seeds(race, lane)
    assert not many.diverged.any()
    return float(many.mean_loss(average)[-1]) - race.ground().infimum


def test_in_the_noisy_valley_the_uniform_average_is_far_better_and_the_exponential_one_better() -> None:
    race = averaging.VALLEY.race
    last = excess(race, 0, average=False)
    assert last > 30 * excess(race, 0, average=True)
    assert last > 5 * excess(race, 1, average=True) > 5 * excess(race, 0, average=True)


def test_in_the_noisy_valley_theory_is_exact_and_the_average_falls_like_one_over_k() -> None:
    race = averaging.VALLEY.race
    for lane in range(2):
        many = seeds(race, lane, 4096, 16)
        theory = predicted(race, lane, many.steps)
        assert theory is not None
        assert theory.exact
        measured = many.spread()
        np.testing.assert_allclose(measured.covariance[-1], theory.covariance[-1], rtol=0.15, atol=2e-3)
        assert measured.average_covariance is not None
        assert theory.average_covariance is not None
        np.testing.assert_allclose(measured.average_covariance[-1], theory.average_covariance[-1], rtol=0.15, atol=1e-4)
    many, constant = seeds(race, 0, 2048), one_over_k(race, 0)
    assert constant is not None
    assert many.mean_loss(average=True)[-1] * race.steps == pytest.approx(constant, rel=0.15)


def test_in_the_curved_valley_the_uniform_average_hurts_and_the_exponential_one_follows() -> None:
    race = averaging.CURVED.race
    last = excess(race, 0, average=False)
    assert excess(race, 0, average=True) > 20 * last
    assert excess(race, 1, average=True) < last / 2


# Gradient clipping


@pytest.mark.parametrize(("case", "distance"), [(clipping.ABOVE, 100.0), (clipping.BELOW, 40.0)])
def test_unclipped_the_cliff_throws_the_runner_off_and_clipped_it_converges(case, distance: float) -> None:
    unclipped, *clipped = run(case.race)
    assert far(unclipped) > distance
    assert unclipped.outcome == "stalled"
    assert lengths(unclipped).max() > distance / 2  # one step does it
    for one in clipped:
        assert (one.outcome, one.best) == ("converged", True)
        assert one.clipped.sum() >= 2
        (x0, x1, y0, y1) = case.view.window
        assert ((one.path > (x0, y0)) & (one.path < (x1, y1))).all()


def test_a_heavy_tailed_draw_is_a_leap_unless_it_is_clipped() -> None:
    unclipped, *clipped = run(clipping.TAILS.race)
    (x0, x1), _ = landscapes.get("quadratic").domain
    assert far(unclipped) > 4 * (x1 - x0)
    late = slice(500, None)
    for one in clipped:
        assert lengths(one).max() <= 0.1 * np.sqrt(2) * (1 + 1e-9)
        assert np.median(one.loss[late]) < np.median(unclipped.loss[late]) / 5


def test_a_threshold_below_every_gradient_makes_normalized_descent() -> None:
    unclipped, by_norm, by_value = run(clipping.LOW.race)
    assert by_norm.clipped.all()
    assert by_value.clipped.all()
    np.testing.assert_allclose(lengths(by_norm), 0.5 * 0.02, rtol=1e-9)
    diagonal = np.abs(np.diff(by_value.path, axis=0)) / (0.5 * 0.02)
    assert (np.isclose(diagonal, 1).all(axis=1)).mean() > 0.5
    steps, gradients = np.diff(by_norm.path, axis=0), by_norm.gradient[:-1]
    np.testing.assert_allclose(steps[:, 0] * gradients[:, 1], steps[:, 1] * gradients[:, 0], atol=1e-12)
    assert unclipped.loss[-1] < by_norm.loss[-1] < by_norm.loss[0] / 3


def test_before_momentum_the_blow_stays_out_of_the_velocity_and_after_it_every_step_is_held() -> None:
    unclipped, before, after = run(clipping.MOMENTUM.race)
    assert unclipped.outcome != "converged"
    assert unclipped.loss[-1] > 0.08
    assert before.outcome == after.outcome == "converged"
    assert before.clipped.sum() < after.clipped.sum() / 10
    assert before.stopped_at < after.stopped_at
    assert lengths(after).max() <= 0.1 * 0.3 * (1 + 1e-9)


def test_the_race_may_be_run_with_other_seeds() -> None:
    race = replace(averaging.VALLEY.race, seed=12345)
    assert excess(race, 0, average=False) > 30 * excess(race, 0, average=True)
