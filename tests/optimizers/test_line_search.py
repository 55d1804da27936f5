"""Line searches and the methods that use them, against SciPy and against their conditions."""

import math
from typing import Any

import numpy as np
import pytest
from scipy.optimize import BFGS, LbfgsInvHessProduct, line_search, minimize

import landscapes
import optimizers
from landscapes import Landscape
from optimizers import Trajectory
from tests.marks import slow_where
from tests.optimizers.settings import with_hyperparameter

SEARCHERS = with_hyperparameter("line_search")
STARTS = (
    ("quadratic", (-3.4, 2.6)),
    ("rosenbrock", (-1.2, 1.0)),
    ("beale", (1.2, 0.4)),
    ("himmelblau", (3.6, 1.2)),
    ("styblinski_tang", (-2.2, -3.6)),
)
TWIN = {"bfgs": "BFGS", "lbfgs": "L-BFGS-B", "conjugate_gradient": "CG"}


def go(surface: str, name: str, start: Any = None, steps: int = 2000, **values: Any) -> Trajectory:
    return optimizers.trace(landscapes.get(surface), optimizers.get(name, **values), start=start, steps=steps)


def value(ground: Landscape, point: Any) -> float:
    return float(ground.value(*point))


def slope(ground: Landscape, point: Any) -> np.ndarray:
    return ground.gradient(*point)


@pytest.mark.parametrize("name", TWIN)
@pytest.mark.parametrize(("surface", "start"), STARTS, ids=lambda one: one if isinstance(one, str) else "")
def test_scipy_finds_the_same_minimum(name: str, surface: str, start: tuple[float, float]) -> None:
    ground = landscapes.get(surface)
    run = go(surface, name, start)
    scipy_result = minimize(
        lambda point: value(ground, point),
        start,
        jac=lambda point: slope(ground, point),
        method=TWIN[name],
        options={"gtol": 1e-9} if name != "lbfgs" else {"gtol": 1e-9, "ftol": 0.0},
    )
    assert run.outcome == "converged"
    np.testing.assert_allclose(run.path[-1], scipy_result.x, atol=1e-6)


def pairs(run: Trajectory) -> tuple[np.ndarray, np.ndarray]:
    """s and y of every step."""
    return np.diff(run.path, axis=0), np.diff(run.gradient, axis=0)


def assert_parallel(one: np.ndarray, other: np.ndarray) -> None:
    one, other = one / np.linalg.norm(one), other / np.linalg.norm(other)
    assert abs(one[0] * other[1] - one[1] * other[0]) <= 1e-6
    assert one @ other > 0


@pytest.mark.parametrize(("surface", "start"), STARTS, ids=lambda one: one if isinstance(one, str) else "")
def test_bfgs_goes_where_scipys_update_points(surface: str, start: tuple[float, float]) -> None:
    run = go(surface, "bfgs", start)
    s, y = pairs(run)
    scipy_result = BFGS(init_scale=1.0)
    scipy_result.initialize(2, "inv_hess")
    assert run.stopped_at >= 4
    for k in range(run.stopped_at - 1):  # the last steps are as short as the rounding of the iterates
        if np.linalg.norm(s[k]) > 1e-6:
            assert_parallel(s[k], -scipy_result.get_matrix() @ run.gradient[k])
        if s[k] @ y[k] > 0:
            scipy_result.update(s[k], y[k])


@pytest.mark.parametrize("memory", [1, 3, 10])
@pytest.mark.parametrize(("surface", "start"), STARTS, ids=lambda one: one if isinstance(one, str) else "")
def test_lbfgs_goes_where_scipys_product_points(surface: str, start: tuple[float, float], memory: int) -> None:
    """SciPy's product starts with I; with s / √γ and √γ y it is M / γ for an M that starts with γ I."""
    run = go(surface, "lbfgs", start, memory=memory)
    s, y = pairs(run)
    kept: list[int] = []
    assert run.stopped_at >= 4
    for k in range(run.stopped_at - 1):
        if kept and np.linalg.norm(s[k]) > 1e-6:
            root = math.sqrt(s[kept[-1]] @ y[kept[-1]] / (y[kept[-1]] @ y[kept[-1]]))
            assert_parallel(s[k], -LbfgsInvHessProduct(s[kept] / root, y[kept] * root) @ run.gradient[k])
        if s[k] @ y[k] > 0:
            kept = [*kept, k][-memory:]


