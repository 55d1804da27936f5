"""How runs end: every outcome, every reason, and refused calls."""

import math
from typing import Any

import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import Trajectory
from optimizers.engine import rules
from tests.optimizers.settings import with_hyperparameter

Start = tuple[float, float]
# Methods that stay where the gradient is 0; the others explore first.
FOLLOWERS = [name for name, (method, _) in optimizers.methods().items() if method.uses_gradient]


def go(surface: str, optimizer: str, start: Start | None = None, steps: int = 300, **values: float) -> Trajectory:
    return optimizers.trace(landscapes.get(surface), optimizers.get(optimizer, **values), start=start, steps=steps)


# Converged


@pytest.mark.parametrize("start", [(2.0, 2.0), (-2.5, 3.0), (-3.5, -3.0), (3.2, -1.5)])
def test_converged_to_one_of_four_equal_minima(start: Start) -> None:
    ground, run = landscapes.get("himmelblau"), go("himmelblau", "sgd", start, 2000)
    assert run.outcome == "converged"
    assert run.reason is None
    assert run.best
    assert run.minimum is not None
    assert np.linalg.norm(run.path[-1] - ground.minima[run.minimum]) < 1e-6
    distances = np.linalg.norm(np.array(ground.minima) - run.path[-1], axis=1)
    assert run.minimum == np.argmin(distances)


def test_four_starts_find_four_minima() -> None:
    starts = [(2.0, 2.0), (-2.5, 3.0), (-3.5, -3.0), (3.2, -1.5)]
    assert {go("himmelblau", "sgd", start, 2000).minimum for start in starts} == {0, 1, 2, 3}


def test_converged_but_not_to_the_best() -> None:
    good, bad = (go("styblinski_tang", "sgd", start, 2000) for start in ((-2.0, -2.0), (2.0, 2.0)))
    assert (good.outcome, good.best, good.minimum) == ("converged", True, 0)
    assert (bad.outcome, bad.best) == ("converged", False)
    assert bad.minimum not in (0, None)
    assert bad.loss[-1] > good.loss[-1] + 10


def test_converged_to_a_curve_of_minima() -> None:
    run = go("product_network", "sgd", (0.5, 0.7), 5000, lr=0.1)
    assert (run.outcome, run.best) == ("converged", True)
    assert math.prod(run.path[-1]) == pytest.approx(1, abs=1e-7)


@pytest.mark.parametrize("name", FOLLOWERS)
@pytest.mark.parametrize("surface", ["quadratic", "rosenbrock"])
@pytest.mark.parametrize("steps", [0, 1, 300])
def test_a_start_at_the_minimum_has_converged_already(name: str, surface: str, steps: int) -> None:
    none = {one: 0.0 for one in optimizers.get(name).values if one == "weight_decay"}
    run = go(surface, name, landscapes.get(surface).minima[0], steps, **none)
    assert (run.outcome, run.stopped_at, run.minimum, run.best) == ("converged", 0, 0, True)
    assert run.path.shape == (1, 2)


@pytest.mark.parametrize("surface", ["quadratic", "rosenbrock"])
def test_a_triangle_that_begins_at_the_minimum_is_at_rest_when_it_is_small(surface: str) -> None:
    """Its best corner is there from the first step on, where the gradient is 0."""
    ground = landscapes.get(surface)
    run = go(surface, "nelder_mead", ground.minima[0])
    assert (run.outcome, run.minimum, run.best, run.reason) == ("converged", 0, True, None)
    assert np.all(run.path == run.path[0])
    halvings = math.log2(0.5 / (rules.REST * rules.radius(ground)))
    assert halvings <= run.stopped_at <= 3 * halvings  # about two steps for each halving


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_momentum_passes_through_a_minimum(name: str) -> None:
    """The gradient is 0 there but the velocity is not: the run continues."""
    ground, optimizer = (
        landscapes.get("quadratic", condition=1.0, angle=0.0),
        optimizers.get(name, lr=1.0, momentum=0.5),
    )
    run = optimizers.trace(ground, optimizer, start=(1.0, -3.0), steps=500)
    assert run.path[1].tolist() == [0.0, 0.0]
    assert run.outcome == "converged"
    assert run.stopped_at > 1


