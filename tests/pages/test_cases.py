"""The cases of the pages: the claims of their texts hold in the races that they open."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import Race, Trajectory, one_over_k, predicted, run, seeds
from pages import averaging, basins, clipping, step, tune
from pages.basins.block import DIVERGED, FIRST_SADDLE, MAXIMUM, OUT
from pages.basins.block import basins as basins_of
from pages.contents import PAGES
from pages.protocol.axes import with_value
from pages.protocol.parsing import ParsedRace, parse_race, race_to_dict, view_to_dict
from pages.tune.block import bands, heat

CASES = [(page, case) for page in PAGES for case in page.cases]


def far(one: Trajectory) -> float:
    """The largest distance of a run from its start."""
    return float(np.hypot(*(one.path - one.path[0]).T).max())


def lengths(one: Trajectory) -> np.ndarray:
    return np.hypot(*np.diff(one.path, axis=0).T)


@pytest.mark.parametrize(("page", "case"), CASES, ids=lambda one: one.name)
def test_a_case_is_a_race_like_any(page, case) -> None:
    again = parse_race({**race_to_dict(case.race), **view_to_dict(case.view)}, ParsedRace(case.race))
    assert again == ParsedRace(case.race, case.view)
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
    return float(many.mean_loss(average)[-1]) - race.build_landscape().infimum


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
    assert lengths(unclipped).max() > distance / 2  # in a single step
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
    shares = np.abs(np.diff(by_value.path, axis=0)) / (0.5 * 0.02)
    steep = np.abs(by_value.unclipped[:-1] if len(by_value.unclipped) > len(shares) else by_value.unclipped) > 0.02
    np.testing.assert_allclose(shares[steep], 1, rtol=1e-9)
    assert steep.any(axis=1).all()
    assert steep.all(axis=1).mean() > 0.9
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


# Tune


def widths(race: Race) -> dict[str, float]:
    """The decades of learning rates in which each runner works."""
    return {race.lanes[band["lane"]].optimizer: band["decades"] for band in bands(race, 121)[0]}


def test_adam_forgives_a_wrong_rate_and_plain_descent_does_not() -> None:
    decades = widths(tune.FORGIVES.race)
    assert decades["adam"] > decades["momentum"] + 1
    assert decades["adam"] > 3
    for narrow in ("rmsprop", "sgd"):
        assert decades["momentum"] > decades[narrow] + 1
        assert decades[narrow] < 1


def test_the_edge_of_the_heat_map_is_that_of_theory() -> None:
    """Within one cell, for every momentum; and the distance of the fastest runs from it."""
    header, (loss, steps) = heat(tune.BOWL.race, 0, ("lr", "momentum"), 128, 64)
    rates, momenta = (np.array(axis["values"]) for axis in header["axes"])
    assert header["theory"] is not None
    ratio, farthest = rates[1] / rates[0], 1.0
    for row, (edge, first, last) in enumerate(header["theory"]):
        assert edge == pytest.approx(2 * (1 + momenta[row]) / 1.0)
        held = rates[np.isfinite(loss[row])].max()
        assert edge / ratio <= held * (1 + 1e-12) <= edge * ratio
        assert first <= last < edge
        assert (first == last) == (momenta[row] < 0.477)
        fastest = rates[np.nanargmin(np.where(steps[row] < 0, np.nan, steps[row]))]
        if momenta[row] < 0.43:
            assert 0.8 * edge < fastest < edge
        elif momenta[row] > 0.53:
            assert first / ratio < fastest < last * ratio
        else:  # the transition between both
            assert 0.7 * edge < fastest < edge
        farthest = min(farthest, fastest / edge)
    assert farthest < 0.1


def test_the_worse_the_condition_the_narrower_the_band() -> None:
    conditions = (3.0, 10.0, 30.0, 100.0)
    narrowing = [widths(with_value(tune.ILL.race, 0, "condition", one)) for one in conditions]
    for name in ("sgd", "momentum"):
        assert all(wide[name] > narrow[name] + 0.2 for wide, narrow in pairwise(narrowing))


def test_cells_are_runs() -> None:
    race = replace(tune.VALLEY.race, noise=optimizers.noise("gaussian", 0.1))
    header, (loss, _steps) = heat(race, 0, ("momentum", "lr"), 5, 4)
    for i, lr in enumerate(header["axes"][1]["values"]):
        for j, momentum in enumerate(header["axes"][0]["values"]):
            one, _other = run(with_value(with_value(race, 0, "lr", lr), 0, "momentum", momentum))
            assert loss[i, j] == (
                np.inf if one.outcome == "diverged" else one.loss[-1] - race.build_landscape().infimum
            )


# Basins


def ends(race: Race, lane: int, count: int = 96) -> np.ndarray:
    (x0, x1), (y0, y1) = race.build_landscape().domain
    codes, _steps = basins_of(race, np.linspace(x0, x1, count), np.linspace(y0, y1, count))[lane]
    return codes.astype(np.uint8)


def test_newton_ends_at_all_nine_critical_points_and_descent_only_in_the_valleys() -> None:
    newton, sgd = (ends(basins.NEWTON.race, lane) for lane in range(2))
    ground = basins.NEWTON.race.build_landscape()
    codes = set(np.unique(newton).tolist())
    assert codes >= {0, 1, 2, 3, *(FIRST_SADDLE + i for i in range(len(ground.saddles))), MAXIMUM}
    assert len(ground.minima) + len(ground.saddles) + 1 == 9
    assert set(np.unique(sgd).tolist()) <= {0, 1, 2, 3, DIVERGED}


def borders(picture: np.ndarray) -> int:
    """The number of neighbours that end differently."""
    return int((np.diff(picture, axis=0) != 0).sum() + (np.diff(picture, axis=1) != 0).sum())


def test_momentum_folds_the_basins_into_each_other() -> None:
    momentum, sgd = (ends(basins.MOMENTUM.race, lane) for lane in range(2))
    assert borders(momentum) > 2 * borders(sgd)


def test_the_larger_rate_does_not_rest_in_the_two_narrow_valleys() -> None:
    large, small = (ends(basins.RATE.race, lane) for lane in range(2))
    assert set(np.unique(small).tolist()) == {0, 1, 2, 3}
    assert set(np.unique(large).tolist()) == {0, 1, OUT}
    assert (large == OUT).mean() > 0.3


def test_every_valley_keeps_what_starts_in_it() -> None:
    """Only the start matters: the borders are the lines through the top."""
    ground = basins.MANY.race.build_landscape()
    top = np.sort(np.roots([4, 0, -32, 5]).real)[1]
    (x0, x1), (y0, y1) = ground.domain
    x, y = np.meshgrid(np.linspace(x0, x1, 96), np.linspace(y0, y1, 96))
    expected = np.empty((96, 96), int)
    for valley, (u, v) in enumerate(ground.minima):
        expected[((x > top) == (u > top)) & ((y > top) == (v > top))] = valley
    for lane in range(2):
        assert np.array_equal(ends(basins.MANY.race, lane), expected)
    heights = [float(ground.value(*one)) for one in ground.minima]
    assert sum(height < min(heights) + 1 for height in heights) == 1


@pytest.mark.slow
def test_newtons_borders_never_become_smooth() -> None:
    """At a smooth border twice the resolution has twice as many cells, as for plain descent."""
    newton, sgd = ([borders(ends(basins.NEWTON.race, lane, n)) for n in (96, 192, 384)] for lane in range(2))
    for coarse, fine in pairwise(newton):
        assert fine > 2.5 * coarse
    for coarse, fine in pairwise(sgd):
        assert fine == pytest.approx(2 * coarse, rel=0.05)


# One step


def moved(case) -> tuple[Trajectory, np.ndarray]:
    """The run of a case, and its steps."""
    (one,) = run(case.race)
    return one, np.diff(one.path, axis=0)


def test_ahead_nesterovs_gradient_points_back() -> None:
    one, steps_ = moved(step.NESTEROV)
    k = step.NESTEROV.view.at
    assert one.gradient[k] @ steps_[k - 1] > 0


def test_adams_step_is_about_its_rate_as_long_as_the_gradients_stay_alike() -> None:
    one, steps_ = moved(step.ADAM)
    k = step.ADAM.view.at
    sizes = np.abs(one.gradient[: k + 1])
    assert sizes[:, 0].min() < sizes[:, 1].max() / 1.5  # one slope is steeper than the other
    np.testing.assert_allclose(np.abs(steps_[k]) / 0.6, 1, atol=0.2)
    assert np.abs(steps_[9:11] / 0.6).min() < 0.1  # later the gradients differ


def test_after_an_exact_search_the_gradient_is_at_a_right_angle_and_the_next_step_leads_to_the_minimum() -> None:
    one, steps_ = moved(step.CONJUGATE)
    cosine = one.gradient[1] @ steps_[0] / np.prod([np.hypot(*one.gradient[1]), np.hypot(*steps_[0])])
    assert abs(cosine) < 1e-12
    assert (one.outcome, one.best, one.stopped_at) == ("converged", True, 2)
    assert step.CONJUGATE.view.at == 1


@pytest.mark.parametrize("place", [(-0.9, 0.7), (3.0, 0.1), (0.1, 3.0)])
@pytest.mark.parametrize("share", [0.5, 0.99, 1.01, 2.0])
def test_a_rate_above_two_over_the_curvature_along_the_gradient_raises_the_loss(place, share: float) -> None:
    ground = step.CURVATURE.race.build_landscape()
    g, h = ground.gradient(*place), ground.hessian(*place)
    rate = share * 2 * (g @ g) / (g @ h @ g)
    one = optimizers.trace(ground, optimizers.get("sgd", lr=float(rate)), start=place, steps=1)
    assert (one.loss[1] > one.loss[0]) == (share > 1)
    case, _steps = moved(step.CURVATURE)
    assert case.loss[1] > case.loss[0]