def assert_decrease(run: Trajectory, k: int) -> None:
    step = run.path[k + 1] - run.path[k]
    assert run.loss[k + 1] <= run.loss[k] + 1e-4 * (run.gradient[k] @ step) * (1 - 1e-6)


def clear(run: Trajectory) -> list[int]:
    """The steps whose losses differ by more than rounding."""
    return [k for k in range(run.stopped_at) if abs(run.loss[k + 1] - run.loss[k]) > 1e-11 * abs(run.loss[k])]


@pytest.mark.parametrize("name", SEARCHERS)
@pytest.mark.parametrize("search", ["armijo", "wolfe"])
def test_steps_keep_the_conditions(name: str, search: str) -> None:
    c2 = 0.9 if optimizers.get(name).family == "quasi_newton" else 0.1
    seen = 0
    for surface, start in STARTS:
        run = go(surface, name, start, 100, line_search=search)
        for k in clear(run):
            step = run.path[k + 1] - run.path[k]
            assert_decrease(run, k)
            if search == "wolfe":
                assert abs(run.gradient[k + 1] @ step) <= c2 * abs(run.gradient[k] @ step) * (1 + 1e-6) + 1e-14
            seen += 1
    assert seen >= 50


def test_scipys_line_search_agrees_that_there_is_a_step() -> None:
    """From many starts along -g: SciPy's points and ours satisfy the same strong Wolfe conditions."""
    chance, seen = np.random.default_rng(3), 0
    for surface in ("rosenbrock", "himmelblau", "beale", "styblinski_tang"):
        ground = landscapes.get(surface)
        for start in chance.uniform(-2, 2, (25, 2)):
            g = slope(ground, start)
            scipy_result = line_search(
                lambda point, ground=ground: value(ground, point),
                lambda point, ground=ground: slope(ground, point),
                start,
                -g,
                c2=0.1,
                maxiter=60,
            )[0]
            run = go(surface, "steepest_descent", tuple(start), 1, line_search="wolfe")
            if scipy_result is None:
                continue
            result = float((run.path[1] - start) @ -g / (g @ g))
            for alpha in (result, scipy_result):
                there = start - alpha * g
                assert alpha > 0
                assert value(ground, there) <= value(ground, start) - 1e-4 * alpha * (g @ g)
                assert abs(slope(ground, there) @ g) <= 0.1 * (g @ g) * (1 + 1e-9)
            seen += 1
    assert seen >= 80


def test_armijo_halves_its_first_trial() -> None:
    """Along a -g longer than 1, the first trial has length 1; the step is that over a power of two."""
    for surface, start in STARTS:
        run = go(surface, "bfgs", start, 1, line_search="armijo")
        halvings = -math.log2(np.linalg.norm(run.path[1] - run.path[0]) / min(1.0, np.linalg.norm(run.gradient[0])))
        assert halvings == pytest.approx(round(halvings), abs=1e-9)
        assert run.evaluations[1].tolist() == [2 + round(halvings), 1, 0]


SMOOTH = [name for name in landscapes.names() if name != "zero_one_loss"]  # which has no slope to search along
COSTLY = {"ackley", "logistic_regression", "recurrent_cliff", "tanh_pair", "two_weight_network"}


@pytest.mark.parametrize("surface", slow_where(COSTLY.__contains__, SMOOTH))
def test_the_exact_search_finds_the_first_minimum_on_the_line(surface: str) -> None:
    """From any point of the map: until there the loss decreases at 22,000 points of the line, then it increases."""
    ground, chance = landscapes.get(surface), np.random.default_rng(1)
    seen = 0
    for start in chance.uniform(*np.transpose(ground.domain), (50, 2)):
        run = optimizers.trace(ground, optimizers.get("steepest_descent"), start=tuple(start), steps=1)
        if run.stopped_at == 0:
            assert run.outcome in ("converged", "stalled")
            continue
        d = -run.gradient[0]
        alpha = float((run.path[1] - start) @ d / (d @ d))
        shares = np.sort(np.concatenate([np.linspace(0, 1, 20_001), np.geomspace(1e-12, 1, 2_000)]))
        before = start + alpha * shares[shares < 1 - 1e-6, None] * d
        assert np.all(ground.gradient(*before.T) @ d <= 0)
        assert ground.gradient(*(start + alpha * (1 - 1e-7) * d)) @ d <= 0
        assert ground.gradient(*(start + alpha * (1 + 1e-7) * d)) @ d >= 0
        seen += 1
    assert seen >= 40


