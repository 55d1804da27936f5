"""Every optimizer follows the path of its plain-Python twin."""

import math
from itertools import islice

import numpy as np
import pytest

import landscapes
import optimizers
from landscapes import Landscape
from tests.marks import slow_where
from tests.optimizers.settings import with_hyperparameter
from tests.optimizers.splitmix import normals
from tests.optimizers.twins import TWINS, Pair

STEPS = 1000
GROUNDS = (
    ("quadratic", {}, None),
    ("quadratic", {"condition": 7.0, "angle": 0.0}, (2.0, -3.0)),
    ("rosenbrock", {}, None),
    ("rosenbrock", {"b": 5.0}, (1.4, -0.5)),
    ("himmelblau", {}, (-2.0, -1.5)),
    ("beale", {}, None),
    ("styblinski_tang", {}, (-3.4, 2.9)),
    ("easom", {}, (2.4, 2.6)),
    ("saddle", {}, None),
    ("sigmoid_plateau", {}, (1.7, -0.7)),
)
QUICK = (("quadratic", {}, None), ("himmelblau", {}, (-2.0, -1.5)))


def settings(name: str) -> list[dict[str, float]]:
    """The defaults, a rate ten times smaller, and every hyperparameter changed alone.

    To 30 % and 60 % of its knob, or to each of its choices.
    """
    optimizer = optimizers.get(name)
    some: list[dict[str, float]] = [{}]
    for parameter in optimizer.hyperparameters:
        if parameter.choices:
            some += [{parameter.name: float(i)} for i in range(len(parameter.choices))]
            continue
        for share in (0.3, 0.6):
            low, high = parameter.low, parameter.high
            if parameter.scale == "log":
                value = math.exp((1 - share) * math.log(low) + share * math.log(high))
            else:
                value = (1 - share) * low + share * high
            some.append({parameter.name: float(round(value)) if parameter.integer else value})
        if parameter.name == "lr":
            some.append({"lr": parameter.default / 10})
    return some


SEARCHERS = with_hyperparameter("line_search")


class GroundTruth:
    """A landscape in plain Python floats, with the noise of a seed."""

    def __init__(self, landscape: Landscape, sigma: float = 0.0, seed: int = 0) -> None:
        self.jet, self.values = landscape.surface.kernel.py_func, landscape.packed.tolist()
        self.sigma, self.draws = sigma, normals(seed, STEPS + 1) if sigma else []
        self.noisy = sigma > 0
        self.evaluations = [0, 0, 0]  # values, gradients, Hessians

    def gradient(self, k: int, x: float, y: float) -> Pair:
        gx, gy = self.slope(x, y)
        if not self.sigma:
            return gx, gy
        z, w = self.draws[k]
        return gx + self.sigma * z, gy + self.sigma * w

    def value(self, x: float, y: float) -> float:
        """The loss; infinite where plain floats raise, since a search treats both alike."""
        self.evaluations[0] += 1
        try:
            return self.jet(x, y, self.values)[0]
        except OverflowError:
            return math.inf

    def slope(self, x: float, y: float) -> Pair:
        self.evaluations[1] += 1
        _, gx, gy, *_ = self.jet(x, y, self.values)
        return gx, gy

    def hessian(self, x: float, y: float) -> tuple[Pair, Pair]:
        self.evaluations[2] += 1
        *_, fxx, fxy, fyy = self.jet(x, y, self.values)
        return (fxx, fxy), (fxy, fyy)


class Perturbed(GroundTruth):
    """The same with every other gradient perturbed by 1e-15, as by rounding in another order."""

    def gradient(self, k: int, x: float, y: float) -> Pair:
        return super().gradient(k, x * (1 + 1e-15), y * (1 - 1e-15)) if k % 2 else super().gradient(k, x, y)


class PerturbedLoss(Perturbed):
    """And every other loss by 1e-14, for methods that use only losses: rounding decides between closer ones."""

    def value(self, x: float, y: float) -> float:
        return super().value(x, y) * (1 + 1e-14 * (self.evaluations[0] % 2))


def walk(
    name: str, ground: GroundTruth, start: Pair, values: dict[str, float], rows: int
) -> tuple[np.ndarray, np.ndarray]:
    """The twin's iterates and gradients, as far as plain floats go."""
    path, gradient = [], []
    twin = TWINS[name](ground, start, **values)
    while len(path) < rows:
        try:
            theta, g = next(twin)
        except (OverflowError, ZeroDivisionError):
            break
        path.append(theta)
        gradient.append(g)
    return np.array(path), np.array(gradient)


@pytest.mark.parametrize("name", optimizers.names())
def test_every_optimizer_has_a_twin(name: str) -> None:
    assert name in TWINS, TWINS.lacks(name)


