"""Claims of sections 8.6 and 8.7.2, with numbers. `test_theory` has Newton's one step and momentum."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import landscapes
import optimizers


@pytest.mark.parametrize("variant", ["fletcher_reeves", "polak_ribiere_plus"])
@pytest.mark.parametrize("condition", [1.0, 10.0, 1000.0])
@pytest.mark.parametrize("angle", [0.0, 30.0, 77.0])
def test_conjugate_gradients_need_two_steps_on_a_quadratic(variant: str, condition: float, angle: float) -> None:
    ground = landscapes.get("quadratic", condition=condition, angle=angle)
    method = optimizers.get("conjugate_gradient", line_search="exact", variant=variant)
    run = optimizers.trace(ground, method, start=(-3.0, 2.0))
    assert (run.outcome, run.stopped_at) == ("converged", 1 if condition == 1 else 2)


@pytest.mark.parametrize("condition", [10.0, 1000.0])
def test_the_directions_of_conjugate_gradients_are_conjugate(condition: float) -> None:
    ground = landscapes.get("quadratic", condition=condition)
    run = optimizers.trace(ground, optimizers.get("conjugate_gradient", line_search="exact"), steps=2)
    one, other = np.diff(run.path, axis=0)
    H = ground.hessian(0.0, 0.0)
    assert abs(one @ H @ other) <= 1e-12 * math.sqrt((one @ H @ one) * (other @ H @ other))


@pytest.mark.parametrize("name", ["bfgs", "lbfgs"])
def test_quasi_newton_needs_two_exact_searches_on_a_quadratic(name: str) -> None:
    ground = landscapes.get("quadratic", condition=50.0)
    run = optimizers.trace(ground, optimizers.get(name, line_search="exact"))
    assert (run.outcome, run.stopped_at) == ("converged", 2)


@pytest.mark.parametrize("condition", [3.0, 10.0, 100.0])
@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_steepest_descent_zigzags_at_right_angles(condition: float, angle: float) -> None:
    ground = landscapes.get("quadratic", condition=condition, angle=angle)
    run = optimizers.trace(ground, optimizers.get("steepest_descent"), start=(-3.4, 2.6), steps=20)
    g = run.gradient[np.linalg.norm(run.gradient, axis=1) > 1e-6]
    assert len(g) >= 4
    unit = g / np.linalg.norm(g, axis=1)[:, None]
    assert np.max(np.abs(np.sum(unit[1:] * unit[:-1], axis=1))) <= 1e-12


@pytest.mark.parametrize("condition", [3.0, 10.0, 100.0, 1000.0])
def test_steepest_descent_contracts_like_kappa_squared(condition: float) -> None:
    """The loss per step in the worst case: from (κ, 1) in the axes of the bowl (Nocedal, Wright, theorem 3.3)."""
    ground = landscapes.get("quadratic", condition=condition, angle=0.0)
    run = optimizers.trace(ground, optimizers.get("steepest_descent"), start=(condition, 1.0), steps=20)
    expected = ((condition - 1) / (condition + 1)) ** 2
    np.testing.assert_allclose(np.log(run.loss[1:] / run.loss[:-1]), math.log(expected), rtol=0.05)


@pytest.mark.parametrize("angle", [0.0, 20.0, 45.0])
@pytest.mark.parametrize("start", [(1.0, 2.0), (-3.0, 0.1), (4.0, 4.0)])
def test_steepest_descent_is_never_worse_than_that(angle: float, start: tuple[float, float]) -> None:
    ground = landscapes.get("quadratic", condition=20.0, angle=angle)
    run = optimizers.trace(ground, optimizers.get("steepest_descent"), start=start, steps=30)
    assert np.all(run.loss[1:] <= (19 / 21) ** 2 * run.loss[:-1] * (1 + 1e-9))


@pytest.mark.parametrize("coupling", [0.01, 0.1, 1.0])
def test_coordinate_descent_shrinks_the_error_by_the_coupling(coupling: float) -> None:
    """On (x₁ - x₂)² + α (x₁² + x₂²) a sweep shrinks the error by 1 / (1 + α)².

    Up to a factor, which does not affect an exact search, that is the bowl with κ = (2 + α) / α rotated by 45°.
    """
    ground = landscapes.get("quadratic", condition=(2 + coupling) / coupling, angle=45.0)
    x, y = 0.7, -1.3
    written_out = (x - y) ** 2 + coupling * (x * x + y * y)
    assert float(ground.value(x, y)) * (4 + 2 * coupling) == pytest.approx(written_out, rel=1e-12)
    method = optimizers.get("coordinate_descent", line_search="exact")
    run = optimizers.trace(ground, method, start=(3.0, 2.0), steps=20)
    error = np.linalg.norm(run.path[2::2], axis=1)
    ratio = np.log(error[1:] / error[:-1])
    np.testing.assert_allclose(ratio, -2 * math.log(1 + coupling), rtol=0.05)


def test_newton_walks_into_the_saddle_and_saddle_free_newton_leaves_it() -> None:
    for start in ((-1.7, 0.001), (0.5, -0.01), (1.0, 0.2)):
        ends = {
            name: optimizers.trace(landscapes.get("saddle"), optimizers.get(name), start=start)
            for name in ("newton", "saddle_free_newton", "damped_newton")
        }
        assert ends["newton"].outcome == "saddle"
        assert np.linalg.norm(ends["newton"].path[-1]) < 1e-6
        for name in ("saddle_free_newton", "damped_newton"):
            assert ends[name].outcome == "converged"
            assert abs(ends[name].path[-1][1]) == pytest.approx(math.sqrt(2))


@pytest.mark.parametrize("damping", [0.0, 0.5])
def test_saddle_free_newton_is_newton_where_the_curvature_is_positive(damping: float) -> None:
    ground = landscapes.get("himmelblau")
    runs = [
        optimizers.trace(ground, optimizers.get(name, damping=damping), start=(3.4, 2.3), steps=20)
        for name in ("newton", "saddle_free_newton")
    ]
    assert np.all(np.linalg.eigvalsh(ground.hessian(*runs[0].path.T)) > 0)
    np.testing.assert_allclose(runs[0].path, runs[1].path, atol=1e-12)


def test_the_step_of_saddle_free_newton_is_the_book_of_eigenvalues() -> None:
    """|H| from NumPy's eigenvalues, at points of every signature."""
    chance, signatures = np.random.default_rng(5), set()
    ground = landscapes.get("himmelblau")
    for start in chance.uniform(-3, 3, (200, 2)):
        values, vectors = np.linalg.eigh(ground.hessian(*start))
        expected = -vectors @ ((vectors.T @ ground.gradient(*start)) / (np.abs(values) + 0.3))
        run = optimizers.trace(ground, optimizers.get("saddle_free_newton", damping=0.3), start=tuple(start), steps=1)
        np.testing.assert_allclose(run.path[1] - start, expected, rtol=1e-9, atol=1e-12)
        signatures.add(tuple(np.sign(values)))
    assert len(signatures) == 3


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau", "beale", "saddle", "monkey_saddle", "styblinski_tang"])
def test_damped_newton_never_climbs_and_refuses_what_would(surface: str) -> None:
    ground, refused = landscapes.get(surface), 0
    for start in np.random.default_rng(8).uniform(-2, 2, (20, 2)):
        run = optimizers.trace(ground, optimizers.get("damped_newton", damping=1e-3), start=tuple(start), steps=500)
        assert np.all(np.diff(run.loss) <= 1e-12 * np.abs(run.loss[:-1]))
        assert run.reason in (None, "left")  # Beale's valley extends to infinity
        refused += int(np.sum(np.all(np.diff(run.path, axis=0) == 0, axis=1)))
    assert refused > 0


