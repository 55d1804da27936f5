"""Line searches and the methods that use them, against SciPy and against the conditions they promise."""

import math
from typing import Any

import numpy as np
import pytest
from scipy.optimize import BFGS, LbfgsInvHessProduct, line_search, minimize

import landscapes
import optimizers
from landscapes import Landscape
from optimizers import Trajectory

SEARCHERS = [name for name, (method, _) in optimizers.methods().items() if method.counts]
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
    theirs = minimize(
        lambda point: value(ground, point),
        start,
        jac=lambda point: slope(ground, point),
        method=TWIN[name],
        options={"gtol": 1e-9} if name != "lbfgs" else {"gtol": 1e-9, "ftol": 0.0},
    )
    assert run.outcome == "converged"
    np.testing.assert_allclose(run.path[-1], theirs.x, atol=1e-6)


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
    theirs = BFGS(init_scale=1.0)
    theirs.initialize(2, "inv_hess")
    assert run.stopped_at >= 4
    for k in range(run.stopped_at - 1):  # the last steps are as short as the rounding of the iterates
        if np.linalg.norm(s[k]) > 1e-6:
            assert_parallel(s[k], -theirs.get_matrix() @ run.gradient[k])
        if s[k] @ y[k] > 0:
            theirs.update(s[k], y[k])


@pytest.mark.parametrize("memory", [1, 3, 10])
@pytest.mark.parametrize(("surface", "start"), STARTS, ids=lambda one: one if isinstance(one, str) else "")
def test_lbfgs_goes_where_scipys_product_points(surface: str, start: tuple[float, float], memory: int) -> None:
    """SciPy's product begins with I; with s / √γ and √γ y it is M / γ for an M that begins with γ I."""
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
    """From many starts along -g: SciPy's points and ours keep the same strong Wolfe conditions."""
    chance, seen = np.random.default_rng(3), 0
    for surface in ("rosenbrock", "himmelblau", "beale", "styblinski_tang"):
        ground = landscapes.get(surface)
        for start in chance.uniform(-2, 2, (25, 2)):
            g = slope(ground, start)
            theirs = line_search(
                lambda point, ground=ground: value(ground, point),
                lambda point, ground=ground: slope(ground, point),
                start,
                -g,
                c2=0.1,
                maxiter=60,
            )[0]
            run = go(surface, "steepest_descent", tuple(start), 1, line_search="wolfe")
            if theirs is None:
                continue
            ours = float((run.path[1] - start) @ -g / (g @ g))
            for alpha in (ours, theirs):
                there = start - alpha * g
                assert alpha > 0
                assert value(ground, there) <= value(ground, start) - 1e-4 * alpha * (g @ g)
                assert abs(slope(ground, there) @ g) <= 0.1 * (g @ g) * (1 + 1e-9)
            seen += 1
    assert seen >= 80


def test_armijo_halves_its_first_trial() -> None:
    """Along -g, longer than 1, the first trial has length 1; the step is that over a power of two."""
    for surface, start in STARTS:
        run = go(surface, "bfgs", start, 1, line_search="armijo")
        halvings = -math.log2(np.linalg.norm(run.path[1] - run.path[0]) / min(1.0, np.linalg.norm(run.gradient[0])))
        assert halvings == pytest.approx(round(halvings), abs=1e-9)
        assert run.evaluations[1].tolist() == [2 + round(halvings), 1, 0]


@pytest.mark.parametrize("name", SEARCHERS)
def test_the_exact_search_says_where_it_has_no_step(name: str) -> None:
    """At (1, 1) the curvature of Himmelblau's function is negative along both axes and along -g."""
    ground = landscapes.get("himmelblau")
    g, H = ground.gradient(1.0, 1.0), ground.hessian(1.0, 1.0)
    assert g @ H @ g < 0
    assert H[0, 0] < 0
    run = go("himmelblau", name, (1.0, 1.0), line_search="exact")
    assert (run.outcome, run.reason, run.stopped_at) == ("diverged", "singular", 0)


@pytest.mark.parametrize("name", ["bfgs", "lbfgs", "conjugate_gradient"])
def test_after_a_search_in_vain_comes_the_gradient(name: str) -> None:
    """Noise points uphill now and then: no step; the next one that is found goes along -g."""
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
