"""Options of a run besides its method: schedules, clipping, averaging and heavy-tailed noise."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import landscapes
import optimizers
from landscapes import Parameter
from optimizers import Average, Clip, Noise, Optimizer, Option, Schedule, Trajectory
from optimizers.engine.clipping import NORM, VALUE, clipped
from tests.optimizers.record_torch import SURFACES
from tests.optimizers.settings import with_hyperparameter

ROSENBROCK = landscapes.get("rosenbrock")
ROUND = landscapes.get("quadratic", condition=1.0, angle=0.0)
SIGMA = optimizers.noise("gaussian", 1.0)

SCHEDULES = (
    optimizers.schedule("constant"),
    optimizers.schedule("linear", final=0.1, over=60.0),
    optimizers.schedule("inverse", over=20.0),
    optimizers.schedule("exponential", final=0.02, over=80.0),
    optimizers.schedule("step", drop=0.3, every=25.0),
    optimizers.schedule("cosine", final=0.05, over=90.0),
    optimizers.schedule("warm_restarts", low=0.02, period=20, longer=2),
    optimizers.schedule("polynomial", power=2.5, over=230.0),
    optimizers.schedule("one_cycle", first=0.1, rise=0.4, final=0.002, over=240.0),
    optimizers.schedule("triangular", low=0.05, up=35),
)
AVERAGES = (
    optimizers.average("uniform"),
    optimizers.average("uniform", burn_in=37),
    optimizers.average("ema", decay=0.9),
    optimizers.average("ema_corrected", decay=0.9),
    optimizers.average("ema_corrected", decay=1.0),
    optimizers.average("ema", decay=0.0),
)
CLIPS = (optimizers.clip("norm", 0.7), optimizers.clip("value", 0.7))
STEP_CLIPS = tuple(optimizers.clip(one.kind, one["threshold"], "step") for one in CLIPS)
STUDENT = optimizers.noise("student", 0.3, freedom=2.5)


def named(value: Any) -> str:
    return f"{value.kind} {dict(value.values)}" if isinstance(value, Option) else str(value)


def kinds(option: str) -> set[str]:
    """Every kind of an option."""
    return set(getattr(optimizers, option))


def test_every_kind_is_tested() -> None:
    assert {one.kind for one in SCHEDULES} == kinds("SCHEDULES")
    assert {one.kind for one in AVERAGES} == kinds("AVERAGES")
    assert {one.kind for one in CLIPS} == kinds("CLIPS")


# Schedules


def along_a_cosine(begin: float, end: float, share: float) -> float:
    return end + 0.5 * (begin - end) * (1 + math.cos(math.pi * share))


def formula(one: Schedule, k: int) -> float:
    """The factor of step k = 1, 2, ..., from the formulas."""
    values = dict(one.values)
    warmup, j = values["warmup"], k - 1 - values["warmup"]
    if j < 0:
        return k / warmup
    a = min(j / values.get("over", 1.0), 1.0)
    match one.kind:
        case "constant":
            return 1.0
        case "linear":
            return (1 - a) * 1.0 + a * values["final"]
        case "inverse":
            return 1 / (1 + j / values["over"])
        case "exponential":
            return math.exp(j / values["over"] * math.log(values["final"]))
        case "step":
            return math.prod([values["drop"]] * int(j // values["every"]))
        case "cosine":
            return along_a_cosine(1.0, values["final"], a)
        case "warm_restarts":
            length = values["period"]
            while j >= length:
                j, length = j - length, length * values["longer"]
            return along_a_cosine(1.0, values["low"], j / length)
        case "polynomial":
            return (1 - a) ** values["power"]
        case "one_cycle":
            top, end = values["rise"] * values["over"] - 1, values["over"] - 1
            if j <= top:
                return along_a_cosine(values["first"], 1.0, j / top)
            return along_a_cosine(1.0, values["final"], min((j - top) / (end - top), 1.0))
        case "triangular":
            j %= 2 * values["up"]
            up = j / values["up"] if j <= values["up"] else 2 - j / values["up"]
            return values["low"] + (1 - values["low"]) * up
    raise AssertionError(one.kind)


def warmed(one: Schedule, steps: int) -> Schedule:
    return optimizers.schedule(one.kind, **dict(one.values) | {"warmup": steps})


@pytest.mark.parametrize("warmup", [0, 1, 13, 400])
@pytest.mark.parametrize("one", SCHEDULES, ids=named)
def test_schedules_are_their_formulas(one: Schedule, warmup: int) -> None:
    one = warmed(one, warmup)
    np.testing.assert_allclose(one.factors(300), [formula(one, k) for k in range(1, 301)], rtol=1e-13)
    assert len(one.factors(0)) == 0


@pytest.mark.parametrize("one", SCHEDULES, ids=named)
@pytest.mark.parametrize("warmup", [0, 10])
def test_the_rate_of_step_k_is_what_the_step_uses(one: Schedule, warmup: int) -> None:
    one = warmed(one, warmup)
    run = optimizers.trace(ROSENBROCK, optimizers.get("sgd", lr=1e-3), steps=200, schedule=one)
    used = -np.diff(run.path, axis=0) / run.gradient[:-1]
    np.testing.assert_allclose(used, 1e-3 * np.outer(one.factors(200), (1, 1)), rtol=1e-6)


def test_momentum_with_a_schedule_is_the_books_and_not_pytorchs() -> None:
    """v = α v - εₖ g: a decreasing ε does not shorten the steps that are already in the velocity."""
    one, theta, v = optimizers.schedule("step", drop=0.1, every=20.0), np.array([-0.5, 2.2]), np.zeros(2)
    run = optimizers.trace(
        ROSENBROCK, optimizers.get("momentum", lr=1e-3, momentum=0.9), (-0.5, 2.2), 100, schedule=one
    )
    for k, row in enumerate(run.path):
        np.testing.assert_allclose(row, theta, rtol=1e-10, atol=1e-10)
        v = 0.9 * v - 1e-3 * formula(one, k + 1) * ROSENBROCK.gradient(*theta)
        theta = theta + v


def again_in_torch(method: Any, lr: float, values: dict[str, float]) -> dict[str, Any]:
    """Constructors of PyTorch's schedulers that increase, repeat, or end at zero."""
    import torch

    scheduler = torch.optim.lr_scheduler
    return {
        "warm_restarts": lambda: scheduler.CosineAnnealingWarmRestarts(
            method, T_0=int(values["period"]), T_mult=int(values["longer"]), eta_min=values["low"] * lr
        ),
        "polynomial": lambda: scheduler.PolynomialLR(method, total_iters=int(values["over"]), power=values["power"]),
        "one_cycle": lambda: scheduler.OneCycleLR(
            method,
            max_lr=lr,
            total_steps=int(values["over"]),
            pct_start=values["rise"],
            div_factor=1 / values["first"],
            final_div_factor=values["first"] / values["final"],
            cycle_momentum=False,
        ),
        "triangular": lambda: scheduler.CyclicLR(
            method, base_lr=values["low"] * lr, max_lr=lr, step_size_up=int(values["up"]), cycle_momentum=False
        ),
    }


