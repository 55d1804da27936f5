"""Claims of chapter 8 on first-order methods, each with its number."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import landscapes
import optimizers
from landscapes.jets import SURFACE
from landscapes.tools.compiler import address
from optimizers import Optimizer, Trajectory
from optimizers._trajectory import run_config
from optimizers.engine.loop import COLUMNS

Start = tuple[float, float]

ADAPTIVE = ("adagrad", "adam", "rmsprop")
SCALED = (*ADAPTIVE, "amsgrad", "adamw", "lion", "rmsprop_nesterov", "nadam", "rprop", "schedule_free_adamw")
VALLEY, FAR_UP = 1000.0, (1.7, 0.6)


@cache
def surfaces() -> dict[str, Any]:
    """Kernels for these tests: p = (scale, x₀, y₀)."""
    from numba import njit

    @njit(SURFACE, error_model="numpy")
    def ramp(x, y, p):  # type: ignore[no-untyped-def]
        """A plane of slopes (3 c, -c / 7)."""
        return p[0] * (3 * x - y / 7), 3 * p[0], -p[0] / 7, 0.0, 0.0, 0.0

    @njit(SURFACE, error_model="numpy")
    def bent(x, y, p):  # type: ignore[no-untyped-def]
        """A slope of 100 in x, and of 1 for x < 0."""
        slope = 100.0 if x >= 0 else 1.0
        return p[0] * slope * x, p[0] * slope, 0.0, 0.0, 0.0, 0.0

    @njit(SURFACE, error_model="numpy")
    def dish(x, y, p):  # type: ignore[no-untyped-def]
        """c (u²/4 + v² + u v / 3 + u⁴/50 + v³/60), moved to (x₀, y₀): convex nearby, without symmetries."""
        c, u, v = p[0], x - p[1], y - p[2]
        return (
            c * (u * u / 4 + v * v + u * v / 3 + u * u * u * u / 50 + v * v * v / 60),
            c * (u / 2 + v / 3 + 4 * u * u * u / 50),
            c * (2 * v + u / 3 + v * v / 20),
            c * (0.5 + 12 * u * u / 50),
            c / 3,
            c * (2 + v / 10),
        )

    return {"ramp": ramp, "bent": bent, "dish": dish}


def rows(surface: str, optimizer: Optimizer, start: Start, steps: int, p: tuple[float, float, float]) -> np.ndarray:
    """The record of a run on a surface of these tests."""
    packed = np.array(p)
    packed.setflags(write=False)
    record = np.empty((steps + 1, COLUMNS + 2 * optimizer.method.counts))
    plain = run_config(landscapes.get("quadratic"), optimizer, steps)
    place = address(surfaces()[surface], SURFACE)
    code = optimizer.method.trace(place, packed, *map(float, start), optimizer.packed, plain, record)
    return record[: (code >> 3) + 1]


def without_eps(name: str, **values: float) -> Optimizer:
    return optimizers.get(name, **{one: 0.0 for one in optimizers.get(name).values if one == "eps"}, **values)


def tilted(angle: float, optimizer: Optimizer, steps: int, condition: float = VALLEY) -> Trajectory:
    """A run in a valley at an angle, from the same place relative to the valley."""
    c, s, (u, v) = math.cos(math.radians(angle)), math.sin(math.radians(angle)), FAR_UP
    ground = landscapes.get("quadratic", condition=condition, angle=angle)
    return optimizers.trace(ground, optimizer, start=(c * u - s * v, s * u + c * v), steps=steps)


# The square of a gradient below 1e-162 is 0, and without δ the step would divide by it.
starts = st.tuples(*[st.floats(-3, 3).map(lambda place: round(place, 9))] * 2)


# The size of the gradient


@pytest.mark.slow
@settings(max_examples=200)
@given(st.floats(-100, 100).map(lambda power: 10.0**power), st.floats(1e-6, 10), st.floats(0, 0.999))
def test_adams_first_step_is_its_rate_whatever_the_slope(scale: float, lr: float, beta: float) -> None:
    for name in ("adam", "amsgrad"):
        run = rows("ramp", without_eps(name, lr=lr, beta1=beta, beta2=beta), (0.0, 0.0), 1, (scale, 0.0, 0.0))
        np.testing.assert_allclose(run[1, :2], (-lr, lr), rtol=1e-12)


def test_adagrads_first_step_is_its_rate_too_and_rmsprops_is_longer() -> None:
    """RMSProp corrects no bias: its first r is (1 - ρ) g², so its first step is lr / √(1 - ρ)."""
    for name, first in (
        ("adagrad", 0.3),
        ("rmsprop", 0.3 / math.sqrt(0.1)),
        ("rmsprop_nesterov", 0.3 / math.sqrt(0.1)),
    ):
        run = rows("ramp", without_eps(name, lr=0.3), (0.0, 0.0), 1, (1e9, 0.0, 0.0))
        np.testing.assert_allclose(run[1, :2], (-first, first), rtol=1e-12)


@settings(max_examples=150)
@given(st.sampled_from(SCALED), st.integers(-60, 60), starts, st.floats(1e-4, 1))
def test_the_scale_of_the_loss_does_not_matter_to_the_last_bit(name: str, power: int, start: Start, lr: float) -> None:
    """A power of 2 is exact in binary, under squares and roots too."""
    optimizer = without_eps(name, lr=lr)
    plain, scaled = (rows("dish", optimizer, start, 60, (c, 0.0, 0.0)) for c in (1.0, 2.0**power))
    n = min(len(plain), len(scaled))
    assert n > 30 or np.abs(plain[-1, 3:5]).max() <= 1e-8
    assert plain[:n, :2].tobytes() == scaled[:n, :2].tobytes()


@settings(max_examples=150)
@given(st.sampled_from(ADAPTIVE), st.floats(-6, 6), starts)
def test_the_scale_of_the_loss_does_not_matter(name: str, power: float, start: Start) -> None:
    optimizer = without_eps(name, lr=0.01)
    plain, scaled = (rows("dish", optimizer, start, 40, (c, 0.0, 0.0)) for c in (1.0, 10.0**power))
    n = min(len(plain), len(scaled))
    np.testing.assert_allclose(scaled[:n, :2], plain[:n, :2], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adadelta"])
def test_the_scale_of_the_loss_does_matter_to_others(name: str) -> None:
    """AdaDelta needs its δ to start moving, and δ is on the scale of a squared gradient."""
    optimizer = optimizers.get(name, **({"eps": 1e-2} if name == "adadelta" else {}))
    plain, scaled = (rows("dish", optimizer, (2.0, 1.0), 40, (c, 0.0, 0.0)) for c in (1.0, 0.01))
    assert np.abs(plain[-1, :2] - scaled[-1, :2]).max() > 0.1


def test_adadelta_never_moves_without_its_constant() -> None:
    run = rows("dish", without_eps("adadelta"), (2.0, 1.0), 50, (1.0, 0.0, 0.0))
    assert np.all(run[:, :2] == (2.0, 1.0))


# Memory


def effective_rates(run: np.ndarray) -> np.ndarray:
    """|Δθ| / |g| in each coordinate at every step."""
    return np.abs(np.diff(run[:, :2], axis=0)) / np.abs(run[:-1, 3:5])


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau", "quadratic"])
def test_adagrads_effective_rate_only_falls(surface: str) -> None:
    run = optimizers.trace(
        landscapes.get(surface),
        optimizers.get("adagrad", lr=0.3),
        steps=2000,
        noise=optimizers.noise("gaussian", 1.0),
        seed=3,
    )
    rates = effective_rates(run.record)
    assert len(rates) == 2000
    # The rates are computed from the path, which is rounded to 1e-16: steps that small are not conclusive.
    is_conclusive = np.abs(run.gradient[:-1]) * rates > 1e-6
    for coordinate in range(2):
        one = rates[is_conclusive[:, coordinate], coordinate]
        assert np.all(np.diff(one) <= 1e-8 * one[:-1])
        assert one[-1] < 0.9 * one[0]


def test_adagrad_remembers_a_cliff_and_rmsprop_forgets_it() -> None:
    """A slope of 100 and then one of 1, where the same steps must result from a hundredth of the gradient.

    After n steps on the gentle slope AdaGrad still divides by √(m 100² + n), m the steps on the steep one; the r of
    RMSProp is 1 + O(100² ρⁿ): after 200 steps at ρ = 0.9 that is 1.
    """
    adagrad, rmsprop = (
        rows("bent", without_eps(name, lr=0.1), (0.45, 0.0), 300, (1.0, 0.0, 0.0)) for name in ("adagrad", "rmsprop")
    )
    for run in (adagrad, rmsprop):
        assert 1 <= np.count_nonzero(run[:, 3] == 100) < 60
    rates = np.abs(np.diff(rmsprop[:, 0])) / rmsprop[:-1, 3]
    gentle = rmsprop[:-1, 3] == 1
    assert rates[gentle][0] < 0.1 / 30
    assert rates[gentle][200] == pytest.approx(0.1, rel=1e-4)
    steep = np.count_nonzero(adagrad[:-1, 3] == 100)
    last = abs(adagrad[-1, 0] - adagrad[-2, 0]) / adagrad[-2, 3]
    assert last == pytest.approx(0.1 / math.sqrt(steep * 1e4 + 300 - steep), rel=1e-9)
    assert last < 0.1 / 100


def test_amsgrads_largest_square_never_falls_and_adams_does() -> None:
    """Past the cliff Adam's rate recovers within some 1 / (1 - ρ₂) steps, and AMSGrad's never."""
    ends = {}
    for name in ("adam", "amsgrad"):
        optimizer = without_eps(name, lr=0.1, beta1=0.0, beta2=0.9)
        run = rows("bent", optimizer, (3.05, 0.0), 500, (1.0, 0.0, 0.0))
        ends[name] = abs(run[-1, 0] - run[-2, 0])
    assert ends["adam"] == pytest.approx(0.1, rel=1e-6)
    assert ends["amsgrad"] == pytest.approx(0.1 / 100 / math.sqrt(1 - 0.9**31), rel=1e-3)


def test_lion_moves_by_its_rate_and_never_rests() -> None:
    run = optimizers.trace(landscapes.get("rosenbrock"), optimizers.get("lion", lr=0.01), steps=3000)
    np.testing.assert_allclose(np.abs(np.diff(run.path, axis=0)), 0.01, rtol=1e-9)
    assert run.outcome == "out_of_steps"


@pytest.mark.parametrize("name", ["adamw", "lion"])
def test_weight_decay_is_decoupled(name: str) -> None:
    """On a plateau without gradient θ shrinks by 1 - lr λ per step, independent of the moments."""
    optimizer = optimizers.get(name, lr=0.1, weight_decay=0.5)
    run = rows("dish", optimizer, (2.0, -1.0), 20, (0.0, 0.0, 0.0))
    np.testing.assert_allclose(run[:, :2], np.outer(0.95 ** np.arange(21), (2.0, -1.0)), rtol=1e-13)


@pytest.mark.parametrize("name", ["adamw", "lion"])
def test_a_schedule_acts_on_the_decay_too(name: str) -> None:
    optimizer = optimizers.get(name, lr=0.1, weight_decay=0.5)
    fading = optimizers.schedule("linear", final=0.0, over=10.0)
    plain = optimizers.trace(landscapes.get("easom"), optimizer, start=(-40.0, 30.0), steps=30, schedule=fading)
    assert not plain.gradient.any()
    assert plain.stopped_at == 10  # with a rate of 0 neither slope nor decay moves it
    shares = np.cumprod(1 - 0.05 * fading.factors(10))
    np.testing.assert_allclose(plain.path[1:], np.outer(shares, (-40.0, 30.0)), rtol=1e-13)


# Directions


def steps_to(optimizer: Optimizer, angle: float, share: float = 1e-6, steps: int = 20_000) -> float:
    """The number of steps until the loss is this fraction of the first."""
    loss = tilted(angle, optimizer, steps).loss
    below = np.flatnonzero(loss <= share * loss[0])
    return float(below[0]) if len(below) else math.inf


@cache
def best(name: str, angle: float) -> float:
    """The fewest steps over learning rates from 1e-6 to 1e3, five per decade."""
    return min(steps_to(without_eps(name, lr=lr), angle) for lr in 10.0 ** np.arange(-6, 3.01, 0.2))


@pytest.mark.parametrize(
    ("name", "on_axes", "at_45_degrees"), [("adam", 66, 363), ("adagrad", 3, 3393), ("rmsprop", 6, 3973)]
)
def test_a_turned_valley_takes_the_adaptive_methods_edge(name: str, on_axes: int, at_45_degrees: int) -> None:
    """κ = 1000, best rate of each: descent needs some 2800 steps either way. Adam keeps the benefit of momentum."""
    assert best("sgd", 0.0) == pytest.approx(best("sgd", 45.0), abs=1)
    assert best("sgd", 45.0) == pytest.approx(2832, rel=0.02)
    assert best(name, 0.0) <= 1.5 * on_axes < best("sgd", 0.0) / 20
    assert best(name, 45.0) == pytest.approx(at_45_degrees, rel=0.1)
    assert best(name, 45.0) > 5 * best(name, 0.0)
    assert best(name, 45.0) > 2 * best("momentum", 45.0)
    assert (best(name, 45.0) > best("sgd", 45.0)) == (name != "adam")


@pytest.mark.parametrize("angle", [0.0, 20.0, 45.0, 70.0])
def test_a_turned_valley_is_nothing_to_newton_and_momentum(angle: float) -> None:
    assert steps_to(optimizers.get("newton"), angle) == 1
    assert best("momentum", angle) == best("momentum", 0.0)


# The width of the band of good learning rates


@cache
def band(name: str, angle: float, share: float = 1e-3, steps: int = 2000) -> float:
    """Decades of learning rates between 1e-6 and 1e3 for which the loss ends below this fraction of the first."""
    wide = 0
    for lr in 10.0 ** np.arange(-6, 3.01, 0.05):
        run = tilted(angle, optimizers.get(name, lr=lr), steps)
        last = run.loss[-1:] if run.outcome == "converged" else run.loss[-100:]
        wide += bool(np.all(last <= share * run.loss[0]))
    return 0.05 * wide


@pytest.mark.parametrize("angle", [0.0, 30.0, 45.0])
def test_a_wide_band_of_rates_suits_adam_and_a_narrow_one_descent(angle: float) -> None:
    """κ = 1000, a thousandth of the loss within 2000 steps."""
    # Descent: the flat direction requires lr ≥ κ ln(...) / (2 · 2000), the steep one lr < 2.
    assert band("sgd", angle) == pytest.approx(0.6, abs=0.05)
    assert band("momentum", angle) == pytest.approx(1.85, abs=0.1)
    assert band("adam", angle) >= 4.5
    assert band("adam", angle) > 7 * band("sgd", angle)
    assert band("adagrad", angle) >= 3.5
    assert 1.2 <= band("rmsprop", angle) <= 1.9  # its last steps are about as long as its rate, which must be small


# The position of the origin


FARTHEST = 1e3  # farther out a diverging run loses the bits that tell it from its shifted twin


@settings(max_examples=60)
@given(
    st.tuples(st.integers(-24, 24), st.integers(-24, 24)),
    st.tuples(st.integers(-64, 64), st.integers(-64, 64)),
)
@example((-3, 24), (0, -47))
@example((-5, 8), (0, 1))
def test_a_moved_landscape_is_the_same_landscape(eighths: tuple[int, int], moved: tuple[int, int]) -> None:
    """For all methods; with weight decay, which depends on the origin, only without it.

    The coordinates are multiples of 1/8, so that a coordinate with gradient 0 has gradient 0 after the move too.
    """
    start, (a, b) = (eighths[0] / 8, eighths[1] / 8), (moved[0] / 8, moved[1] / 8)
    for name in optimizers.names():
        none = {one: 0.0 for one in optimizers.get(name).values if one == "weight_decay"}
        optimizer = optimizers.get(name, **none)
        here = rows("dish", optimizer, start, 25, (1.0, 0.0, 0.0))
        there = rows("dish", optimizer, (start[0] + a, start[1] + b), 25, (1.0, a, b))
        n = min(len(here), len(there))
        is_far = np.abs(here[:n, :2]).max(axis=1) > FARTHEST
        m = int(is_far.argmax()) if is_far.any() else n
        np.testing.assert_allclose(there[:m, :2] - (a, b), here[:m, :2], rtol=1e-6, atol=1e-6, err_msg=name)
        if m == n:
            assert abs(len(here) - len(there)) <= 1, name


@pytest.mark.parametrize("name", ["adamw", "lion", "schedule_free_sgd", "schedule_free_adamw"])
def test_weight_decay_knows_the_origin(name: str) -> None:
    optimizer = optimizers.get(name, lr=0.01, weight_decay=0.5)
    here = rows("dish", optimizer, (1.0, 1.0), 50, (1.0, 0.0, 0.0))
    there = rows("dish", optimizer, (9.0, 1.0), 50, (1.0, 8.0, 0.0))
    assert abs(there[-1, 0] - 8 - here[-1, 0]) > 0.1