def test_a_tiny_step_is_no_rest() -> None:
    assert go("quadratic", "sgd", steps=50, lr=1e-12).outcome == "out_of_steps"


def test_weight_decay_pulls_off_a_minimum() -> None:
    run = go("rosenbrock", "adamw", (1.0, 1.0), 1)
    np.testing.assert_allclose(run.path[1], [1 - 1e-3 * 0.01] * 2, rtol=1e-15)


# Saddles and maxima


def test_newton_walks_into_the_saddle() -> None:
    for surface in ("saddle", "himmelblau"):
        ground = landscapes.get(surface)
        near = ground.saddles[0]
        run = go(surface, "newton", (near[0] + 0.1, near[1] + 0.05))
        assert run.outcome == "saddle"
        assert (run.minimum, run.reason) == (None, None)
        assert np.linalg.norm(run.path[-1] - near) < 1e-6


@pytest.mark.parametrize("name", FOLLOWERS)
@pytest.mark.parametrize("surface", ["saddle", "monkey_saddle", "product_network"])
def test_a_start_at_a_saddle_stays_there(name: str, surface: str) -> None:
    for saddle in landscapes.get(surface).saddles:
        if not landscapes.get(surface).gradient(*saddle).any():
            run = go(surface, name, saddle)
            assert (run.outcome, run.stopped_at) == ("saddle", 0)


@pytest.mark.parametrize("surface", ["saddle", "monkey_saddle", "product_network"])
def test_a_triangle_leaves_a_saddle(surface: str) -> None:
    for saddle in landscapes.get(surface).saddles:
        run = go(surface, "nelder_mead", saddle)
        assert run.outcome == "converged"
        assert run.loss[-1] < run.loss[0]


def test_newton_walks_onto_a_maximum() -> None:
    run = go("himmelblau", "newton", (-0.3, -0.9))
    assert run.outcome == "maximum"
    low, high = np.linalg.eigvalsh(landscapes.get("himmelblau").hessian(*run.path[-1]))
    assert low <= high < 0


def test_descent_leaves_a_saddle_that_is_missed_by_a_hair() -> None:
    run = go("saddle", "sgd", (0.5, 1e-9), 5000, lr=0.1)
    assert run.outcome == "converged"


# Plateaus


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov"])
def test_stalled_at_rest_on_a_plateau(name: str) -> None:
    run = go("easom", name, (-0.9, -0.9), 200)
    assert run.outcome == "stalled"
    assert run.minimum is None
    assert not run.best


def test_stalled_while_still_creeping() -> None:
    """The gradient is above the threshold of rest, but the budget makes no difference."""
    run = go("sigmoid_plateau", "sgd", (-4.5, 4.5), 100, lr=0.01)
    assert (run.outcome, run.stopped_at) == ("stalled", 100)
    ground = landscapes.get("sigmoid_plateau")
    slope = np.linalg.norm(run.gradient[-1])
    assert slope * rules.radius(ground) > rules.REST * (run.loss[-1] - ground.infimum)


def test_a_slow_run_in_a_valley_has_not_stalled() -> None:
    assert go("rosenbrock", "sgd", steps=100, lr=1e-6).outcome == "out_of_steps"


def test_far_up_the_wall_of_a_bowl_is_no_plateau() -> None:
    for surface in ("quadratic", "rosenbrock", "himmelblau"):
        assert go(surface, "sgd", (3e5, -2e5), 0).outcome == "out_of_steps"


# Diverged


def test_left() -> None:
    run = go("quadratic", "sgd", (1.0, 1.0), 10_000, lr=2.5)
    assert (run.outcome, run.reason, run.minimum) == ("diverged", "left", None)
    assert np.all(np.abs(run.path[:-1]) <= rules.FAR)
    assert np.any(np.abs(run.path[-1]) > rules.FAR)


def test_a_start_outside_has_left() -> None:
    run = go("quadratic", "sgd", (1e9, 0.0))
    assert (run.outcome, run.reason, run.stopped_at) == ("diverged", "left", 0)


def test_loss_and_nan() -> None:
    """No surface of ours overflows inside the box, so the rule is tested with one that does."""
    for end, reason in ((rules.End.LOSS, "loss"), (rules.End.NAN, "nan")):
        assert rules.outcome(landscapes.get("quadratic"), end, 0.0, 0.0) == "diverged"
        assert rules.REASONS[end] == reason


