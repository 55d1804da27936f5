"""The simplex search of Nelder and Mead: SciPy's corners, its trials, ties, and evaluations."""

import math
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

import landscapes
import optimizers
from landscapes import Landscape
from optimizers.engine import rules

START = (-1.3, 1.7)
SECOND = ("expanded", "contracted")
AFTER = ("after", "shrunk")


def scipys(ground: Landscape, start: tuple[float, float], size: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """The best corner of SciPy's triangle after every step, and its last triangle."""
    x, y = start
    options = {
        "initial_simplex": [(x, y), (x + size, y), (x, y + size)],
        "xatol": 0.0,
        "fatol": 0.0,
        "maxiter": steps + 1,  # it counts from one
        "maxfev": 10**6,
        "return_all": True,
    }
    result = minimize(lambda at: float(ground.value(*at)), start, method="Nelder-Mead", options=options)
    return np.array(result.allvecs), result.final_simplex[0]


@pytest.mark.parametrize("size", [0.05, 0.5, 3.0])
@pytest.mark.parametrize(
    "surface", ["quadratic", "rosenbrock", "himmelblau", "beale", "booth", "narrow_ravine", "levy"]
)
def test_every_corner_is_scipys(surface: str, size: float) -> None:
    """To rounding, over the steps in which no two losses are so close that rounding decides."""
    ground, optimizer = landscapes.get(surface), optimizers.get("nelder_mead", size=size)
    run = optimizers.trace(ground, optimizer, START, 40)
    path, corners = scipys(ground, START, size, 40)
    assert run.stopped_at == 40
    np.testing.assert_allclose(run.path, path, rtol=1e-12, atol=1e-12)
    last = [part.shape for part in optimizers.dissect(ground, optimizer, run, 39).parts if part.term in AFTER]
    np.testing.assert_allclose(last[0].corners, corners, rtol=1e-12, atol=1e-12)


def test_the_parts_are_the_rules_of_lagarias_and_others() -> None:
    """Every trial if and only if it is due, and the triangle after it that one step leads to."""
    seen: set[str] = set()
    for surface in ("rosenbrock", "himmelblau", "eggholder", "six_hump_camel", "zero_one_loss"):
        ground, optimizer = landscapes.get(surface), optimizers.get("nelder_mead", size=1.5)
        run, corners = optimizers.trace(ground, optimizer, steps=80), None
        for k in range(run.stopped_at):
            shapes: dict[str, Any] = {
                part.term: part.shape for part in optimizers.dissect(ground, optimizer, run, k).parts
            }
            best, middle, worst = np.array(shapes["triangle"].corners)
            if corners is not None:
                np.testing.assert_allclose([best, middle, worst], corners, rtol=1e-12, atol=1e-12)
            assert tuple(best) == tuple(run.path[k]) or k == 0
            low, second, high = (ground.value(*corner) for corner in (best, middle, worst))
            center = (best + middle) / 2
            reflected = shapes["reflected"].at
            np.testing.assert_allclose(reflected, 2 * center - worst, rtol=1e-12, atol=1e-12)
            loss = ground.value(*reflected)
            term = "expanded" if loss < low else "contracted" if loss >= second else ""
            assert [one for one in SECOND if one in shapes] == [term][: len(term)]
            tried, new = math.inf, reflected
            if term:
                share = 2 if term == "expanded" else 0.5 if loss < high else -0.5
                np.testing.assert_allclose(shapes[term].at, center + share * (center - worst), rtol=1e-12, atol=1e-12)
                tried = ground.value(*shapes[term].at)
                new = shapes[term].at if term == "contracted" or tried < loss else reflected
            shrinks = term == "contracted" and not (tried <= loss if loss < high else tried < high)
            expected = [best, (best + middle) / 2, (best + worst) / 2] if shrinks else [best, middle, new]
            corners = np.array(shapes["shrunk" if shrinks else "after"].corners)
            np.testing.assert_allclose(sorted(map(tuple, corners)), sorted(map(tuple, expected)), rtol=1e-9, atol=1e-9)
            assert tuple(corners[0]) == tuple(run.path[k + 1])
            seen |= shapes.keys()
    assert seen == optimizers.get("nelder_mead").method.captions.keys()


def test_ties_leave_the_older_corner_first() -> None:
    """On a plateau nothing is lower: θ stays, reflections fail, and the triangle shrinks until it has collapsed."""
    ground, optimizer = landscapes.get("zero_one_loss"), optimizers.get("nelder_mead", size=1e-3)
    run = optimizers.trace(ground, optimizer, steps=200)
    assert np.all(run.path == run.path[0])
    assert run.stopped_at < 100
    for k in range(run.stopped_at):
        parts = {part.term: part.shape for part in optimizers.dissect(ground, optimizer, run, k).parts}
        assert parts["triangle"].corners[0] == tuple(run.path[0])
        assert "shrunk" in parts
        (x, y), (ax, ay), (bx, by) = parts["triangle"].corners
        assert (ay, bx) == (y, x)  # θ₀ + (s, 0) before θ₀ + (0, s)
        assert ax > x or by > y


def test_it_follows_no_gradient() -> None:
    """Neither noise nor clipping of the gradient changes a step, and no gradient is counted."""
    ground, optimizer = landscapes.get("rosenbrock"), optimizers.get("nelder_mead")
    calm = optimizers.trace(ground, optimizer, START, 60)
    noisy = optimizers.trace(ground, optimizer, START, 60, noise=optimizers.noise("gaussian", 5.0), seed=3)
    clipped = optimizers.trace(ground, optimizer, START, 60, clip=optimizers.clip("norm", 1e-3))
    assert np.array_equal(calm.path, noisy.path)
    assert np.array_equal(calm.path, clipped.path)
    assert not np.array_equal(calm.gradient, noisy.gradient)
    assert not calm.evaluations[:, 1:].any()
    assert not optimizer.method.uses_gradient
    assert all(optimizers.get(name).method.uses_gradient for name in optimizers.names() if name != "nelder_mead")


def test_the_loss_never_rises() -> None:
    for surface in landscapes.names():
        run = optimizers.trace(landscapes.get(surface), "nelder_mead", steps=300)
        assert np.all(np.diff(run.loss) <= 0), surface


def test_a_large_triangle_at_a_minimum_is_no_rest() -> None:
    """The best corner is the minimum itself while the others are still far away."""
    ground, optimizer = landscapes.get("quadratic", condition=1.0, angle=0.0), optimizers.get("nelder_mead", size=1.0)
    run = optimizers.trace(ground, optimizer, (-1.0, 0.0), 300)
    at = int(np.argmax(np.all(run.path == 0.0, axis=1)))
    assert run.path[at].tolist() == [0.0, 0.0]
    assert run.stopped_at > at + 20
    last = optimizers.dissect(ground, optimizer, run, run.stopped_at - 1).parts
    (corners,) = [part.shape.corners for part in last if part.term in AFTER]
    reach = max(math.dist(corners[0], corner) for corner in corners)
    assert reach <= 4 * rules.REST * rules.radius(ground)
    assert (run.outcome, run.best) == ("converged", True)


def test_a_collapsed_triangle_has_no_step() -> None:
    """At a point that is not a minimum, in Bukin's ravine, along which no corner is lower any more."""
    run = optimizers.trace(landscapes.get("bukin_6"), "nelder_mead", steps=2000)
    assert (run.outcome, run.reason, run.best) == ("no_step", "nothing_lower", False)
    noisy = optimizers.trace(
        landscapes.get("bukin_6"), "nelder_mead", steps=2000, noise=optimizers.noise("gaussian", 0.1)
    )
    assert (noisy.outcome, noisy.stopped_at) == ("out_of_steps", 2000)
    assert np.array_equal(noisy.path[: len(run.path)], run.path)
    assert np.all(noisy.path[len(run.path) :] == run.path[-1])
    parts = optimizers.dissect(landscapes.get("bukin_6"), "nelder_mead", noisy, 1999).parts
    assert [part.term for part in parts] == ["triangle", "step"]


def test_a_first_triangle_without_size_has_no_step() -> None:
    run = optimizers.trace(landscapes.get("rosenbrock"), optimizers.get("nelder_mead", size=1e-30), steps=5)
    assert (run.outcome, run.reason, run.stopped_at) == ("no_step", "nothing_lower", 0)