@pytest.mark.parametrize(
    "ground", slow_where(lambda ground: ground not in QUICK, GROUNDS), ids=lambda ground: ground[0]
)
@pytest.mark.parametrize("name", [name for name in optimizers.names() if name in TWINS])
def test_path_and_gradient_are_the_twins(name: str, ground: tuple[str, dict[str, float], Pair | None]) -> None:
    landscape = landscapes.get(ground[0], **ground[1])
    start = ground[2] or landscape.start
    lengths = []
    for values in settings(name):
        optimizer = optimizers.get(name, **values)
        run = optimizers.trace(landscape, optimizer, start=start, steps=STEPS)
        path, gradient = walk(name, GroundTruth(landscape), start, dict(optimizer.values), len(run.path))
        rows = len(path)
        # The twin's floats raise where NumPy's overflow: only at the end of a run that diverges.
        assert rows == len(run.path) or (run.outcome == "diverged" and rows >= len(run.path) - 1)
        with np.errstate(invalid="ignore", over="ignore"):
            apart = np.abs(run.path[:rows] - path) / (1 + np.abs(path))
            off = np.abs(run.gradient[:rows] - gradient) / (1 + np.abs(gradient))
            if run.reason in ("left", "loss"):
                off = off[: len(run.path) - 1]  # the last gradient is not used
            # Perturb the start by 1e-15, and the gradients (a path may forget its start): where the perturbed paths
            # separate, the path is chaotic and not determined.
            near = start[0] * (1 + 1e-15), start[1] * (1 + 1e-15)
            perturbed = Perturbed(landscape) if optimizer.method.uses_gradient else PerturbedLoss(landscape)
            aside, slope = walk(name, perturbed, near, dict(optimizer.values), rows)
            parted = np.abs(aside - path[: len(aside)]) / (1 + np.abs(aside)) > 1e-12
            parted |= np.abs(slope - gradient[: len(aside)]) / (1 + np.abs(slope)) > 1e-10
        own = int(np.argmax(parted.any(axis=1))) if parted.any() else len(aside)
        assert np.nanmax(apart[:own]) <= 1e-10, values
        assert np.nanmax(off[:own], initial=0) <= 1e-8, values
        lengths.append(own)
    # Without a learning rate that could be small, a method converges in a few steps: then count those of all settings.
    assert max(lengths) >= 20 if optimizers.methods()[name][0].has_rate else sum(lengths) >= 15


@pytest.mark.parametrize("sigma", [0.0, 0.3])
@pytest.mark.parametrize("search", ["armijo", "wolfe"])
@pytest.mark.parametrize("name", SEARCHERS)
def test_what_is_asked_for_is_what_the_twin_calls(name: str, search: str, sigma: float) -> None:
    """At every iterate: the twin has evaluated its gradient there, but not taken the step."""
    optimizer = optimizers.get(name, line_search=search)
    noise = optimizers.noise("gaussian", sigma)
    steps = 7 if sigma else 12  # with noise a search soon compares values that differ only by rounding
    for surface, start in (("quadratic", (2.0, -3.0)), ("himmelblau", (3.4, 1.2)), ("rosenbrock", (0.9, 1.4))):
        landscape = landscapes.get(surface)
        run = optimizers.trace(landscape, optimizer, start=start, steps=steps, noise=noise, seed=4)
        ground = GroundTruth(landscape, sigma, 4)
        twin = TWINS[name](ground, start, **optimizer.values)
        called = [(next(twin), *ground.evaluations)[1:] for _ in range(run.stopped_at + 1)]
        assert np.array_equal(np.add(run.evaluations, [0, 1, 0]), called)
        assert run.stopped_at > 0
        assert run.evaluations[-1, 2] == 0


def test_what_nelder_mead_calls() -> None:
    """Values alone; the gradient that the twin yields is that of the record."""
    landscape, optimizer = landscapes.get("himmelblau"), optimizers.get("nelder_mead")
    run = optimizers.trace(landscape, optimizer, steps=40)
    ground = GroundTruth(landscape)
    twin = TWINS["nelder_mead"](ground, landscape.start, **optimizer.values)
    called = [(next(twin), *ground.evaluations)[1:] for _ in range(run.stopped_at + 1)]
    assert np.array_equal(run.evaluations[:, 0], np.array(called)[:, 0])
    assert not run.evaluations[:, 1:].any()
    assert run.stopped_at == 40


def test_what_damped_newton_calls() -> None:
    """In a bowl every step is tried; the loss at the start is one value more than its steps count."""
    landscape, optimizer = landscapes.get("quadratic"), optimizers.get("damped_newton")
    run = optimizers.trace(landscape, optimizer, steps=9)
    ground = GroundTruth(landscape)
    for _ in islice(TWINS["damped_newton"](ground, landscape.start, **optimizer.values), run.stopped_at + 1):
        pass
    assert run.stopped_at == 9
    assert ground.evaluations == np.add(run.evaluations[-1], [1, 1, 0]).tolist()


@pytest.mark.parametrize("name", [name for name in optimizers.names() if name in TWINS])
def test_noise_enters_where_the_twin_has_it(name: str) -> None:
    landscape = landscapes.get("quadratic", condition=10.0)
    optimizer = optimizers.get(name)
    run = optimizers.trace(landscape, optimizer, steps=300, noise=optimizers.noise("gaussian", 0.3), seed=9)
    path, gradient = walk(name, GroundTruth(landscape, 0.3, 9), landscape.start, dict(optimizer.values), 301)
    assert run.stopped_at == 300
    own = 301
    if optimizer.method.counts:
        # If noise points uphill a search compares values that differ only by rounding.
        for aside in (-2e-15, -1e-15, 1e-15, 2e-15):
            start = (landscape.start[0] * (1 + aside), landscape.start[1])
            other, _ = walk(name, GroundTruth(landscape, 0.3, 9), start, dict(optimizer.values), 301)
            parted = np.any(np.abs(other - path) > 1e-12, axis=1)
            own = min(own, int(np.argmax(parted)) if parted.any() else 301)
    assert own >= 8
    np.testing.assert_allclose(run.path[:own], path[:own], rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(run.gradient[:own], gradient[:own], rtol=1e-10, atol=1e-10)


def test_the_twins_are_not_all_alike() -> None:
    """With noise, because AMSGrad equals Adam until a mean of squares decreases."""
    ground = GroundTruth(landscapes.get("quadratic"), sigma=1.0)
    values = {name: dict(optimizers.get(name).values) for name in TWINS}
    ends = {tuple(list(islice(TWINS[name](ground, (-1.5, 2.0), **values[name]), 200))[-1][0]) for name in TWINS}
    assert len(ends) == len(TWINS)