def scheduled_in_torch(kind: str, arguments: dict[str, Any], one: Schedule, steps: int) -> list[list[float]]:
    """PyTorch's iterates on Rosenbrock's valley, and its scheduler's rates."""
    import torch

    scheduler = torch.optim.lr_scheduler
    theta = torch.tensor((-1.5, 2.3), dtype=torch.float64, requires_grad=True)
    method = getattr(torch.optim, kind)([theta], **arguments)
    values = dict(one.values)
    warmup, over, final = int(values["warmup"]), int(values.get("over", 1)), values.get("final", 1.0)
    shape: Any = {
        "linear": lambda: scheduler.LinearLR(method, start_factor=1.0, end_factor=final, total_iters=over),
        "exponential": lambda: scheduler.ExponentialLR(method, gamma=final ** (1 / over)),
        "step": lambda: scheduler.StepLR(method, step_size=int(values["every"]), gamma=values["drop"]),
        "cosine": lambda: scheduler.CosineAnnealingLR(method, T_max=over, eta_min=final * arguments["lr"]),
        "constant": lambda: scheduler.ConstantLR(method, factor=1.0),
        "inverse": lambda: scheduler.LambdaLR(method, lambda k: 1 / (1 + k / over)),
        **again_in_torch(method, arguments["lr"], values),
    }[one.kind]()
    rising: Any = None
    if warmup:
        # Step w has the full rate, and the shape starts after it.
        rising = scheduler.LinearLR(method, start_factor=1 / warmup, end_factor=1.0, total_iters=warmup - 1)
        shape = scheduler.SequentialLR(method, [rising, shape], milestones=[warmup])
    rows = []
    for _ in range(steps):
        rows.append([*theta.tolist(), method.param_groups[0]["lr"] / arguments["lr"]])
        method.zero_grad()
        SURFACES["rosenbrock"](theta).backward()
        method.step()
        shape.step()
    return rows


