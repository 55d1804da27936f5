"""Any run ends by the rules."""

import math

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

import landscapes
import optimizers
from optimizers import Optimizer
from optimizers.engine import rules

OUTCOMES = set(optimizers.OUTCOMES)
EXTREMES = (0.0, 5e-324, 1e-300, 1e-12, 0.5, 0.9, 1 - 2.0**-53, 1.0, 2.0, 10.0, 1e8, 1e300)


@st.composite
def runners(draw: st.DrawFn) -> Optimizer:
    """Any optimizer, with any allowed hyperparameters, often extreme ones."""
    name = draw(st.sampled_from(optimizers.names()))
    values = {}
    for one in optimizers.get(name).hyperparameters:
        choices = [value for value in (*EXTREMES, one.default) if one.allows(value)]
        inside = (
            st.floats(one.low, one.high).map(math.floor).map(float) if one.integer else st.floats(one.low, one.high)
        )
        values[one.name] = draw(st.one_of(st.just(one.default), inside, st.sampled_from(choices)))
    return optimizers.get(name, **values)


coordinates = st.one_of(st.floats(-5, 5), st.floats(-1e8, 1e8), st.sampled_from((0.0, -0.0, 1.0, 1e8, 5e-324)))
grounds = st.sampled_from(landscapes.names()).map(landscapes.get)
scales = st.one_of(st.just(0.0), st.just(0.0), st.floats(0, 10), st.sampled_from((5e-324, 1e-9, 1e8, 1e300)))


@settings(max_examples=400)
@given(grounds, runners(), st.tuples(coordinates, coordinates), st.integers(0, 400), scales, st.integers(0, 2**63 - 1))
# A curvature so small that it rounds to 0 does not indicate a stationary point.
@example(landscapes.get("asymptote"), optimizers.get("saddle_free_newton"), (746.0, 1.0), 13, 0.0, 0)
def test_every_run_keeps_the_rules(
    ground: landscapes.Landscape,
    runner: Optimizer,
    start: tuple[float, float],
    steps: int,
    scale: float,
    seed: int,
) -> None:
    run = optimizers.trace(
        ground, runner, start=start, steps=steps, noise=optimizers.noise("gaussian", scale), seed=seed
    )
    n = run.stopped_at
    assert run.outcome in OUTCOMES
    assert (run.outcome in ("diverged", "no_step")) == (run.reason is not None)
    assert (run.minimum is not None) <= (run.outcome == "converged")
    assert 0 <= n <= steps
    assert (len(run.path), len(run.loss), len(run.gradient), len(run.evaluations)) == (n + 1,) * 4
    assert tuple(run.path[0]) == start
    assert not np.isnan(run.path).any()
    assert np.array_equal(run.loss, ground.value(run.path[:, 0], run.path[:, 1]), equal_nan=True)

    # Up to the last row all numbers are in range.
    assert np.all(np.abs(run.path[:-1]) <= rules.FAR)
    assert np.all(np.abs(run.loss[:-1]) <= rules.HUGE)
    assert not np.isnan(run.gradient[:-1]).any()  # it may be infinite one step before the run leaves the box
    if run.reason == "left":
        assert not np.all(np.abs(run.path[-1]) <= rules.FAR)
    else:
        assert np.all(np.abs(run.path[-1]) <= rules.FAR)
    if run.reason == "loss":
        assert abs(run.loss[-1]) > rules.HUGE
    if run.reason in (None, "singular", "nothing_lower"):
        assert abs(run.loss[-1]) <= rules.HUGE
        assert not np.isnan(run.gradient[-1]).any()

    # A run that is not at rest, has not diverged and has a step to take uses its budget.
    if run.outcome == "out_of_steps":
        assert n == steps
    if run.outcome in ("converged", "saddle", "maximum") or (run.outcome == "stalled" and n < steps):
        assert rests(ground, run, n)
    if runner.name == "sgd":
        assert not any(still(ground, run, k) and rests(ground, run, k) for k in range(n))
    if run.best:
        height = np.abs(ground.hessian(*run.path[-1])).max() * rules.radius(ground) ** 2
        assert run.loss[-1] - ground.minimum_value <= 1e-10 * abs(ground.minimum_value) + 1e-15 * height


def rests(ground: landscapes.Landscape, run: optimizers.Trajectory, k: int) -> bool:
    """Whether the gradient at iterate k indicates a stationary point nearby, to the precision of a search."""
    loss, _, _, hxx, hxy, hyy = ground.at(*run.path[k])
    g, H = run.gradient[k], np.array([[hxx, hxy], [hxy, hyy]])
    r, height, to_lose = rules.radius(ground), np.abs(H).max(), max(loss - ground.infimum, 0.0)
    rest = (rules.LEVEL if k == run.stopped_at else rules.REST) * (1 + 1e-6)
    steep = np.hypot(*g)
    flat = steep * r <= rest * to_lose
    with np.errstate(all="ignore"):
        high = H / height if height > 0 else H  # the determinant of tiny numbers is 0
        near = abs(np.linalg.det(high)) > 0 and np.hypot(*np.linalg.solve(high, g / height)) <= rest * r
    return flat or near or (ground.minima_fill and to_lose <= rest**2 * height * r * r)


def still(ground: landscapes.Landscape, run: optimizers.Trajectory, k: int) -> bool:
    """Whether the step from iterate k is negligible on the map."""
    return math.hypot(*(run.path[k + 1] - run.path[k])) < rules.REST * rules.radius(ground) * (1 - 1e-6)