def overflowing(kind: str) -> Any:
    """A kernel whose loss is too large, or NaN, from x = 1 on."""
    from numba import njit

    from landscapes.jets import SURFACE

    huge, nothing = 1e301, math.nan

    @njit(SURFACE)
    def loss(x, y, p):  # type: ignore[no-untyped-def]
        return (huge if x >= 1 else 0.0), -1.0, 0.0, 0.0, 0.0, 0.0

    @njit(SURFACE)
    def nan(x, y, p):  # type: ignore[no-untyped-def]
        return (nothing if x >= 1 else 0.0), -1.0, 0.0, 0.0, 0.0, 0.0

    @njit(SURFACE)
    def slope(x, y, p):  # type: ignore[no-untyped-def]
        return 0.0, (nothing if x >= 1 else -1.0), 0.0, 0.0, 0.0, 0.0

    return {"loss": loss, "nan": nan, "slope": slope}[kind]


@pytest.mark.parametrize(("kind", "end"), [("loss", "LOSS"), ("nan", "NAN"), ("slope", "NAN")])
@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adam"])
def test_the_loop_sees_overflow_and_nan(kind: str, end: str, name: str) -> None:
    from landscapes.jets import SURFACE
    from landscapes.tools.compiler import address
    from optimizers._trajectory import run_config
    from optimizers.engine.loop import COLUMNS

    kernel, optimizer = overflowing(kind), optimizers.get(name, lr=0.25)
    record, none = np.full((101, COLUMNS), -7.0), np.zeros(1)
    none.setflags(write=False)
    plain = run_config(landscapes.get("quadratic"), optimizer, 100)
    code = optimizer.method.trace(address(kernel, SURFACE), none, 0.0, 0.0, optimizer.packed, plain, record)
    assert rules.End(code & 7).name == end
    last = code >> 3
    assert record[last, 0] >= 0.99 or name == "nesterov"  # Nesterov evaluates it ahead
    assert np.all(record[last + 1 :] == -7.0)


@pytest.mark.parametrize(
    ("surface", "values", "start"),
    # On y = 0 the monkey saddle with c = 1/2 has f_xx = 6x + 6x²; the saddle has f_yy = 12 c y² - 2.
    [("monkey_saddle", {"c": 0.5}, (-1.0, 0.0)), ("saddle", {"c": 1 / 6}, (0.5, 1.0))],
)
def test_a_singular_hessian_is_said_and_damping_rescues(surface: str, values: dict[str, float], start: Start) -> None:
    ground = landscapes.get(surface, **values)
    assert np.linalg.det(ground.hessian(*start)) == 0
    assert ground.gradient(*start).any()
    run = optimizers.trace(ground, optimizers.get("newton"), start=start)
    assert (run.outcome, run.reason, run.stopped_at) == ("no_step", "singular", 0)
    rescued = optimizers.trace(ground, optimizers.get("newton", damping=0.5), start=start)
    assert rescued.outcome in ("converged", "saddle")


def test_a_singular_hessian_with_nothing_to_descend_is_rest() -> None:
    run = go("monkey_saddle", "newton", (0.0, 0.0))
    assert (run.outcome, run.stopped_at) == ("saddle", 0)


# Out of steps


@pytest.mark.parametrize("name", with_hyperparameter("lr"))
def test_no_learning_rate_no_movement(name: str) -> None:
    run = go("rosenbrock", name, steps=50, lr=0.0)
    assert (run.outcome, run.stopped_at) == ("out_of_steps", 50)
    assert np.all(run.path == run.path[0])


@pytest.mark.parametrize("name", with_hyperparameter("lr"))
def test_a_monstrous_learning_rate_diverges_at_once(name: str) -> None:
    run = go("rosenbrock", name, lr=1e300)
    assert (run.outcome, run.stopped_at) == ("diverged", 1)


@pytest.mark.parametrize("name", optimizers.names())
def test_no_steps(name: str) -> None:
    run = go("rosenbrock", name, steps=0)
    assert (run.outcome, run.stopped_at) == ("out_of_steps", 0)
    assert run.path.tolist() == [list(landscapes.get("rosenbrock").start)]