def test_the_exact_search_takes_one_trial_on_a_quadratic() -> None:
    for condition in (1.0, 10.0, 1e4, 1e8):
        ground = landscapes.get("quadratic", condition=condition, angle=30.0)
        for start in ((-3.4, 2.6), (0.3, 1e-3), (2.0, 2.0)):
            g, H = ground.gradient(*start), ground.hessian(*start)
            run = optimizers.trace(ground, optimizers.get("steepest_descent"), start=start, steps=1)
            np.testing.assert_allclose(run.path[1], start - (g @ g) / (g @ H @ g) * g, rtol=1e-14, atol=1e-14)
            assert run.evaluations[1].tolist() == [2, 2, 2]  # at the start and at the minimum


def test_from_where_the_quadratic_model_has_no_minimum() -> None:
    """From (-3.83, 0.86) on Beale's function the line's minimum, at α = 0.0028, is 0.812."""
    run = go("beale", "steepest_descent", (-3.8268457888606013, 0.8599839882740827), 1)
    assert run.loss[0] == pytest.approx(30.8, abs=0.05)
    assert run.loss[1] == pytest.approx(0.812, abs=5e-4)
    alpha = np.linalg.norm(run.path[1] - run.path[0]) / np.linalg.norm(run.gradient[0])
    assert alpha == pytest.approx(0.0028, abs=5e-5)
    ground = landscapes.get("himmelblau")
    g, H = ground.gradient(1.0, 1.0), ground.hessian(1.0, 1.0)
    assert g @ H @ g < 0
    assert H[0, 0] < 0
    for name in SEARCHERS:
        assert go("himmelblau", name, (1.0, 1.0), line_search="exact").outcome == "converged"


def lattice(ground: Landscape, side: int) -> list[tuple[float, float]]:
    x, y = (np.linspace(*ends, side) for ends in ground.domain)
    return [(float(u), float(v)) for u in x for v in y]


@pytest.mark.slow
@pytest.mark.parametrize("search", ["exact", "armijo", "wolfe"])
@pytest.mark.parametrize("name", SEARCHERS)
def test_from_a_lattice_of_starts_no_run_rises_or_freezes(name: str, search: str) -> None:
    """A run decreases the loss at every step, or ends; the exact search diverges nowhere on a coercive surface."""
    for surface in ("himmelblau", "beale", "recurrent_cliff", "rastrigin", "rosenbrock"):
        ground = landscapes.get(surface)
        for start in lattice(ground, 7):
            run = optimizers.trace(ground, optimizers.get(name, line_search=search), start=start, steps=100)
            rise = np.diff(run.loss) / (1e-300 + np.abs(run.loss[:-1]))
            assert np.all(rise <= 1e-11), (surface, start)
            still = ~np.diff(run.path, axis=0).any(axis=1)
            if name != "coordinate_descent":
                assert not still.any(), (surface, start)
            assert not np.any(still[1:] & still[:-1]), (surface, start)
            assert run.outcome != "diverged" or surface == "beale", (surface, start)  # Beale's valley is unbounded


def test_bfgs_on_the_cliff_where_it_froze() -> None:
    """From (5, -4) SciPy's BFGS is at 2.8e-18 after two iterations."""
    ground = landscapes.get("recurrent_cliff")
    run = optimizers.trace(ground, optimizers.get("bfgs"), start=(5.0, -4.0))
    assert run.outcome in ("converged", "stalled", "saddle")
    assert run.loss[-1] < 1e-3 * run.loss[0]
    assert run.evaluations[-1].sum() < 1000


def test_where_nothing_lower_is_found_the_run_ends() -> None:
    """At a kink, |x| + |y|, the gradient never vanishes: the search finds nothing, and the run ends at once."""
    run = kink(line_search="armijo")
    assert (run.outcome, run.reason) == ("no_step", "nothing_lower")
    assert run.stopped_at < 100
    assert run.loss[-1] <= run.loss.min()