# These two set PyTorch's rate when they are constructed, which excludes a warm-up before them.
OWN_START = ("one_cycle", "triangular")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "warmup"),
    [(one, warmup) for one in SCHEDULES for warmup in (0, 12) if not (warmup and one.kind in OWN_START)],
    ids=named,
)
def test_schedules_are_pytorchs(one: Schedule, warmup: int) -> None:
    """The rate before the k-th `optimizer.step()`, after k - 1 steps of the scheduler, is that of our step k.

    PyTorch's cosine increases again after its period and its one cycle allows no further step, where ours is constant:
    they are compared up to there.
    """
    pytest.importorskip("torch")
    one = warmed(one, warmup)
    steps = int(dict(one.values)["over"]) + warmup if one.kind in ("cosine", "one_cycle") else 250
    for kind, arguments, optimizer in (
        ("SGD", {"lr": 1e-4}, optimizers.get("sgd", lr=1e-4)),
        ("Adam", {"lr": 0.02}, optimizers.get("adam", lr=0.02)),
        ("AdamW", {"lr": 0.02, "weight_decay": 0.1}, optimizers.get("adamw", lr=0.02, weight_decay=0.1)),
    ):
        torch_rates = np.array(scheduled_in_torch(kind, arguments, one, steps))
        run = optimizers.trace(ROSENBROCK, optimizer, start=(-1.5, 2.3), steps=steps - 1, schedule=one)
        np.testing.assert_allclose(one.factors(steps), torch_rates[:, 2], rtol=1e-10)
        np.testing.assert_allclose(run.path, torch_rates[:, :2], rtol=1e-9, atol=1e-9)


LONG_WAYS = (
    ("warm_restarts", {"low": 0.02, "period": 50, "longer": 1}),
    ("warm_restarts", {"low": 0.0, "period": 7, "longer": 3}),
    ("warm_restarts", {"low": 0.5, "period": 1, "longer": 2}),
    ("warm_restarts", {"low": 0.1, "period": 1, "longer": 1}),
    ("polynomial", {"over": 1000, "power": 0.5}),
    ("polynomial", {"over": 333, "power": 3.0}),
    ("one_cycle", {"over": 5000, "rise": 0.3, "first": 0.04, "final": 4e-6}),
    ("one_cycle", {"over": 5000, "rise": 0.0, "first": 0.5, "final": 0.1}),
    ("one_cycle", {"over": 5000, "rise": 1.0, "first": 0.5, "final": 0.1}),
    ("one_cycle", {"over": 1, "rise": 0.3, "first": 0.5, "final": 0.1}),
    ("triangular", {"low": 0.02, "up": 2000}),
    ("triangular", {"low": 0.3, "up": 1}),
    ("triangular", {"low": 0.0, "up": 7}),
)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "values"), LONG_WAYS)
def test_over_a_long_way_schedules_are_pytorchs(kind: str, values: dict[str, float]) -> None:
    """Far beyond the end, if PyTorch continues; its one cycle raises an error."""
    torch = pytest.importorskip("torch")
    steps = int(values["over"]) if kind == "one_cycle" else 5000
    theta = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    method = torch.optim.SGD([theta], lr=1.0)
    scheduler, torch_rates = again_in_torch(method, 1.0, values)[kind](), []
    for k in range(steps):
        torch_rates.append(method.param_groups[0]["lr"])
        method.step()
        if k + 1 < steps:
            scheduler.step()
    np.testing.assert_allclose(optimizers.schedule(kind, **values).factors(steps), torch_rates, rtol=0, atol=1e-12)


