"""Blurred landscapes: against closed forms, against integrals by mpmath, and their use in continuation."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from mpmath import cos, cosh, exp, linspace, mp, mpf, pi, quad, sqrt, tanh

import landscapes
import optimizers
from landscapes import Landscape, blur
from landscapes.jets import SURFACE
from optimizers import Lane, Race, kernels
from tests.landscapes.settings import NAMES, inside, points
from tests.landscapes.test_critical_points import critical_points
from tests.marks import slow_where

# The recurrent cliff evaluates fifty steps at each of a thousand nodes, and both walls are too steep for quadrature.
GENTLE = {"recurrent_cliff": {"steps": 1.0}, "smooth_step_cliff": {"steepness": 5.0}}


def blurred_landscape(name: str, sigma: float, **parameters: float) -> Landscape:
    return landscapes.blurred(landscapes.get(name, **(parameters or GENTLE.get(name, {}))), sigma)


def by_quadrature(landscape: Landscape, sigma: float) -> Landscape:
    """The same blur without the closed form, by quadrature."""
    sharp = landscapes.Landscape(replace(landscape.surface, blurred=None), landscape.challenge, landscape.values)
    return landscapes.blurred(sharp, sigma)


CLOSED = [name for name, (surface, _) in landscapes.surfaces().items() if surface.blurred]
SMOOTH = [name for name in CLOSED if landscapes.surfaces()[name][0].smooth]  # quadrature does not smooth kinks
POLYNOMIALS = ["quadratic", "styblinski_tang"]
# A search evaluates millions of values; each value of these is a sum over a hundred points at a thousand nodes.
SEARCHED = [name for name in NAMES if name not in ("logistic_regression", "two_weight_network", "eggholder")]
COSTLY = {"bukin_6", "cosine_ripples", "griewank", "levy", "linear_regression", "sigmoid_plateau"}
# The cliffs and cusps have closed forms because quadrature over the sharp surface is not accurate enough.
CORNERED = ("mccormick",)  # the third derivative of its wall jumps


@pytest.mark.parametrize(
    ("name", "sigma"),
    [(name, 0.05) for name in SMOOTH if name not in CORNERED]
    + [(name, sigma) for name in POLYNOMIALS for sigma in (1e-3, 0.3, 1.0, 2.0)],
)
def test_quadrature_agrees_with_the_closed_form(name: str, sigma: float) -> None:
    landscape = landscapes.get(name, **GENTLE.get(name, {}))
    x, y = points(landscape, 200).T
    exact, summed = landscapes.blurred(landscape, sigma).jet(x, y), by_quadrature(landscape, sigma).jet(x, y)
    np.testing.assert_allclose(summed, exact, rtol=1e-10, atol=1e-10 * np.abs(exact).max())


@pytest.mark.parametrize("sigma", [0.1, 0.7, 1.5])
def test_a_polynomial_by_hand(sigma: float) -> None:
    """E (XY - 1)² = (x² + σ²)(y² + σ²) - 2xy + 1, with minima on the diagonal where x² = 1 - σ²."""
    landscape, s = blurred_landscape("product_network", sigma), sigma**2
    x, y = points(landscape, 100).T
    np.testing.assert_allclose(landscape.value(x, y), (x * x + s) * (y * y + s) - 2 * x * y + 1, rtol=1e-11)
    diagonal = [(-math.sqrt(1 - s),) * 2, (math.sqrt(1 - s),) * 2] if s < 1 else [(0.0, 0.0)]
    assert np.array(sorted(landscape.minima)) == pytest.approx(np.array(diagonal), abs=1e-9)
    assert landscape.minimum_value == pytest.approx(2 * s - s * s + s * s if s < 1 else s * s + 1, rel=1e-11)


def expected(f: Callable[[Any], Any], x: float, sigma: float) -> Any:
    """E f(x + σ z), to twenty digits."""
    with mp.workdps(20):
        ends = linspace(-12, 12, 25)
        return quad(lambda z: f(mpf(x) + mpf(sigma) * z) * exp(-z * z / 2), ends) / sqrt(2 * pi)


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [0.1, 0.5, 0.7, 1.0, 1.5, 2.0])
def test_easom_against_integrals(sigma: float) -> None:
    """The product of two integrals."""
    landscape = blurred_landscape("easom", sigma)
    for x, y in ((2.0, 3.5), (3.1, 3.0), (1.0, 4.0)):
        a, b = (expected(lambda t: cos(t) * exp(-((t - pi) ** 2)), at, sigma) for at in (x, y))
        assert float(landscape.value(x, y)) == pytest.approx(float(-a * b), rel=1e-13, abs=1e-15)


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [0.1, 0.5, 0.7, 1.0, 1.5, 2.0])
def test_the_mountain_against_integrals(sigma: float) -> None:
    landscape = blurred_landscape("mountain", sigma)
    for x in (-2.0, -0.5, 0.0, 1.0, 3.0):
        hill = expected(lambda t: (1 + 3 * exp(t)) / (1 + exp(2 * t)), x, sigma)
        whole = float(hill + mpf(sigma) ** 2 / 2)
        assert float(landscape.value(x, 0.0)) == pytest.approx(whole, rel=2e-14)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("steepness", "sigma"), [(5.0, 0.19), (5.0, 0.21), (100.0, 0.001), (100.0, 0.011), (100.0, 0.5), (1e4, 2.0)]
)
def test_the_step_against_integrals(steepness: float, sigma: float) -> None:
    """At any steepness, on both sides of the switch between the two sums."""
    landscape = blurred_landscape("smooth_step_cliff", sigma, height=1.0, steepness=steepness)
    for x in (-1.7 * sigma, 0.0, 0.8 * sigma):
        f, fx, _, fxx, _, _ = landscape.at(x, 0.0)
        computed = [f - 0.1 * ((x + 1) ** 2 + 2 * sigma**2), fx - 0.2 * (x + 1), fxx - 0.2]
        for order, (kernel_value, exact) in enumerate(zip(computed, blurred_step(x, sigma, steepness), strict=True)):
            assert kernel_value == pytest.approx(exact, rel=1e-12, abs=1e-12 * sigma**-order)


def blurred_step(x: float, sigma: float, steepness: float) -> list[float]:
    """E Φ((x - V) / σ) with V logistic, and its derivatives by x."""
    with mp.workdps(20):

        def over(term: Callable[[Any], Any]) -> float:
            def weighed(v: Any) -> Any:
                return term((mpf(x) - v / mpf(steepness)) / mpf(sigma)) / (2 * cosh(v / 2)) ** 2

            return float(quad(weighed, linspace(-60, 60, 41)))

        return [over(mp.ncdf), over(mp.npdf) / sigma, over(lambda z: -z * mp.npdf(z)) / sigma**2]


@pytest.mark.slow
def test_derivatives_against_integrals() -> None:
    """The derivatives of an expected value are the expected derivatives: of ½ c₁ sech x, a mountain without plains."""
    landscape = blurred_landscape("mountain", 0.4, c0=0.0, c1=2.0)
    for x in (-1.0, 0.2, 2.0):
        _, fx, fy, fxx, fxy, fyy = landscape.at(x, 0.3)
        slope = expected(lambda t: -tanh(t) / cosh(t), x, 0.4)
        bend = expected(lambda t: (tanh(t) ** 2 - 1 / cosh(t) ** 2) / cosh(t), x, 0.4)
        assert [fx, fxx] == pytest.approx([float(slope), float(bend)], abs=1e-12)
        assert [fy, fxy, fyy] == pytest.approx([0.3, 0.0, 1.0], abs=1e-13)


# Computed with mpmath to 30 digits: Ackley's in polar coordinates around the tip, the others as products and sums.
@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("ackley", (0.0, 0.0), 7.323084002644872059),
        ("deep_chain_normalized", (1.0, 1.0), 4.969154129595146247),
        ("tanh_pair", (2.0, 1.0), 6.358427719433346107),
        ("easom", (math.pi, math.pi), -0.07124226538110606),
    ],
)
def test_a_wide_blur_against_integrals(name: str, at: tuple[float, float], value: float) -> None:
    assert blurred_landscape(name, 2.0).at(*at)[0] == pytest.approx(value, rel=1e-13)


@pytest.mark.parametrize(
    ("name", "minima"), [("ackley", 1), ("easom", 1), ("deep_chain_normalized", 0), ("tanh_pair", 1)]
)
def test_a_wide_blur_leaves_no_minima_of_its_own(name: str, minima: int) -> None:
    assert len(blurred_landscape(name, 2.0).minima) == minima


def by_values(landscape: Landscape, sigma: float, x: float, y: float, count: int) -> np.ndarray:
    """The jet of the blur from values of the sharp surface only; the derivatives are those of the Gaussian."""
    z = (np.arange(count) + 0.5) * (24 / count) - 12
    density = np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
    by = np.array([density, density * z / sigma, density * (z * z - 1) / sigma**2])
    moments = by @ landscape.value(x + sigma * z[:, None], y + sigma * z) @ by.T
    return moments[[0, 1, 0, 2, 1, 0], [0, 0, 1, 0, 1, 2]]


# Errors of the reference sums over a thousand values per side, relative to the largest value; kinks cause them.
KINKED = {
    "ackley": 1e-6,
    "bukin_6": 1e-4,
    "deep_chain_normalized": 1e-12,
    "eggholder": 1e-7,
    "flat_floor": 1e-4,
    "mccormick": 1e-10,
    "schwefel": 1e-9,
    "zero_one_loss": 1e-3,
}


@pytest.mark.parametrize(
    "name",
    slow_where(
        KINKED.__contains__, [name for name in NAMES if name not in ("smooth_step_cliff", "two_weight_network")]
    ),
)
@pytest.mark.parametrize("sigma", slow_where(lambda sigma: sigma != 0.7, [0.05, 0.7]))
def test_value_gradient_and_hessian_against_a_grid_of_values(name: str, sigma: float) -> None:
    """At minima, saddles, kinks (Ackley's, Schwefel's, that of the irises at the origin), and random points."""
    landscape = blurred_landscape(name, sigma)
    count = 1001 if name in KINKED else 401
    places = [*landscape.sharp.minima[:1], *landscape.sharp.saddles[:1], (0.0, 0.0), *points(landscape, 3, 0.9)]
    highest = np.abs(landscape.sharp.value(*points(landscape, 1000).T)).max()
    for x, y in places:
        off = np.abs(landscape.at(x, y) - by_values(landscape.sharp, sigma, x, y, count))
        units = max(highest, abs(landscape.at(x, y)[0])) / sigma ** np.array([0, 1, 1, 2, 2, 2])
        assert (off <= max(KINKED.get(name, 0.0), 1e-12, landscape.accuracy) * units).all(), (x, y, off / units)


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [0.3, 1.0, 1.5])
def test_the_stated_accuracy_holds_at_other_points(sigma: float) -> None:
    landscape = blurred_landscape("sigmoid_plateau", sigma)
    assert 0 < landscape.accuracy <= blur.TOLERANCE
    places = points(landscape, 12, 1.0, seed=3)
    jets, others = landscape.jet(*places.T), np.array([by_values(landscape.sharp, sigma, x, y, 601) for x, y in places])
    for part in (slice(1), slice(1, 3), slice(3, 6)):
        off = np.abs(jets[:, part] - others[:, part]).max()
        assert off <= max(landscape.accuracy, 1e-12 / sigma**2) * np.abs(jets[:, part]).max()
    assert blurred_landscape("rastrigin", sigma).accuracy == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "parameters"), [("recurrent_cliff", {"steps": 8.0}), ("sigmoid_plateau", {"width": 0.1})]
)
def test_a_wall_too_steep_is_refused_and_what_is_named_is_accepted(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    with pytest.raises(ValueError, match=rf"sigma must be at most [0-9.e-]+, not 2: {name} is too steep") as refused:
        landscapes.blurred(landscape, 2.0)
    widest = float(str(refused.value).split("at most ")[1].split(",")[0])
    assert landscapes.blurred(landscape, widest).accuracy <= blur.TOLERANCE
    with pytest.raises(ValueError, match="sigma must be at most"):
        landscapes.blurred(landscape, 1.5 * widest)


@pytest.mark.slow
def test_a_wall_between_the_other_probes_is_seen() -> None:
    """At fifty steps it is as steep as floats allow: the gradient of a sum is 0, or dominated by one node on it."""
    landscape = landscapes.get("recurrent_cliff")
    for sigma in (2.0, 0.05, 0.005, 1e-3):
        with pytest.raises(ValueError, match=f"sigma must be 0, not {sigma:g}: recurrent_cliff is too steep"):
            landscapes.blurred(landscape, sigma)
    # The derivatives on the wall of a gentler one agree with differences of its values.
    gentle = landscapes.get("recurrent_cliff", steps=8.0)
    landscape, h = landscapes.blurred(gentle, 0.1), 1e-4
    for x, y in blur._walls(gentle):
        slopes = [
            (landscape.value(x + h * a, y + h * b) - landscape.value(x - h * a, y - h * b)) / (2 * h)
            for a, b in ((1, 0), (0, 1))
        ]
        np.testing.assert_allclose(landscape.gradient(x, y), slopes, rtol=1e-5, atol=1e-6)


def test_kinks_without_a_closed_form_are_refused() -> None:
    with pytest.raises(ValueError, match="ackley has kinks, and no closed form of its blur is declared"):
        by_quadrature(landscapes.get("ackley"), 0.5)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "sigma"), [(0.0, 0.05), (0.1, 0.6), (1.0, 2.0)])
def test_the_flat_floor_against_integrals(width: float, sigma: float) -> None:
    """Each side of the floor separately, so that no integrand has a kink."""
    landscape = blurred_landscape("flat_floor", sigma, slope=2.0, width=width)
    for x, y in ((1.03, 0.2), (0.5, -1.1)):
        f, fx, fy, fxx, fxy, fyy = landscape.at(x, y)
        a, b = expected_walls(x - 1, width, sigma), expected_walls(y, 1.0, sigma)
        assert [f, fx, fy, fxx, fxy, fyy] == pytest.approx(
            [2 * (a[0] + b[0]), 2 * a[1], 2 * b[1], 2 * a[2], 0.0, 2 * b[2]], rel=1e-12, abs=1e-14
        )


def expected_walls(t: float, half: float, sigma: float) -> list[float]:
    """E max(0, |t + σ z| - half) and its derivatives, by quadrature over each side of the floor and by differences."""
    with mp.workdps(35):

        def mean(at: Any) -> Any:
            left, right = (min(max((side * mpf(half) - at) / mpf(sigma), -13), 13) for side in (-1, 1))
            return sum(
                quad(lambda z: (abs(at + mpf(sigma) * z) - mpf(half)) * mp.npdf(z), linspace(*ends, 5))
                for ends in ((-13, left), (right, 13))
                if ends[0] < ends[1]
            )

        h = mpf(10) ** -9
        low, here, high = (mean(mpf(t) + i * h) for i in (-1, 0, 1))
        return [float(here), float((high - low) / (2 * h)), float((high - 2 * here + low) / h**2)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sigma", [0.05, 0.6])
def test_agrees_with_finite_differences(name: str, sigma: float) -> None:
    landscape, h = blurred_landscape(name, sigma), 1e-5
    x, y = points(landscape, 20).T
    _, fx, fy, fxx, fxy, fyy = landscape.jet(x, y).T
    by_x = (landscape.jet(x + h, y) - landscape.jet(x - h, y)).T / (2 * h)
    by_y = (landscape.jet(x, y + h) - landscape.jet(x, y - h)).T / (2 * h)
    rounding = 1e-14 / h * np.abs(landscape.jet(x, y)).max()
    for computed, differences in (
        (fx, by_x[0]),
        (fy, by_y[0]),
        (fxx, by_x[1]),
        (fxy, by_x[2]),
        (fxy, by_y[1]),
        (fyy, by_y[2]),
    ):
        np.testing.assert_allclose(computed, differences, rtol=1e-5, atol=rounding + 1e-6 * np.abs(differences).max())


@pytest.mark.parametrize("name", NAMES)
def test_no_blur_is_the_landscape_itself_and_a_little_is_near_it(name: str) -> None:
    """E f(x + σ u) = f(x) + σ²/2 (fxx + fyy) + O(σ⁴)."""
    landscape = landscapes.get(name, **GENTLE.get(name, {}))
    assert landscapes.blurred(landscape, 0.0) == landscape
    x, y = points(landscape, 20).T
    f, _, _, fxx, _, fyy = landscape.jet(x, y).T
    for sigma in (1e-4, 1e-5):
        near = f + sigma**2 / 2 * (fxx + fyy)
        atol = 1e4 * sigma**4 * np.abs(landscape.jet(x, y)).max() + 1e-13 * np.abs(f).max()
        np.testing.assert_allclose(landscapes.blurred(landscape, sigma).value(x, y), near, rtol=1e-13, atol=atol)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["himmelblau", "rosenbrock", "quadratic"])
def test_blurring_twice_adds_the_variances(name: str) -> None:
    landscape = landscapes.get(name)
    assert landscapes.blurred(blurred_landscape(name, 0.3), 0.4) is landscapes.blurred(landscape, 0.5)
    by_hand = by_quadrature(blurred_landscape(name, 0.3), 0.4)  # a quadrature of a quadrature, or of a closed form
    x, y = points(landscape, 10).T
    np.testing.assert_allclose(by_hand.value(x, y), landscapes.blurred(landscape, 0.5).value(x, y), rtol=1e-10)


# Between its rays the 0-1 loss is so flat that the Hessians of a search are subnormal.
@pytest.mark.parametrize(
    "name", slow_where(COSTLY.__contains__, [name for name in SEARCHED if name != "zero_one_loss"])
)
@pytest.mark.parametrize("sigma", slow_where(lambda sigma: sigma != 0.5, [0.1, 0.5, 1.0]))
def test_critical_points(name: str, sigma: float) -> None:
    """Each point has the declared kind, to 1e-9, and a search from other starts finds no other points."""
    landscape = blurred_landscape(name, sigma)
    for kind, declared in (("minimum", landscape.minima), ("saddle", landscape.saddles)):
        for x, y in declared:
            assert inside(landscape, (x, y))
            hessian = landscape.hessian(x, y)
            assert np.linalg.norm(np.linalg.solve(hessian, landscape.gradient(x, y))) <= 1e-9
            low, high = np.linalg.eigvalsh(hessian)
            assert low > 0 if kind == "minimum" else low < 0 < high
    values = [landscape.at(*point)[0] for point in landscape.minima]
    assert values == sorted(values)
    steepest = np.abs(landscape.hessian(*points(landscape, 1000).T)).max()
    for x, y in critical_points(landscape, side=12):
        low, high = np.linalg.eigvalsh(landscape.hessian(x, y))
        if low > 1e-6 * steepest:
            assert any(math.dist((x, y), point) <= 1e-6 for point in landscape.minima), (x, y)
        if low < -1e-6 * steepest and high > 1e-6 * steepest:
            assert any(math.dist((x, y), point) <= 1e-6 for point in landscape.saddles), (x, y)


@pytest.mark.slow
@pytest.mark.parametrize("name", SEARCHED)
def test_nothing_on_the_map_is_below_the_infimum(name: str) -> None:
    landscape = blurred_landscape(name, 0.4)
    least = landscape.value(*points(landscape, 2000, wider=1.0).T).min()
    if landscape.minimum_value is None:
        assert landscape.infimum > landscape.sharp.infimum - 1e-12  # an expected value is not below the infimum
    else:
        assert landscape.minimum_value == landscape.at(*landscape.minima[0])[0] <= least


def test_the_mountain_still_descends_to_the_right_for_ever() -> None:
    """On the right only ½ y² remains, of which the blurred minimum is σ²/2."""
    landscape = blurred_landscape("mountain", 0.4)
    assert (landscape.minima, landscape.minimum_value) == ((), None)
    assert landscape.infimum == pytest.approx(0.4**2 / 2, rel=1e-12)


def test_continuation_finds_the_deep_minimum() -> None:
    """From a start where plain descent stops at -50.06, six stages of less blur end at -78.33, the deepest minimum."""
    sharp, sgd = landscapes.get("styblinski_tang"), optimizers.get("sgd", lr=0.01)
    start = (3.5, 3.0)
    plain = optimizers.trace(sharp, sgd, start, steps=6000)
    assert (plain.outcome, plain.best) == ("converged", False)
    assert plain.loss[-1] == pytest.approx(-50.0589, abs=1e-4)
    place = start
    for sigma in (2.0, 1.6, 1.2, 0.8, 0.4, 0.0):
        stage = optimizers.trace(landscapes.blurred(sharp, sigma), sgd, place, steps=1000)
        place = tuple(stage.path[-1])
    assert (stage.outcome, stage.best) == ("converged", True)
    assert stage.loss[-1] == pytest.approx(-78.3323, abs=1e-4)


def test_the_blur_at_which_the_minima_merge() -> None:
    """In one variable t³ + (3σ² - 8) t + 5/4 has three roots while 4 (8 - 3σ²)³ > 27 (5/4)²."""
    edge = math.sqrt(8 / 3 - (25 / 64) ** (1 / 3))
    assert len(blurred_landscape("styblinski_tang", edge - 1e-3).minima) == 4
    assert len(blurred_landscape("styblinski_tang", edge + 1e-3).minima) == 1


@pytest.mark.parametrize("name", optimizers.names())
def test_optimizers_run_on_it_unchanged(name: str) -> None:
    landscape = blurred_landscape("himmelblau", 0.5)
    run = optimizers.trace(landscape, optimizers.get(name), steps=20)
    assert tuple(run.path[0]) == landscape.start
    assert np.array_equal(run.loss, landscape.value(run.path[:, 0], run.path[:, 1]))
    assert len(optimizers.get(name).method.trace.overloads) == 1


def test_a_race_may_be_blurred() -> None:
    race = Race("easom", (Lane("sgd"),), (1.6, 2.2), blur=0.5)
    assert race.build_landscape() is blurred_landscape("easom", 0.5)
    assert replace(race, blur=0.0).build_landscape() is landscapes.get("easom")
    (run,) = optimizers.run(race)
    assert run.loss[0] == race.build_landscape().at(1.6, 2.2)[0]


@pytest.mark.parametrize("sigma", [-0.1, math.nan, math.inf])
def test_a_blur_that_makes_no_sense(sigma: float) -> None:
    with pytest.raises(ValueError, match="sigma must be a finite number, at least 0"):
        Race("easom", (), (0.0, 0.0), blur=sigma).build_landscape()
    for wrong in ("1", None, True):
        with pytest.raises(TypeError, match="sigma must be a finite number, at least 0, not"):
            landscapes.blurred(landscapes.get("easom"), wrong)


def test_it_is_a_landscape_like_any() -> None:
    sharp = landscapes.get("rosenbrock", a=0.5)
    landscape = landscapes.blurred(sharp, 0.25)
    assert eval(repr(landscape), {"landscapes": landscapes}) is landscape
    for same in ("name", "domain", "start", "challenge", "challenges", "parameters", "values"):
        assert getattr(landscape, same) == getattr(sharp, same)
    with pytest.raises(ValueError, match="read-only"):
        landscape.packed[0] = 1.0


def test_one_kernel_serves_every_surface_and_is_compiled_beforehand() -> None:
    for name in NAMES:
        blurred_landscape(name, 0.5).at(0.0, 0.0)
    assert len(blur.expected.overloads) == 1
    listed = list(kernels.all_kernels())
    for name in NAMES:
        assert (blurred_landscape(name, 0.5).surface.kernel, SURFACE) in listed