def test_a_million_steps() -> None:
    run = go("rosenbrock", "sgd", steps=1_000_000, lr=1e-9)
    assert (run.outcome, run.stopped_at, run.path.shape) == ("out_of_steps", 1_000_000, (1_000_001, 2))
    assert np.all(np.diff(run.loss) < 0)


def test_a_run_that_ends_early_lets_go_of_the_rest() -> None:
    run = go("quadratic", "newton", steps=1_000_000)
    assert run.outcome == "converged"
    assert run.path.base is not None
    assert run.path.base.nbytes < 10_000


def test_two_in_a_row_at_the_edge() -> None:
    """At ε = 2/λ descent jumps from side to side forever."""
    run = optimizers.trace(
        landscapes.get("quadratic", condition=1.0, angle=0.0),
        optimizers.get("sgd", lr=2.0),
        start=(1.0, -2.0),
        steps=99,
    )
    assert run.outcome == "out_of_steps"
    assert run.path[-1].tolist() == [-1.0, 2.0]


# In other units of x and f


def scaled(f: float, x: float) -> Any:
    """Himmelblau's function, f times as high and x times as wide."""
    from dataclasses import replace

    from numba import njit

    from landscapes.jets import SURFACE

    kernel = landscapes.surfaces()["himmelblau"][0].kernel

    @njit(SURFACE)
    def jet(u, v, p):  # type: ignore[no-untyped-def]
        a, b, c, d, e, g = kernel(u / x, v / x, p)
        return f * a, f * b / x, f * c / x, f * d / x / x, f * e / x / x, f * g / x / x

    one = landscapes.get("himmelblau")
    wide = tuple((x * low, x * high) for low, high in one.domain)
    surface = replace(
        one.surface,
        kernel=jet,
        domain=wide,
        minima=lambda **_: tuple((x * u, x * v) for u, v in one.minima),
        saddles=lambda **_: tuple((x * u, x * v) for u, v in one.saddles),
    )
    return landscapes.Landscape(surface, "many_minima", {})


@pytest.mark.slow
@pytest.mark.parametrize(("f", "x"), [(1e-30, 1.0), (1e30, 1.0), (1.0, 1e-9), (1.0, 1e6), (1e-20, 1e-6), (1e20, 1e5)])
@pytest.mark.parametrize("name", ["newton", "steepest_descent", "sgd"])
def test_units_change_no_outcome(f: float, x: float, name: str) -> None:
    """If the method takes the same steps in other units; gradients are f / x times as large, and rates x² / f times."""
    values = {"lr": 0.01 * x * x / f} if name == "sgd" else {}
    for start in ((1.0, 1.5), (-2.5, 3.0), (-0.3, -0.9), (0.1, 2.8)):
        same = {"lr": 0.01} if name == "sgd" else {}
        one = optimizers.trace(landscapes.get("himmelblau"), optimizers.get(name, **same), start=start, steps=2000)
        other = optimizers.trace(
            scaled(f, x), optimizers.get(name, **values), start=(x * start[0], x * start[1]), steps=2000
        )
        assert one.outcome in ("converged", "saddle", "maximum")
        assert (one.outcome, one.minimum, one.best) == (other.outcome, other.minimum, other.best)
        assert abs(one.stopped_at - other.stopped_at) <= 1


POWERS = [-930, -660, -400, -100, 100, 400, 660, 930]


@pytest.mark.slow
@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("name", ["newton", "saddle_free_newton", "nelder_mead"])
def test_a_loss_times_a_power_of_two_has_the_same_path(name: str, power: int) -> None:
    """To the last bit, although squares of its gradients and Hessians are far out of range."""
    for start in ((1.0, 1.5), (-2.5, 3.0), (-0.3, -0.9), (0.1, 2.8)):
        one = optimizers.trace(landscapes.get("himmelblau"), optimizers.get(name), start=start)
        other = optimizers.trace(scaled(2.0**power, 1.0), optimizers.get(name), start=start)
        assert one.path.tobytes() == other.path.tobytes()
        assert (one.outcome, one.minimum, one.best) == (other.outcome, other.minimum, other.best)


