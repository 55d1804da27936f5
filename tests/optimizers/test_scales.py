"""Gradients from 1e-300 to 1e290: squares of them are out of range, but the steps are not."""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from types import SimpleNamespace
from typing import Any

import mpmath
import numpy as np
import pytest

import landscapes
import optimizers
from landscapes import Landscape
from landscapes.jets import Jet
from landscapes.tools.compiler import Values, compiled
from optimizers import Lane, Race
from optimizers.engine.clipping import clipped
from optimizers.engine.ratios import root_mean, root_sum
from optimizers.options.clip import Clip
from tests.optimizers import twins

ADAPTIVE = [name for name, (_, family) in optimizers.methods().items() if family == "adaptive"]
SCALES = (1e-300, 1e-200, 1e-167, 1e-155, 1e-8, 1.0, 1e150, 1e160, 1e200, 1e290)
STEPS = 40


@compiled
def slope(x: float, y: float, p: Values) -> Jet:
    """The jet of Σ p exp(q x) / q, whose slope varies by hundreds of orders for large q; p x for q = 0."""
    a, b = p[0] * math.exp(p[1] * x), p[2] * math.exp(p[3] * y)
    f = (a / p[1] if p[1] != 0 else a * x) + (b / p[3] if p[3] != 0 else b * y)
    return f, a, b, p[1] * a, 0.0, p[3] * b


def ground(*numbers: float) -> Landscape:
    """The landscape with this p and q for each coordinate."""
    sharp = landscapes.get("quadratic")
    surface = replace(sharp.surface, kernel=slope, pack=lambda **_: numbers, blurred=None)
    return Landscape(surface, sharp.challenge, sharp.values)


class Exact:
    """The same gradients to fifty digits, for a twin."""

    def __init__(self, *numbers: float) -> None:
        self.numbers = [mpmath.mpf(one) for one in numbers]

    def gradient(self, k: int, x: Any, y: Any) -> tuple[Any, Any]:
        a, q, b, r = self.numbers
        return a * mpmath.exp(q * x), b * mpmath.exp(r * y)


