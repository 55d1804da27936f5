"""Declared minima and saddles are what they claim to be, and none is missing."""

import math

import numpy as np
import pytest

import landscapes
from landscapes import Landscape
from tests.landscapes.settings import LABELS, NAMES, SETTINGS, Setting, inside, label, points, slow_settings

every_setting = pytest.mark.parametrize(("name", "parameters"), SETTINGS, ids=LABELS)


def curvatures(landscape: Landscape, x: float, y: float) -> tuple[float, float]:
    low, high = np.linalg.eigvalsh(landscape.hessian(x, y))
    return float(low), float(high)


def assert_stationary(landscape: Landscape, x: float, y: float) -> None:
    """The gradient is no larger than that of a point rounded to twelve digits."""
    curvature = np.abs(curvatures(landscape, x, y)).max()
    assert np.abs(landscape.gradient(x, y)).max() <= 1e-12 * curvature


def rises(landscape: Landscape, x: float, y: float) -> np.ndarray:
    """The height differences to every degree of two small circles around a point. Where the surface is piecewise
    constant, or at a kink, curvature is not conclusive."""
    radius, angle = np.array([[1e-3], [1e-6]]), np.radians(np.arange(360))
    return landscape.value(x + radius * np.cos(angle), y + radius * np.sin(angle)) - landscape.value(x, y)


def rises_along(landscape: Landscape, x: float, y: float) -> np.ndarray:
    """The height differences along the line of a kink, the direction with a curvature, on both sides.

    The line is not at a whole degree; from a point exactly on it, a step with few binary digits stays on it.
    """
    bends, vectors = np.linalg.eigh(landscape.hessian(x, y))
    way = vectors[:, np.abs(bends).argmax()]
    dx, dy = 2.0**-10 * way / np.abs(way).max()
    return landscape.value([x - dx, x + dx], [y - dy, y + dy]) - landscape.value(x, y)