@pytest.mark.parametrize("search", ["exact", "armijo", "wolfe"])
@pytest.mark.parametrize("name", SEARCHERS)
@pytest.mark.parametrize("scale", [0.0, 5e-324, 1e8, 1e300])
def test_a_search_ends_from_anywhere(name: str, search: str, scale: float) -> None:
    """Along directions whose length, or its inverse, is out of range; otherwise a step decreases the loss."""
    for surface in ("quadratic", "recurrent_cliff", "asymptote", "rosenbrock"):
        ground = landscapes.get(surface)
        for start in ((1e8, 5e-324), (-3.0, 1e8), (5e-324, 0.0), (0.5, -0.7), (-1e8, -1e8)):
            noise = optimizers.noise("gaussian", scale)
            run = optimizers.trace(
                ground, optimizers.get(name, line_search=search), start=start, steps=20, noise=noise, seed=5
            )
            assert not np.isnan(run.path).any()
            finite = np.diff(run.loss)[np.isfinite(np.diff(run.loss))]
            assert np.all(finite <= 1e-11 * np.abs(run.loss[: len(finite)])) or run.reason == "left"


def kink(**values: Any) -> Trajectory:
    """A run on |x| + 2 |y|, whose minimum is not declared."""
    from numba import njit

    from landscapes import Surface
    from landscapes.jets import SURFACE

    @njit(SURFACE)
    def roof(x, y, p):  # type: ignore[no-untyped-def]
        return abs(x) + 2 * abs(y), (1.0 if x >= 0 else -1.0), (2.0 if y >= 0 else -2.0), 0.0, 0.0, 0.0

    surface = Surface("roof", "Roof", "", "", "", kernel=roof, domain=((-1.0, 1.0), (-1.0, 1.0)), start=(0.7, 0.3))
    ground = Landscape(surface, "valleys", {})
    return optimizers.trace(ground, optimizers.get("coordinate_descent", **values), steps=1000)


def test_the_evaluations_of_the_exact_search_are_the_calls_of_the_surface() -> None:
    """One more step evaluates the surface once in the loop, and for the next search at θ and at every trial."""
    from numba import carray, njit

    from landscapes import Surface
    from landscapes.jets import SURFACE

    @njit(SURFACE)
    def counting(x, y, p):  # type: ignore[no-untyped-def]
        carray(p, 1)[0] += 1.0
        return x**4 + y * y - x * y, 4 * x**3 - y, 2 * y - x, 12 * x * x, -1.0, 2.0

    surface = Surface("counting", "", "", "", "", kernel=counting, domain=((-1.0, 1.0), (-1.0, 1.0)), start=(0.9, -0.8))
    ground, calls = Landscape(surface, "valleys", {}), []
    for steps in range(6):
        before = float(ground.packed[0])
        run = optimizers.trace(ground, optimizers.get("steepest_descent"), steps=steps)
        calls.append(ground.packed[0] - before)
    spent = np.diff(optimizers.trace(ground, optimizers.get("steepest_descent"), steps=6).evaluations, axis=0)
    assert run.stopped_at == 5
    assert np.array_equal(np.diff(calls), 1 + spent[1:, 2])
    assert np.array_equal(spent[:, 0], spent[:, 2] - (np.arange(6) > 0))
    assert np.array_equal(spent[:, 1], spent[:, 2])


@pytest.mark.parametrize("name", ["bfgs", "lbfgs", "conjugate_gradient"])
def test_after_a_search_in_vain_comes_the_gradient(name: str) -> None:
    """Noise sometimes points uphill: no step; the next step that is found goes along -g."""
    ground, noise = landscapes.get("quadratic", condition=10.0), optimizers.noise("gaussian", 0.5)
    run = optimizers.trace(ground, optimizers.get(name, line_search="armijo"), steps=400, noise=noise, seed=2)
    steps = np.diff(run.path, axis=0)
    length = np.linalg.norm(steps, axis=1)
    after = [k for k in range(1, run.stopped_at) if length[k - 1] == 0 and length[k] > 1e-6]
    assert len(after) >= 10
    for k in after:
        assert_parallel(steps[k], -run.gradient[k])


def test_a_choice_has_names() -> None:
    by_name, by_number = optimizers.get("bfgs", line_search="armijo"), optimizers.get("bfgs", line_search=1)
    assert by_name.values == by_number.values == {"line_search": 1.0}
    with pytest.raises((TypeError, ValueError), match="one of exact, armijo, wolfe"):
        optimizers.get("bfgs", line_search="newton")
    with pytest.raises(ValueError, match="one of exact, armijo, wolfe"):
        optimizers.get("bfgs", line_search=3)
