"""Declared minima and saddles are what they are called, and none is missing."""

import math

import numpy as np
import pytest

import landscapes
from landscapes import Landscape
from tests.landscapes.settings import LABELS, NAMES, SETTINGS, Setting, inside, label, points

every_setting = pytest.mark.parametrize(("name", "parameters"), SETTINGS, ids=LABELS)


def curvatures(landscape: Landscape, x: float, y: float) -> tuple[float, float]:
    low, high = np.linalg.eigvalsh(landscape.hessian(x, y))
    return float(low), float(high)


def assert_stationary(landscape: Landscape, x: float, y: float) -> None:
    """No gradient but that of a point rounded in its twelfth digit."""
    curvature = np.abs(curvatures(landscape, x, y)).max()
    assert np.abs(landscape.gradient(x, y)).max() <= 1e-12 * curvature


def level_around(landscape: Landscape, x: float, y: float) -> bool:
    """Whether the surface is constant near a point: where minima fill a region, no curvature tells them."""
    radius, angle = np.array([[1e-3], [1e-6]]), np.linspace(0, 2 * math.pi, 360)
    around = landscape.value(x + radius * np.cos(angle), y + radius * np.sin(angle))
    return bool((around == landscape.value(x, y)).all())


@every_setting
def test_minima(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    for x, y in landscape.minima:
        assert inside(landscape, (x, y))
        assert_stationary(landscape, x, y)
        low, high = curvatures(landscape, x, y)
        assert low >= -1e-9 * max(1.0, high)
        assert high > 0 or level_around(landscape, x, y)
    values = [float(landscape.value(*point)) for point in landscape.minima]
    assert values == pytest.approx(sorted(values), rel=1e-12, abs=1e-15)
    assert len(set(landscape.minima)) == len(landscape.minima)


def minima_go_on(landscape: Landscape, x: float, y: float) -> bool:
    """Whether the loss stays what it is in a minimum along the direction without curvature, or all around.

    Beside the minimum, 1e-4 of the map away, Newton's steps across lead to the floor, where the loss has risen
    by less than 1e-9 of what it rises by across.
    """
    (x0, x1), _ = landscape.domain
    (_, high), vectors = np.linalg.eigh(landscape.hessian(x, y))
    if high == 0:
        return level_around(landscape, x, y)
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
    assert filled == {*chains, "product_network", "recurrent_cliff", "zero_one_loss"}
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
        if low == high == 0:
            angle = np.linspace(0, 2 * math.pi, 360)
            around = landscape.value(x + 1e-3 * np.cos(angle), y + 1e-3 * np.sin(angle)) - landscape.value(x, y)
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
    """Where Newton's method ends inside the domain, from the nodes of a grid over it, each point once."""
    (x0, x1), (y0, y1) = landscape.domain
    span = np.array([x1 - x0, y1 - y0])
    at = np.stack(np.meshgrid(np.linspace(x0, x1, side), np.linspace(y0, y1, side)), axis=-1).reshape(-1, 2)
    rests = np.empty((0, 2))
    for _ in range(80):
        jets = landscape.jet(*at.T)
        # The pseudo-inverse also serves curves of minima, where the Hessian is singular.
        inverse = np.linalg.pinv(jets[:, [3, 4, 4, 5]].reshape(-1, 2, 2), rcond=1e-14, hermitian=True)
        step = -np.einsum("nij,nj->ni", inverse, jets[:, 1:3])
        length = np.linalg.norm(step, axis=-1)
        there = length <= 1e-10
        rests = np.concatenate([rests, (at + step)[there]])
        step *= np.minimum(1.0, 0.1 * span.min() / np.maximum(length, 1e-300))[:, None]
        at = (at + step)[~there]
        at = at[(np.abs(at - [(x0 + x1) / 2, (y0 + y1) / 2]) <= span).all(axis=-1)]
        if len(at) == 0:
            break
    at = rests[np.linalg.norm(landscape.gradient(*rests.T), axis=-1) <= 1e-9]
    found: list[tuple[float, float]] = []
    for x, y in at:
        if inside(landscape, (x, y)) and not any(math.dist((x, y), other) <= 1e-5 for other in found):
            found.append((float(x), float(y)))
    return found


# Where a surface is piecewise constant, every point is critical, and a search says nothing: all of its regions are
# tested in test_learned_from_data.py.
SLOPED = [name for name in NAMES if landscapes.get(name).gradient(*points(landscapes.get(name), 500).T).any()]


def is_tip(landscape: Landscape, x: float, y: float) -> bool:
    """Whether the slope jumps at a critical point as at the tip of a cone, to which Newton's method finds no way."""
    _, curvature = curvatures(landscape, x, y)
    return bool(np.linalg.norm(landscape.gradient(x + 1e-9, y)) > 1e-3 * curvature)


# Where a parameter moves critical points of the map that are found by bisection.
MOVED: list[Setting] = [
    *(("rastrigin", {"a": a}) for a in (1.0, 20.0)),
    *(("cosine_ripples", {"c": c}) for c in (0.2, 0.85, 1.5)),
]
SEARCHED = [*((name, {}) for name in SLOPED), *MOVED]


@pytest.mark.parametrize(("name", "parameters"), SEARCHED, ids=[label(setting) for setting in SEARCHED])
def test_no_critical_point_is_missed(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    isolated = []
    for x, y in critical_points(landscape):
        low, high = curvatures(landscape, x, y)
        degenerate = abs(low) <= 1e-6 * abs(high)
        if degenerate and landscape.surface.attained and landscape.value(x, y) <= landscape.infimum + 1e-12:
            continue  # a point of a curve of minima
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
    ],
)
def test_published_minima(name: str, point: tuple[float, float], value: float) -> None:
    landscape = landscapes.get(name)
    assert any(math.dist(point, minimum) <= 1e-6 for minimum in landscape.minima)
    assert float(landscape.value(*point)) == pytest.approx(value, rel=1e-13, abs=1e-9)
    assert landscape.minimum_value == pytest.approx(value, rel=1e-13, abs=1e-12)


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


def test_only_the_tip_of_ackley_is_one() -> None:
    tips = [(name, at) for name in NAMES for at in landscapes.get(name).minima if is_tip(landscapes.get(name), *at)]
    assert tips == [("ackley", (0.0, 0.0))]


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