def test_the_damping_falls_and_rises_by_its_factor() -> None:
    """In a bowl every step is good: step k solves with α / cᵏ. At a maximum it waits until H + α I has α > -λ₁."""
    ground, c = landscapes.get("quadratic", condition=10.0), 4.0
    run = optimizers.trace(ground, optimizers.get("damped_newton", damping=8.0, factor=c), steps=6)
    H = ground.hessian(0.0, 0.0)
    for k in range(6):
        expected = -np.linalg.solve(H + 8.0 / c**k * np.eye(2), run.gradient[k])
        np.testing.assert_allclose(run.path[k + 1] - run.path[k], expected, rtol=1e-9)
    at = (-0.2, -0.9)
    low = np.linalg.eigvalsh(landscapes.get("himmelblau").hessian(*at))[0]
    run = optimizers.trace(
        landscapes.get("himmelblau"), optimizers.get("damped_newton", damping=1.0, factor=2.0), start=at
    )
    waited = int(np.argmax(np.any(run.path != run.path[0], axis=1))) - 1
    assert 2.0 ** (waited - 1) < -low < 2.0**waited


@settings(max_examples=60)
@given(
    st.sampled_from(("newton", "saddle_free_newton", "damped_newton", "bfgs", "lbfgs", "conjugate_gradient")),
    st.floats(1.5, 200.0),
    st.floats(0.0, 180.0),
    st.floats(0.0, 2 * math.pi),
    st.floats(0.5, 4.0),
)
def test_the_path_turns_with_the_bowl(name: str, condition: float, angle: float, place: float, radius: float) -> None:
    """Methods that do not depend on the axes: a rotated bowl and start give the rotated path."""
    turn = math.radians(angle)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    start = np.array([radius * math.cos(place), radius * math.sin(place)])
    values = {"line_search": "exact"} if "line_search" in optimizers.get(name).values else {}
    paths = [
        optimizers.trace(
            landscapes.get("quadratic", condition=condition, angle=degrees),
            optimizers.get(name, **values),
            start=tuple(point),
            steps=50,
        ).path
        for degrees, point in ((0.0, start), (angle, rotation @ start))
    ]
    rows = min(map(len, paths))
    np.testing.assert_allclose(paths[0][:rows] @ rotation.T, paths[1][:rows], atol=1e-8)
    assert max(map(len, paths)) <= 51


def test_coordinate_descent_does_not_turn_with_the_bowl() -> None:
    """It depends on the axes: along them two steps suffice, across them it takes many."""
    method = optimizers.get("coordinate_descent", line_search="exact")
    steps = [
        optimizers.trace(
            landscapes.get("quadratic", condition=20.0, angle=angle), method, start=(2.0, 1.0), steps=500
        ).stopped_at
        for angle in (0.0, 40.0)
    ]
    assert steps[0] == 2
    assert steps[1] > 20