def test_one_cycle_stays_where_it_ends() -> None:
    one = optimizers.schedule("one_cycle", first=0.2, rise=0.25, final=0.003, over=8)
    assert one.factors(20)[1] == 1.0
    np.testing.assert_allclose(one.factors(20)[7:], 0.003, rtol=1e-13)
    assert optimizers.schedule("one_cycle", over=10, rise=0.1).factors(1).tolist() == [1.0]
    assert optimizers.schedule("one_cycle", over=5, rise=1.0).factors(5)[4] == 1.0


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("warm_restarts", {"period": 0}, "period"),
        ("warm_restarts", {"period": 2.5}, "period"),
        ("warm_restarts", {"longer": 0}, "longer"),
        ("warm_restarts", {"low": 1.5}, "low"),
        ("warm_restarts", {"low": -0.1}, "low"),
        ("polynomial", {"power": -1.0}, "power"),
        ("polynomial", {"over": 0.0}, "over"),
        ("one_cycle", {"first": 2.0}, "first"),
        ("one_cycle", {"rise": 1.1}, "rise"),
        ("one_cycle", {"final": math.nan}, "final"),
        ("triangular", {"up": 0}, "up"),
        ("triangular", {"up": 1.5}, "up"),
        ("triangular", {"low": math.inf}, "low"),
    ],
)
def test_numbers_of_a_schedule_that_make_no_sense_are_refused(kind: str, values: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        optimizers.schedule(kind, **values)


@pytest.mark.parametrize(
    ("one", "infinite", "finite"),
    [
        (optimizers.schedule("constant"), True, False),
        (optimizers.schedule("inverse", over=3.0), True, True),
        (optimizers.schedule("linear", final=0.01, over=50.0), True, False),
        (optimizers.schedule("linear", final=0.0, over=50.0), False, True),
        (optimizers.schedule("cosine", final=0.01, over=50.0), True, False),
        (optimizers.schedule("cosine", final=0.0, over=50.0), False, True),
        (optimizers.schedule("exponential", final=0.5, over=50.0), False, True),
        (optimizers.schedule("exponential", final=1.0, over=50.0), True, False),
        (optimizers.schedule("warm_restarts", low=0.0, period=30, longer=2), True, False),
        (optimizers.schedule("polynomial", power=0.5, over=50.0), False, True),
        (optimizers.schedule("polynomial", power=0.0, over=50.0), True, False),
        (optimizers.schedule("one_cycle", final=0.01, over=50.0), True, False),
        (optimizers.schedule("one_cycle", final=0.0, over=50.0), False, True),
        (optimizers.schedule("triangular", low=0.0, up=30), True, False),
        (optimizers.schedule("step", drop=0.5, every=20.0), False, True),
        (optimizers.schedule("step", drop=1.0, every=20.0), True, False),
    ],
    ids=named,
)
@pytest.mark.parametrize("warmup", [0, 25])
def test_robbins_and_monros_sums(one: Schedule, infinite: bool, finite: bool, warmup: int) -> None:
    """A sum is infinite if each further decade of steps adds an amount that does not decrease."""
    one = warmed(one, warmup)
    shares = one.factors(10**6)
    decades = [(10**j, 10 ** (j + 1)) for j in range(3, 6)]
    for power, fades in ((1, not infinite), (2, finite)):
        added = [float((shares[low:high] ** power).sum()) for low, high in decades]
        assert (added[2] < 0.2 * added[1] or added[2] < 1e-12) == fades
    assert one.sums == (infinite, finite)
    assert one.robbins_monro == (infinite and finite)


def test_a_method_without_a_rate_has_no_schedule() -> None:
    newton = optimizers.get("newton").method
    share = Parameter("share", "a", 1.0, 0.0, 2.0, at_least=0.0, meaning="share")
    rateless = Optimizer(replace(newton, name="rateless", hyperparameters=(share, *newton.hyperparameters[1:])), "", {})
    for one in SCHEDULES:
        with pytest.raises(ValueError, match="rateless has no learning rate"):
            optimizers.trace(ROUND, rateless, schedule=one)
    assert optimizers.trace(ROUND, rateless).outcome == "converged"
    for name in optimizers.names():
        if "lr" not in optimizers.get(name).values:
            with pytest.raises(ValueError, match=name):
                optimizers.trace(ROUND, optimizers.get(name), schedule=SCHEDULES[0])


@pytest.mark.parametrize("name", with_hyperparameter("lr"))
def test_a_constant_schedule_is_none(name: str) -> None:
    plain, constant = (
        optimizers.trace(ROSENBROCK, optimizers.get(name), steps=100, schedule=one)
        for one in (None, optimizers.schedule("constant"))
    )
    assert plain.record.tobytes() == constant.record.tobytes()


# Clipping

numbers = st.floats(-1e100, 1e100, allow_subnormal=False)
thresholds = st.floats(1e-3, 1e3)


@settings(max_examples=500)
@given(numbers, numbers, thresholds)
def test_clipping_by_norm_shortens_and_does_not_turn(gx: float, gy: float, threshold: float) -> None:
    cx, cy = clipped(NORM, threshold, gx, gy)
    norm = math.hypot(gx, gy)
    assert abs(cx) <= abs(gx)
    assert abs(cy) <= abs(gy)
    assert math.hypot(cx, cy) <= threshold * (1 + 1e-15)
    if norm <= threshold:
        assert (cx, cy) == (gx, gy)
    else:
        assert math.hypot(cx, cy) == pytest.approx(threshold, rel=1e-14)
        assert (cx / threshold, cy / threshold) == pytest.approx((gx / norm, gy / norm), rel=1e-13, abs=1e-200)


@settings(max_examples=500)
@given(numbers, numbers, thresholds)
def test_clipping_by_value_shortens_each_coordinate(gx: float, gy: float, threshold: float) -> None:
    for before, after in zip((gx, gy), clipped(VALUE, threshold, gx, gy), strict=True):
        assert after == math.copysign(min(abs(before), threshold), before)


def test_clipping_by_value_may_turn() -> None:
    assert clipped(VALUE, 1.0, 10.0, 1.0) == (1.0, 1.0)
    assert clipped(VALUE, 1.0, -3.0, 0.5) == (-1.0, 0.5)


@pytest.mark.slow
@settings(max_examples=200)
@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), thresholds)
def test_clipping_is_pytorchs(gx: float, gy: float, threshold: float) -> None:
    """`clip_grad_norm_` divides by ‖g‖ + 1e-6 where we divide by ‖g‖, also if only that sum is above the threshold."""
    torch = pytest.importorskip("torch")
    norm = math.hypot(gx, gy)
    theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    theta.grad = torch.tensor((gx, gy), dtype=torch.float64)
    torch.nn.utils.clip_grad_norm_([theta], threshold)
    result, expected = np.array(clipped(NORM, threshold, gx, gy)), theta.grad.numpy()
    share = norm / (norm + 1e-6) if norm > threshold else min(1.0, threshold / (norm + 1e-6))
    np.testing.assert_allclose(expected, result * share, rtol=1e-12, atol=1e-300)
    theta.grad = torch.tensor((gx, gy), dtype=torch.float64)
    torch.nn.utils.clip_grad_value_([theta], threshold)
    assert theta.grad.tolist() == list(clipped(VALUE, threshold, gx, gy))