@pytest.fixture
def fifty_digits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The twins compute with fifty digits, and with exponents of any size."""
    exact = {"sqrt": mpmath.sqrt, "pow": mpmath.power, "inf": mpmath.inf, "prod": mpmath.fprod}
    exact["copysign"] = lambda size, sign: abs(size) if sign >= 0 else -abs(size)
    monkeypatch.setattr(twins, "math", SimpleNamespace(**exact))
    with mpmath.workdps(50):
        yield


# Equal and mixed scales, scales that differ by more than a float's exponent range, and slopes that vary over all.
NUMBERS = {
    **{f"{scale:g}": (scale, 0.0, -scale, 0.0) for scale in SCALES},
    "mixed": (1e-300, 0.0, 1e290, 0.0),
    "mixed, ordinary and tiny": (-1e-170, 0.0, 3.0, 0.0),
    "falling": (1e210, 400.0, 1e-10, 500.0),
    "rising": (-1e-300, 300.0, -1e-160, 200.0),
    "falling through one": (1.0, 300.0, 1e150, 0.0),
}


def variants(name: str) -> list[dict[str, float]]:
    """The defaults, without or with a tiny constant, and without memory of squares, all at a large rate."""
    declared = {one.name: one for one in optimizers.get(name).hyperparameters}
    some: list[dict[str, float]] = [{}]
    some += [{"eps": eps} for eps in (0.0, 1e-300) if "eps" in declared]
    some += [{decay: 0.0, **some[-1]} for decay in ("rho", "beta2") if decay in declared]
    rate = 1e150 if name == "adadelta" else 0.05  # the first steps of AdaDelta have the length √δ
    return [{"lr": 0.05, **one} for one in some] + [{"lr": rate, **some[-1]}]


@pytest.mark.slow
@pytest.mark.usefixtures("fifty_digits")
@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("name", ADAPTIVE)
def test_steps_are_right_at_every_scale(name: str, numbers: tuple[float, ...], request: pytest.FixtureRequest) -> None:
    if name == "adadelta" and numbers == NUMBERS["falling"]:
        fault = "AdaDelta stands still where its gradient has fallen by 400 orders in one step, and should move by 5e-8"
        request.node.add_marker(pytest.mark.xfail(reason=fault, strict=True))
    landscape, start = ground(*numbers), (0.3, -0.2)
    moved = 0
    for values in variants(name):
        optimizer = optimizers.get(name, **values)
        run = optimizers.trace(landscape, optimizer, start, STEPS)
        hyper = {key: mpmath.mpf(value) for key, value in optimizer.values.items()}
        twin = twins.TWINS[name](Exact(*numbers), tuple(map(mpmath.mpf, start)), **hyper)
        path, gradients = np.array(list(islice(twin, len(run.path))), dtype=object).swapaxes(0, 1)
        path = path.astype(float)
        # Beyond these scales a gradient, or its share in a mean, is not representable.
        lost = np.vectorize(lambda g: not 1e-300 <= abs(g) <= 1e290)(gradients).any(axis=1)
        steps = int(np.argmax(lost)) if lost.any() else len(path) - 1
        assert steps == run.stopped_at or (lost.any() and steps >= 2), values
        np.testing.assert_allclose(run.path[: steps + 1], path[: steps + 1], rtol=1e-10, atol=1e-12)
        moved += steps
        for k in {0, steps // 2, steps - 1} if steps else ():
            dissection = optimizers.dissect(landscape, optimizer, run, k)
            arrows = [part.shape.vector for part in dissection.parts if part.adds]
            np.testing.assert_allclose(np.sum(arrows, axis=0), path[k + 1] - path[k], rtol=1e-9, atol=1e-12)
            boxes = [part.shape.half for part in dissection.parts if part.term == "squares"]
            assert (np.array(boxes) > 0).all()
    # AdaDelta's δ is far above the smallest squares: its steps are no longer than the gradient, and it rests. RAdam's
    # first steps are as long as the gradient: it leaves the box.
    small = min(abs(numbers[0]), abs(numbers[2])) <= 1e-150
    large = max(abs(numbers[0]), abs(numbers[2])) >= 1e150
    assert moved >= 10 or (name == "adadelta" and small) or (name == "radam" and large)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", ["adam", "amsgrad", "adagrad"])
def test_the_first_step_has_the_length_of_the_rate(name: str, scale: float) -> None:
    """ε in every coordinate with a gradient; 0 in the others."""
    optimizer = optimizers.get(name, lr=0.25, eps=0.0)
    for x, y in ((scale, -scale), (scale, 1e-3), (-1e-290, scale), (scale, 0.0)):
        run = optimizers.trace(ground(x, 0.0, y, 0.0), optimizer, (0.0, 0.0), 1)
        np.testing.assert_allclose(run.path[1], -0.25 * np.sign([x, y]), rtol=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("name", ADAPTIVE)
def test_a_sweep_has_the_same_bits_at_every_scale(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for numbers in NUMBERS.values():
        landscape = ground(*numbers)
        with monkeypatch.context() as patch:
            patch.setattr(Race, "build_landscape", lambda _, landscape=landscape: landscape)
            for values in variants(name):
                race = Race("quadratic", (Lane(name, tuple(values.items())),), (0.3, -0.2), steps=STEPS)
                starts = [-0.3, 0.0, 0.3]
                many = optimizers.sweep(race, over={"x": starts})
                for x, end, stopped_at in zip(starts, many.end, many.stopped_at, strict=True):
                    run = optimizers.trace(landscape, optimizers.get(name, **values), (x, -0.2), STEPS)
                    assert run.stopped_at == stopped_at
                    assert run.path[-1].tobytes() == end.tobytes()


def test_roots_of_sums_of_squares() -> None:
    """To a few units in the last place, over all exponents and weights, and for numbers that are not finite."""
    rng = np.random.default_rng(0)
    with mpmath.workdps(50):
        for _ in range(3000):
            a, b = (float(m * 10.0**e) for m, e in zip(rng.uniform(-1, 1, 2), rng.uniform(-300, 300, 2), strict=True))
            for p, q in ((1.0, 1.0), (0.9, 0.1), (0.0, 1.0), (1 - 2.0**-53, 2.0**-53)):
                exact = mpmath.sqrt(p * mpmath.mpf(a) ** 2 + q * mpmath.mpf(b) ** 2)
                assert abs(root_sum(a, b, p, q) - exact) <= 4e-16 * exact
            assert root_mean(abs(a), b, 0.9) == root_sum(a, b, 0.9, 1 - 0.9)
    assert root_sum(0.0, 0.0) == 0
    assert root_sum(1.0, math.inf) == root_sum(math.inf, 1e-200) == math.inf
    assert all(math.isnan(root_sum(*pair)) for pair in ((math.nan, 1.0), (0.0, math.nan), (math.nan, 1e200)))


@pytest.mark.parametrize("threshold", [0.0, 1e-300, 1e-30, 1.0, 1e200, 1e300])
@pytest.mark.parametrize("kind", ["norm", "value"])
def test_clipping_at_every_scale(kind: str, threshold: float) -> None:
    clip = optimizers.clip(kind, threshold)
    sizes = [0.0, 1e-300, 1e-170, 1.0, 1e170, 1e290, 1.7e308]
    vectors = np.array([(x, -y) for x in sizes for y in sizes])
    assert isinstance(clip, Clip)
    of, touches = clip.of(vectors), clip.touches(vectors)
    for vector, clipped_by_option, touched in zip(vectors, of, touches, strict=True):
        with mpmath.workdps(50):
            norm = mpmath.hypot(*map(mpmath.mpf, vector.tolist()))
            share = min(mpmath.mpf(1), threshold / norm) if norm else mpmath.mpf(1)
            by_norm = [float(share * mpmath.mpf(one)) for one in vector.tolist()]
        exact = by_norm if kind == "norm" else np.clip(vector, -threshold, threshold)
        in_loop = clipped({"norm": 1, "value": 2}[kind], threshold, *vector)
        np.testing.assert_allclose(clipped_by_option, exact, rtol=1e-15, atol=1e-320)
        np.testing.assert_allclose(in_loop, exact, rtol=1e-15, atol=1e-320)
        assert touched == (not np.array_equal(clipped_by_option, vector))


def test_adam_after_clipping_at_every_scale() -> None:
    """Both coordinates are scaled equally, so Adam without a constant takes the same step as without clipping."""
    for scale in SCALES:
        landscape, adam = ground(scale, 0.0, -scale, 0.0), optimizers.get("adam", lr=0.25, eps=0.0)
        run = optimizers.trace(landscape, adam, (0.0, 0.0), 3, clip=optimizers.clip("norm", 1e-30))
        np.testing.assert_allclose(run.path[-1], [-0.75, 0.75], rtol=1e-12)