@pytest.mark.slow
@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("kind", ["exact", "wolfe"])
@pytest.mark.parametrize("name", ["steepest_descent", "conjugate_gradient", "coordinate_descent", "bfgs", "lbfgs"])
def test_searches_come_to_rest_at_every_scale(name: str, kind: str, power: int) -> None:
    """The first trial has the length of the gradient, at most 1: the number of steps may differ."""
    for start in ((1.0, 1.5), (-2.5, 3.0), (0.1, 2.8)):
        run = optimizers.trace(scaled(2.0**power, 1.0), optimizers.get(name, line_search=kind), start=start)
        assert run.outcome == "converged"
        assert run.stopped_at <= 150


def test_steep_surfaces_come_to_rest() -> None:
    """Gradients near a minimum are above 1e-8 due to rounding."""
    for values in ({"a": 1e3}, {"a": 1e6}):
        for name in ("bfgs", "newton", "conjugate_gradient", "damped_newton", "steepest_descent"):
            ground = landscapes.get("rastrigin", **values)
            for start in ((0.1, -0.05), (2.2, 1.1)):
                run = optimizers.trace(ground, optimizers.get(name), start=start)
                assert run.outcome in ("converged", "saddle", "maximum"), (values, name, start)
    ground = landscapes.get("deep_chain_skip", layers=20, others=1)
    run = optimizers.trace(ground, optimizers.get("bfgs"))
    assert (run.outcome, run.best) == ("converged", True)


def test_a_flat_valley_is_no_minimum() -> None:
    """The gradient is 1e-9 and the loss 5e-11, and the minimum is 0.1 away."""
    ground = landscapes.get("quadratic", condition=1e8, angle=0.0)
    run = optimizers.trace(ground, optimizers.get("sgd", lr=0.1), start=(0.1, 0.0))
    assert (run.outcome, run.best) == ("out_of_steps", False)
    assert optimizers.trace(ground, optimizers.get("newton"), start=(0.1, 0.0)).outcome == "converged"


def test_every_declared_minimum_is_one() -> None:
    """A run that starts at a declared minimum has converged, to the best or not, wherever it comes to rest there."""
    for name in landscapes.names():
        ground = landscapes.get(name)
        for i, point in enumerate(ground.minima):
            run = optimizers.trace(ground, optimizers.get("sgd", lr=1e-30), start=point, steps=1)
            if run.stopped_at == 0:
                assert (run.outcome, run.minimum) == ("converged", i), (name, point)
            assert run.best or i > 0, name


# Refused


@pytest.mark.parametrize("start", [(math.nan, 0.0), (0.0, math.inf), (-math.inf, 1.0), (10**400, 0.0), (1.0,)])
def test_a_bad_start_is_refused(start: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        go("quadratic", "sgd", start)


@pytest.mark.parametrize(
    ("steps", "error"), [(-1, ValueError), (10**8, ValueError), (3.0, TypeError), (True, TypeError)]
)
def test_a_bad_number_of_steps_is_refused(steps: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="steps"):
        go("quadratic", "sgd", steps=steps)


@pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), (2**63, ValueError), (0.5, TypeError), ("0", TypeError)])
def test_a_bad_seed_is_refused(seed: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="seed"):
        optimizers.trace(landscapes.get("quadratic"), optimizers.get("sgd"), seed=seed)


# One point and many


@pytest.mark.parametrize("surface", landscapes.names())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # far points overflow
def test_the_least_value_is_told_alike_at_one_point_and_at_many(surface: str) -> None:
    landscape = landscapes.get(surface)
    anchors = np.array([*landscape.minima, *landscape.saddles, landscape.start, (0.0, 0.0)])
    away = np.array([(0.0, 0.0), (1e-12, 0.0), (0.0, 1e-8), (1e-5, -1e-5), (1e-2, 1.0), (1e30, 0.0), (1e160, -1e200)])
    x, y = (anchors[:, None] + away).reshape(-1, 2).T
    x, y = np.append(x, [math.inf, math.nan, 0.0]), np.append(y, [0.0, 0.0, math.nan])
    alone = [rules.is_best(landscape, *point) for point in zip(x.tolist(), y.tolist(), strict=True)]
    assert rules.all_best(landscape, x, y).tolist() == alone
    assert any(alone) == (landscape.minimum_value is not None)