@pytest.mark.parametrize("one", CLIPS, ids=named)
def test_a_step_is_made_of_the_clipped_gradient_and_the_record_keeps_the_whole(one: Clip) -> None:
    run = optimizers.trace(ROUND, optimizers.get("sgd", lr=0.25), steps=500, clip=one, noise=STUDENT, seed=4)
    g = run.gradient[:-1]
    if one.kind == "norm":
        size = np.hypot(*g.T)
        used, touched = g * np.minimum(1, 0.7 / size)[:, None], size > 0.7
    else:
        used, touched = np.clip(g, -0.7, 0.7), np.abs(g).max(axis=1) > 0.7
    np.testing.assert_allclose(np.diff(run.path, axis=0), -0.25 * used, rtol=1e-9, atol=1e-12)
    assert np.array_equal(run.clipped, touched)
    assert 20 < np.count_nonzero(touched) < 480


@pytest.mark.parametrize("one", STEP_CLIPS, ids=named)
def test_a_clipped_step_is_a_multiple_of_the_rate_and_the_velocity_does_not_know_of_it(one: Clip) -> None:
    schedule = optimizers.schedule("inverse", over=100.0)
    momentum = optimizers.get("momentum", lr=0.05, momentum=0.9)
    run = optimizers.trace(ROUND, momentum, steps=300, clip=one, noise=STUDENT, schedule=schedule, seed=4)
    rates = 0.05 * schedule.factors(300)
    np.testing.assert_allclose(run.rates, rates, rtol=1e-15)
    theta, v = run.path[0].copy(), np.zeros(2)
    for k, rate in enumerate(rates):
        v = 0.9 * v - rate * run.gradient[k]
        np.testing.assert_allclose(run.unclipped[k], v / rate, rtol=1e-12)
        if one.kind == "norm":
            theta = theta + v * min(1.0, 0.7 * rate / np.hypot(*v))
        else:
            theta = theta + np.clip(v, -0.7 * rate, 0.7 * rate)
        np.testing.assert_allclose(run.path[k + 1], theta, rtol=1e-12, atol=1e-13)
    assert 20 < np.count_nonzero(run.clipped) < 290