@every_setting
def test_minima(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    for x, y in landscape.minima:
        assert inside(landscape, (x, y))
        assert_stationary(landscape, x, y)
        low, high = curvatures(landscape, x, y)
        assert low >= -1e-9 * max(1.0, high)
        assert high > 0 or (rises(landscape, x, y) >= 0).all()
    values = [float(landscape.value(*point)) for point in landscape.minima]
    assert values == pytest.approx(sorted(values), rel=1e-12, abs=1e-15)
    assert len(set(landscape.minima)) == len(landscape.minima)


def minima_go_on(landscape: Landscape, x: float, y: float) -> bool:
    """Whether the loss stays constant at a minimum in the direction without curvature, or in one of two such.

    From a point beside the minimum, 1e-4 of the map away, Newton steps across lead to the floor, where the loss must
    have risen by less than 1e-9 of its rise across.
    """
    (x0, x1), _ = landscape.domain
    (_, high), vectors = np.linalg.eigh(landscape.hessian(x, y))
    if high == 0:
        return bool((rises(landscape, x, y) == 0).all(axis=0).any())
    aside = 1e-4 * (x1 - x0)
    for side in (-aside, aside):
        at = np.array([x, y]) + side * vectors[:, 0]
        for _ in range(50):
            across = vectors[:, 1]
            slope, curvature = landscape.gradient(*at) @ across, across @ landscape.hessian(*at) @ across
            at -= slope / curvature * across if curvature > 0 else 0.0
        rise = float(landscape.value(*at) - landscape.value(x, y))
        if math.dist(at, (x, y)) < 0.5 * aside or not abs(rise) <= 0.5e-9 * high * aside**2:
            return False
    return True


@every_setting
def test_minima_fill_a_curve_or_a_region_where_they_are_said_to(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    best = [at for at in landscape.minima if landscape.value(*at) - landscape.infimum <= 1e-12]
    assert [minima_go_on(landscape, x, y) for x, y in best] == [landscape.minima_fill] * len(best)


def test_where_minima_fill_a_curve_or_a_region() -> None:
    filled = {name for name in NAMES if landscapes.get(name).minima_fill}
    chains = {"deep_chain", "deep_chain_normalized", "deep_chain_skip", "power_chain"}
    assert filled == {*chains, "flat_floor", "product_network", "recurrent_cliff", "zero_one_loss"}
    assert not landscapes.blurred(landscapes.get("product_network"), 0.1).minima_fill


@every_setting
def test_minimum_value(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    if landscape.surface.attained:
        assert landscape.minimum_value == landscape.infimum
        if parameters and not landscape.minima:
            return  # a parameter may move the minimum off the map
        assert float(landscape.value(*landscape.minima[0])) == pytest.approx(landscape.infimum, rel=1e-13, abs=1e-15)
    else:
        assert landscape.minimum_value is None
        far = np.array([(r * c, r * s) for r in (10.0, 30.0, 100.0) for c, s in ((1, 0), (-1, 0), (0, 1), (0, -1))])
        assert landscape.value(*far.T).min() - landscape.infimum <= 1e-9


@every_setting
def test_saddles(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    for x, y in landscape.saddles:
        assert inside(landscape, (x, y))
        assert_stationary(landscape, x, y)
        low, high = curvatures(landscape, x, y)
        if low == high == 0 or is_tip(landscape, x, y):
            around = np.append(rises(landscape, x, y)[0], rises_along(landscape, x, y))
            assert around.min() < 0 < around.max()
        else:
            assert low < 0 < high


@every_setting
@pytest.mark.parametrize("wider", [1.0, 100.0, 1e6])
def test_nothing_is_below_the_infimum(name: str, parameters: dict[str, float], wider: float) -> None:
    landscape = landscapes.get(name, **parameters)
    x, y = points(landscape, 4000, wider).T
    assert landscape.value(x, y).min() >= landscape.infimum - 1e-14 * abs(landscape.infimum)


def critical_points(landscape: Landscape, side: int = 60) -> list[tuple[float, float]]:
    """The limits of Newton's method inside the domain, from the nodes of a grid over it, without duplicates."""
    (x0, x1), (y0, y1) = landscape.domain
    span = np.array([x1 - x0, y1 - y0])
    at = np.stack(np.meshgrid(np.linspace(x0, x1, side), np.linspace(y0, y1, side)), axis=-1).reshape(-1, 2)
    rests = np.empty((0, 2))
    for _ in range(80):
        jets = landscape.jet(*at.T)
        # The pseudo-inverse also handles curves of minima, where the Hessian is singular.
        inverse = np.linalg.pinv(jets[:, [3, 4, 4, 5]].reshape(-1, 2, 2), rcond=1e-14, hermitian=True)
        step = -np.einsum("nij,nj->ni", inverse, jets[:, 1:3])
        length = np.linalg.norm(step, axis=-1)
        there = length <= 1e-10
        rests = np.concatenate([rests, (at + step)[there]])
        step *= np.minimum(1.0, min(0.1, 6 / side) * span.min() / np.maximum(length, 1e-300))[:, None]
        at = (at + step)[~there]
        at = at[(np.abs(at - [(x0 + x1) / 2, (y0 + y1) / 2]) <= span).all(axis=-1)]
        if len(at) == 0:
            break
    at = rests[np.linalg.norm(landscape.gradient(*rests.T), axis=-1) <= 1e-9]
    points_found: list[tuple[float, float]] = []
    for x, y in at:
        if inside(landscape, (x, y)) and not any(math.dist((x, y), other) <= 1e-5 for other in points_found):
            points_found.append((float(x), float(y)))
    return points_found


# Surfaces that are piecewise constant are left out: every point is critical. All of their regions are tested in
# test_learned_from_data.py.
SLOPED = [name for name in NAMES if landscapes.get(name).gradient(*points(landscapes.get(name), 500).T).any()]


def is_tip(landscape: Landscape, x: float, y: float) -> bool:
    """Whether the slope jumps at a critical point as at the tip of a cone, which Newton's method cannot find."""
    curvature = max(map(abs, curvatures(landscape, x, y)))
    return bool(np.linalg.norm(landscape.gradient(x + 1e-9, y)) > 1e-3 * curvature)


# Settings in which a parameter moves critical points that are found by bisection.
MOVED: list[Setting] = [
    *(("rastrigin", {"a": a}) for a in (1.0, 20.0)),
    *(("cosine_ripples", {"c": c}) for c in (0.2, 0.85, 1.5)),
]
SIDES = {"eggholder": 300}  # of the grid, if critical points are close together
SEARCHED = [*((name, {}) for name in SLOPED), *MOVED]


@pytest.mark.parametrize(
    ("name", "parameters"), slow_settings(("eggholder",), SEARCHED), ids=[label(setting) for setting in SEARCHED]
)
def test_no_critical_point_is_missed(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    isolated = []
    for x, y in critical_points(landscape, SIDES.get(name, 60)):
        low, high = curvatures(landscape, x, y)
        degenerate = abs(low) <= 1e-6 * abs(high)
        if degenerate and landscape.surface.attained and landscape.value(x, y) <= landscape.infimum + 1e-12:
            continue  # it belongs to a curve of minima
        if high >= 0:
            declared = landscape.minima if low > 0 else landscape.saddles
            assert any(math.dist((x, y), point) <= 1e-5 for point in declared), (x, y, low, high)
        isolated.append((x, y))
    for point in (*landscape.minima, *landscape.saddles):
        low, high = curvatures(landscape, *point)
        if abs(low) > 1e-6 * abs(high) and not is_tip(landscape, *point):
            assert any(math.dist(point, other) <= 1e-5 for other in isolated), f"the search misses {point}"


@pytest.mark.parametrize(
    ("name", "point", "value"),
    [
        ("rosenbrock", (1.0, 1.0), 0.0),
        ("beale", (3.0, 0.5), 0.0),
        ("himmelblau", (3.0, 2.0), 0.0),
        ("himmelblau", (-2.805118, 3.131312), 0.0),
        ("himmelblau", (-3.779310, -3.283186), 0.0),
        ("himmelblau", (3.584428, -1.848126), 0.0),
        ("styblinski_tang", (-2.903534027771177, -2.903534027771177), -78.33233140754282),
        ("easom", (math.pi, math.pi), -1.0),
        ("booth", (1.0, 3.0), 0.0),
        ("matyas", (0.0, 0.0), 0.0),
        ("rastrigin", (0.0, 0.0), 0.0),
        ("ackley", (0.0, 0.0), 0.0),
        ("six_hump_camel", (0.08984201, -0.71265640), -1.031628453489877),
        ("six_hump_camel", (-0.08984201, 0.71265640), -1.031628453489877),
        ("three_hump_camel", (0.0, 0.0), 0.0),
        ("goldstein_price", (0.0, -1.0), 3.0),
        ("mccormick", (-0.54719755, -1.54719755), -1.913222954981037),
        ("griewank", (0.0, 0.0), 0.0),
        ("levy", (1.0, 1.0), 0.0),
        ("bukin_6", (-10.0, 1.0), 0.0),
        ("zakharov", (0.0, 0.0), 0.0),
    ],
)
def test_published_minima(name: str, point: tuple[float, float], value: float) -> None:
    landscape = landscapes.get(name)
    assert any(math.dist(point, minimum) <= 1e-6 for minimum in landscape.minima)
    assert float(landscape.value(*point)) == pytest.approx(value, rel=1e-13, abs=1e-9)
    assert landscape.minimum_value == pytest.approx(value, rel=1e-13, abs=1e-12)


def test_the_published_minimum_of_schwefel() -> None:
    landscape = landscapes.get("schwefel")
    assert landscape.minima[0] == pytest.approx((420.9687, 420.9687), abs=5e-5)
    assert 837.9658 - landscape.value(0.0, 0.0) == pytest.approx(0.0, abs=5e-5)
    assert landscape.value(*landscape.minima[0]) == pytest.approx(0.0, abs=1e-20)
    assert landscape.value(*landscape.minima[1]) > 100  # the second best
    assert math.dist(landscape.minima[0], landscape.minima[1]) > 700


def test_the_eggholder_goes_on_down_beyond_its_published_border() -> None:
    landscape = landscapes.get("eggholder")
    assert float(landscape.value(512.0, 404.2319)) == pytest.approx(-959.6407, abs=5e-5)
    at = np.linspace(-512, 512, 1025)
    assert landscape.value(at[:, None], at).min() > -959.6407
    slope, across = landscape.gradient(512.0, 404.2319)
    assert slope < -1 < abs(across) * 1e3
    assert landscape.minima[0] == pytest.approx((513.0090, 405.1352), abs=5e-5)
    assert landscape.minimum_value == pytest.approx(-961.8626, abs=5e-5)
    assert (len(landscape.minima), len(landscape.saddles)) == (96, 176)


@pytest.mark.slow
def test_no_place_outside_the_eggholders_box_is_lower_than_its_minimum() -> None:
    """The depth w of a wall plus the minimum of the waves there; where the waves are larger, at every half unit."""
    landscape, deep = landscapes.get("eggholder"), np.linspace(10, 1e4, 100_000)
    assert (deep**3 - 2 * (512 + deep) - 47 > landscape.infimum).all()
    at = np.arange(-522.0, 522.5, 0.5)
    assert landscape.value(at[:, None], at).min() > landscape.infimum


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        *(("bukin_6", x, x * x / 100) for x in (-10.0, -5.0, 0.0, 20.0)),
        *(("bukin_6", 0.0, y) for y in (1e-300, 5e-324)),
        *(("eggholder", x, y) for x, y in ((0.0, -47.0), (8.0, -51.0), (8.0, -39.0), (-8.0, -43.0), (1e-300, -47.0))),
        *(("schwefel", x, y) for x, y in ((0.0, 0.0), (0.0, 7.0), (5e-324, -5e-324))),
        *(("flat_floor", x, y) for x, y in ((1.0, 1.0), (1.0, -1.0), (-2.0, -1.0))),
    ],
)
def test_the_jet_at_a_kink_is_finite_and_no_slope_beside_it_is_shorter(name: str, x: float, y: float) -> None:
    landscape = landscapes.get(name)
    jet = landscape.jet(x, y)
    assert np.isfinite(jet).all()
    beside = landscape.jet(x + 1e-7 * np.cos(np.arange(60)), y + 1e-7 * np.sin(np.arange(60)))
    assert np.linalg.norm(jet[1:3]) <= np.linalg.norm(beside[:, 1:3], axis=-1).min() * (1 + 1e-6)
    assert beside[:, 0].min() - 2.0 <= jet[0] <= beside[:, 0].max() + 2.0


def test_what_is_not_a_number_stays_so() -> None:
    for name in KINKED:
        for x, y in ((math.nan, 0.5), (0.5, math.nan)):
            assert np.isnan(landscapes.get(name).value(x, y)), name


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 50, 137, 200])
def test_the_curve_of_the_recurrent_cliff(steps: int) -> None:
    for w, b in landscapes.get("recurrent_cliff", steps=steps).minima:
        hidden = 0.5
        for _ in range(steps):
            hidden = w / (1 + math.exp(-hidden)) + b
        assert 1 / (1 + math.exp(-hidden)) == pytest.approx(0.7, abs=1e-9)


@pytest.mark.parametrize("steps", [10, 50, 200])
def test_the_wall_of_the_recurrent_cliff_lies_where_its_file_says(steps: int) -> None:
    landscape, sigma = landscapes.get("recurrent_cliff", steps=steps), 1 / (1 + math.exp(-0.5))
    for w in (5.5, 6.0, 6.5):
        b = 0.5 - w * sigma
        assert landscape.value(w, b - 0.05) > 0.3
        assert landscape.value(w, b + 0.05) < 0.1


def test_which_minima_are_tips() -> None:
    """Only those of surfaces that are not smooth; for the eggholder those in its two grooves."""
    tips = [(name, at) for name in NAMES for at in landscapes.get(name).minima if is_tip(landscapes.get(name), *at)]
    assert [tip for tip in tips if tip[0] != "eggholder"] == [("ackley", (0.0, 0.0)), ("bukin_6", (-10.0, 1.0))]
    grooves = [y + 47 for name, (x, y) in tips if name == "eggholder" and y + 47 in (x, -x / 2)]
    assert len(grooves) == 9 == len(tips) - 2
    assert max(grooves) < 0


KINKED = [name for name, (surface, _) in landscapes.surfaces().items() if not surface.smooth]


def test_which_surfaces_are_not_smooth() -> None:
    assert KINKED == ["ackley", "bukin_6", "eggholder", "flat_floor", "schwefel", "zero_one_loss"]


@pytest.mark.parametrize("name", KINKED)
def test_nothing_beside_a_minimum_is_lower_where_curvature_may_not_tell(name: str) -> None:
    landscape = landscapes.get(name)
    for x, y in landscape.minima:
        around = np.append(rises(landscape, x, y), rises_along(landscape, x, y))
        assert (around >= -1e-12 * abs(landscape.value(x, y))).all()


def test_the_slope_around_the_tip_of_ackley() -> None:
    angle = np.linspace(0, 2 * math.pi, 100)
    for r in (1e-300, 1e-15, 1e-9):
        slopes = landscapes.get("ackley").gradient(r * np.cos(angle), r * np.sin(angle))
        assert np.linalg.norm(slopes, axis=-1) == pytest.approx(np.full(100, math.sqrt(8)), rel=1e-7)


@pytest.mark.parametrize(("point", "value"), [((-0.6, -0.4), 30.0), ((1.8, 0.2), 84.0), ((1.2, 0.8), 840.0)])
def test_published_local_minima_of_goldstein_price(point: tuple[float, float], value: float) -> None:
    landscape = landscapes.get("goldstein_price")
    assert point in landscape.minima
    assert float(landscape.value(*point)) == pytest.approx(value, rel=1e-13)


def test_one_network_in_eight_forms() -> None:
    landscape = landscapes.get("tanh_pair")
    x, y = points(landscape, 100).T
    value = landscape.value(x, y)
    for other in (landscape.value(y, x), landscape.value(-x, y), landscape.value(x, -y)):
        np.testing.assert_allclose(other, value, rtol=1e-12)
    assert len(landscape.minima) == 8
    assert landscape.value(*np.transpose(landscape.minima)) == pytest.approx(np.zeros(8), abs=1e-30)