@pytest.mark.parametrize("name", optimizers.names())
@pytest.mark.parametrize("one", STEP_CLIPS, ids=named)
def test_no_clipped_step_is_longer_than_the_threshold_times_the_rate(name: str, one: Clip) -> None:
    optimizer = optimizers.get(name)
    if not optimizer.method.has_rate:
        with pytest.raises(ValueError, match="has no learning rate, of which"):
            optimizers.trace(ROUND, optimizer, clip=one)
        return
    run = optimizers.trace(ROSENBROCK, optimizer, steps=200, clip=one)
    steps = np.diff(run.path, axis=0)
    size = np.hypot(*steps.T) if one.kind == "norm" else np.abs(steps).max(axis=1)
    assert (size <= 0.7 * run.rates * (1 + 1e-9) + 1e-15).all()
    np.testing.assert_allclose(one.of(run.unclipped) * run.rates[:, None], steps, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("one", CLIPS, ids=named)
def test_for_plain_descent_the_clipped_step_is_that_of_the_clipped_gradient(one: Clip) -> None:
    sgd, of_step = optimizers.get("sgd", lr=0.25), optimizers.clip(one.kind, one["threshold"], "step")
    runs = [optimizers.trace(ROUND, sgd, steps=300, clip=each, noise=STUDENT, seed=4) for each in (one, of_step)]
    np.testing.assert_allclose(runs[0].path, runs[1].path, rtol=1e-12, atol=1e-13)
    assert np.array_equal(runs[0].clipped, runs[1].clipped)
    np.testing.assert_allclose(runs[0].unclipped, -runs[1].unclipped, rtol=1e-12, atol=1e-13)


def test_what_nesterov_clips_is_the_gradient_ahead() -> None:
    theta, v, alpha = np.array([-1.5, 2.3]), np.zeros(2), 0.9
    run = optimizers.trace(
        ROSENBROCK, optimizers.get("nesterov", lr=0.01, momentum=alpha), (-1.5, 2.3), 200, clip=optimizers.clip("norm")
    )
    for row, g in zip(run.path, run.gradient, strict=True):
        ahead = ROSENBROCK.gradient(*(theta + alpha * v))
        np.testing.assert_allclose(row, theta, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(g, ahead, rtol=1e-5, atol=1e-5)
        v = alpha * v - 0.01 * ahead * min(1.0, 1 / np.linalg.norm(ahead))
        theta = theta + v
    assert np.count_nonzero(run.clipped) > 100


def test_clipping_keeps_descent_on_the_map() -> None:
    """Rosenbrock's wall makes plain descent diverge at this rate; clipped, it reaches the valley floor."""
    sgd = optimizers.get("sgd", lr=0.01)
    assert optimizers.trace(ROSENBROCK, sgd, (-1.5, 2.3), 500).outcome == "diverged"
    run = optimizers.trace(ROSENBROCK, sgd, (-1.5, 2.3), 500, clip=optimizers.clip("norm", 1.0))
    assert run.outcome == "out_of_steps"
    assert np.hypot(*np.diff(run.path, axis=0).T).max() <= 0.01 * (1 + 1e-9)
    assert run.loss[-1] < run.loss[0]


# Averages


def averaged(one: Average, path: list[list[float]]) -> list[list[float]]:
    """The average up to every iterate, from the formulas."""
    values = dict(one.values)
    rows, ema = [], list(path[0])
    for k, theta in enumerate(path):
        if one.kind == "uniform":
            some = path[int(values["burn_in"]) : k + 1] or [theta]
            rows.append([math.fsum(row[i] for row in some) / len(some) for i in range(2)])
        elif one.kind == "ema":
            ema = [values["decay"] * ema[i] + (1 - values["decay"]) * theta[i] for i in range(2)] if k else ema
            rows.append(ema)
        else:
            weights = [values["decay"] ** (k - j) for j in range(k + 1)]
            total = math.fsum(weights)
            rows.append(
                [math.fsum(w * row[i] for w, row in zip(weights, path, strict=False)) / total for i in range(2)]
            )
    return rows


@pytest.mark.parametrize("one", AVERAGES, ids=named)
@pytest.mark.parametrize("steps", [0, 1, 36, 37, 300])
def test_averages_are_their_formulas(one: Average, steps: int) -> None:
    sgd = optimizers.get("sgd", lr=1e-3)
    run = optimizers.trace(ROSENBROCK, sgd, (-1.5, 2.3), steps, average=one, noise=SIGMA, seed=6)
    plain = optimizers.trace(ROSENBROCK, sgd, (-1.5, 2.3), steps, noise=SIGMA, seed=6)
    assert run.record.tobytes() == plain.record.tobytes()  # averaging does not change the run
    assert run.average is not None
    assert run.average_loss is not None
    np.testing.assert_allclose(run.average, averaged(one, run.path.tolist()), rtol=1e-12)
    for (x, y), loss in zip(run.average, run.average_loss, strict=True):
        assert loss == pytest.approx((1 - x) ** 2 + 100 * (y - x * x) ** 2, rel=1e-12)
    assert plain.average is plain.average_loss is None


@pytest.mark.parametrize("one", AVERAGES, ids=named)
def test_a_thrown_run_has_an_average_too(one: Average) -> None:
    run = optimizers.trace(ROSENBROCK, optimizers.get("sgd", lr=1e200), average=one)
    assert run.outcome == "diverged"
    assert run.average is not None
    assert run.average.shape == run.path.shape


def test_an_average_far_out_keeps_its_digits() -> None:
    path = np.array([1e8, 0.0]) + np.array([[0.25, 1.0], [0.5, 2.0], [0.75, 3.0]] * 1000)
    np.testing.assert_allclose(optimizers.average("uniform").of(path)[-1], (1e8 + 0.5, 2.0), rtol=1e-16, atol=0)


def test_averaging_hurts_in_a_curved_valley_and_the_exponential_one_follows() -> None:
    """The mean of a path along a bend lies up the wall (section 8.7.3)."""
    losses = {}
    for kind in ("uniform", "ema", "ema_corrected"):
        for scale in (0.0, 1.0):
            run = optimizers.trace(
                ROSENBROCK,
                optimizers.get("sgd", lr=1e-3),
                (-1.5, 2.3),
                2000,
                average=optimizers.average(kind),
                noise=optimizers.noise("gaussian", scale),
                seed=1,
            )
            assert run.average_loss is not None
            losses[kind, scale] = run.average_loss[-1] / run.loss[-1]
    for scale in (0.0, 1.0):
        assert losses["uniform", scale] > 50
        assert losses["ema", scale] == pytest.approx(1.04, abs=0.01)
        assert losses["ema_corrected", scale] == pytest.approx(1.04, abs=0.01)


# Noise

SCALE = 0.7


def shaken(freedom: float, n: int = 100_000, seed: int = 0) -> np.ndarray:
    """Heavy-tailed draws alone."""
    noise = optimizers.noise("student", SCALE, freedom=freedom)
    run = optimizers.trace(ROUND, optimizers.get("sgd", lr=0.0), start=(1.0, -2.0), steps=n, noise=noise, seed=seed)
    return (run.gradient - (1.0, -2.0)) / SCALE


@pytest.mark.parametrize("freedom", [0.8, 1.0, 2.0, 3.0, 5.0, 10.0])
def test_heavy_tails_are_students(freedom: float) -> None:
    """In every direction a t of ν degrees; all directions equal; the length² / 2 an F of 2 and ν degrees."""
    t = shaken(freedom)
    for turn in (0.0, 0.3, math.pi / 2, 2.0):
        along = t @ (math.cos(turn), math.sin(turn))
        assert stats.kstest(along, stats.t(freedom).cdf).pvalue > 1e-3
    assert stats.kstest(np.arctan2(*t.T), stats.uniform(-math.pi, 2 * math.pi).cdf).pvalue > 1e-3
    assert stats.kstest((t**2).sum(axis=1) / 2, stats.f(2, freedom).cdf).pvalue > 1e-3
    assert stats.kstest(t[:, 0], stats.norm.cdf).pvalue < 1e-3  # the test has enough power


def test_heavy_tails_are_independent_from_step_to_step() -> None:
    ranks = stats.rankdata(shaken(1.5), axis=0)
    for lag, i, j in product((1, 2, 3), (0, 1), (0, 1)):
        assert abs(np.corrcoef(ranks[:-lag, i], ranks[lag:, j])[0, 1]) < 5 / math.sqrt(len(ranks))


def test_many_degrees_of_freedom_are_gaussian() -> None:
    sgd = optimizers.get("sgd", lr=0.1)
    student, gaussian = (
        optimizers.trace(ROUND, sgd, steps=1000, noise=noise, seed=3).path
        for noise in (optimizers.noise("student", 1.0, freedom=1e6), SIGMA)
    )
    np.testing.assert_allclose(student, gaussian, atol=1e-4)


def loss_at(ks: np.ndarray, runs: list[Trajectory], of: str = "loss") -> np.ndarray:
    """The mean over runs of the loss at some steps."""
    return np.mean([getattr(run, of)[ks] for run in runs], axis=0)


def slope(x: Any, y: Any) -> float:
    """The exponent of a power law."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def noisy(seeds: int, steps: int, condition: float = 1.0, **options: Any) -> list[Trajectory]:
    ground = landscapes.get("quadratic", condition=condition, angle=0.0)
    sgd = optimizers.get("sgd", lr=0.5)
    return [
        optimizers.trace(ground, sgd, (2.0, 1.0), steps, noise=SIGMA, seed=seed, **options) for seed in range(seeds)
    ]


@pytest.mark.parametrize(("condition", "lr"), [(1.0, 0.1), (10.0, 0.5), (5.0, 1.2)])
def test_the_noise_ball(condition: float, lr: float) -> None:
    """Var = lr σ² / (λ (2 - lr λ)) along each eigenvector: θ <- (1 - lr λ) θ - lr σ z keeps it."""
    ground = landscapes.get("quadratic", condition=condition, angle=0.0)
    noise = optimizers.noise("gaussian", 0.5)
    run = optimizers.trace(ground, optimizers.get("sgd", lr=lr), start=(0.0, 0.0), steps=1_000_000, noise=noise, seed=1)
    curvature = np.array([1 / condition, 1.0])
    theory = lr * 0.5**2 / (curvature * (2 - lr * curvature))
    np.testing.assert_allclose(run.path[1000:].var(axis=0), theory, rtol=0.05)


def test_the_ball_of_a_constant_rate_is_proportional_to_it() -> None:
    rates = (0.002, 0.005, 0.01, 0.02, 0.05)
    sizes = []
    for lr in rates:
        run = optimizers.trace(ROUND, optimizers.get("sgd", lr=lr), (0.0, 0.0), 1_000_000, noise=SIGMA, seed=2)
        sizes.append((run.path[20_000:] ** 2).sum(axis=1).mean())
    assert slope(rates, sizes) == pytest.approx(1, abs=0.1)


KS = np.unique(np.logspace(2.5, 4.5, 12).astype(int))
LAST = int(KS[-1])


@pytest.mark.slow
def test_one_over_k_goes_on_where_a_constant_rate_stops() -> None:
    """The excess error of SGD falls like 1/k (section 8.3.1)."""
    constant, falling = (
        loss_at(KS, noisy(300, LAST, schedule=one)) for one in (None, optimizers.schedule("inverse", over=10.0))
    )
    assert slope(KS, falling) == pytest.approx(-1, abs=0.1)
    assert slope(KS, constant) == pytest.approx(0, abs=0.1)
    # Its loss is λ/2 times the variance of both directions, 2 · lr / (2 - lr) / 2.
    assert constant.mean() == pytest.approx(0.5 / 1.5, rel=0.05)


def test_the_average_falls_like_one_over_k_while_the_last_iterate_stays() -> None:
    """Polyak and Juditsky: with a constant rate, in a bowl."""
    runs = noisy(300, LAST, condition=5.0, average=optimizers.average("uniform"))
    assert slope(KS, loss_at(KS, runs, "average_loss")) == pytest.approx(-1, abs=0.1)
    assert slope(KS, loss_at(KS, runs)) == pytest.approx(0, abs=0.1)


# The same call, the same bits

CHOICES: list[dict[str, Schedule | Clip | Average | Noise | None]] = [
    {"schedule": schedule, "clip": clip, "average": average, "noise": noise}
    for schedule, clip, average, noise in [
        *((warmed(one, 5), None, None, SIGMA) for one in SCHEDULES),
        *((None, one, None, STUDENT) for one in CLIPS),
        *((None, None, one, STUDENT) for one in AVERAGES),
        *((warmed(one, 5), CLIPS[0], AVERAGES[3], STUDENT) for one in SCHEDULES),
    ]
]


def bits(name: str, options: dict[str, Any]) -> bytes:
    """A run to the last bit, including the average and the clipped steps."""
    arguments = options if "lr" in optimizers.get(name).values else options | {"schedule": None}
    run = optimizers.trace(ROSENBROCK, optimizers.get(name), steps=200, seed=5, **arguments)
    extra = (
        b"" if run.average is None or run.average_loss is None else run.average.tobytes() + run.average_loss.tobytes()
    )
    return run.record.tobytes() + run.clipped.tobytes() + extra + repr((run.outcome, run.stopped_at)).encode()


@pytest.mark.parametrize("name", optimizers.names())
def test_same_call_same_bits_from_sixteen_threads_too(name: str) -> None:
    alone = [bits(name, options) for options in CHOICES]
    # A method without a learning rate has no schedules, so fewer different runs. Rprop uses only signs, which clipping
    # by norm and by value do not change.
    assert len(set(alone)) >= (9 if name == "rprop" else 10)
    barrier = Barrier(16)

    def all_of_them(first: int) -> bool:
        barrier.wait()
        order = [(first + i) % len(CHOICES) for i in range(len(CHOICES))]
        return all(bits(name, CHOICES[i]) == alone[i] for i in order)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(all_of_them, range(16)))


def test_a_race_gives_its_options_to_every_lane() -> None:
    options = CHOICES[-1]
    lanes = [optimizers.get("sgd"), optimizers.get("adam")]
    finish = optimizers.race(ROSENBROCK, lanes, steps=100, seed=5, **options)
    for lane in lanes:
        alone = optimizers.trace(ROSENBROCK, lane, steps=100, seed=5, **options)
        assert finish[lane.name].record.tobytes() == alone.record.tobytes()
        assert np.array_equal(finish[lane.name].average, alone.average)
