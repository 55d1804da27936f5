"""The anatomy of a step: its parts sum to the step, and each is what its caption says."""

import math
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from latex2mathml.converter import convert

import landscapes
import optimizers
from landscapes import Landscape
from optimizers import Arrow, Dissection, Optimizer, Trajectory
from optimizers.anatomy.parts import eigen
from tests.marks import slow_where
from tests.optimizers.settings import with_hyperparameter
from tests.twins import file_of

GENERIC = {"step", "clipped", "held"}
GROUNDS = (
    ("quadratic", {"angle": 30.0}, None),
    ("rosenbrock", {}, None),
    ("saddle", {}, None),
    ("recurrent_cliff", {}, None),
    ("logistic_regression", {}, None),
    ("himmelblau", {}, (-2.0, -1.5)),
    ("zero_one_loss", {}, None),  # without lower values and gradients
)
OPTIONS = {
    "plain": {},
    "norm": {"clip": optimizers.clip("norm", 0.5)},
    "value": {"clip": optimizers.clip("value", 0.3)},
    "step": {"clip": optimizers.clip("norm", 1e-3, "step")},
    "noise": {"noise": optimizers.noise("gaussian", 0.3), "seed": 3},
    "all": {
        "noise": optimizers.noise("gaussian", 0.5),
        "seed": 8,
        "clip": optimizers.clip("norm", 0.7),
        "schedule": optimizers.schedule("inverse", over=5, warmup=3),
    },
}


def variants(name: str) -> list[Optimizer]:
    """The defaults, every choice, and every parameter in the middle of its knob."""
    some: list[dict[str, float]] = [{}]
    for one in optimizers.get(name).hyperparameters:
        middle = math.sqrt(one.low * one.high) if one.scale == "log" else (one.low + one.high) / 2
        values = range(len(one.choices)) if one.choices else [round(middle) if one.integer else middle]
        some += [{one.name: float(value)} for value in values]
    return [optimizers.get(name, **values) for values in some]


def dissections(
    optimizer: Optimizer, option: str, steps: int = 12
) -> Iterator[tuple[Landscape, Trajectory, int, Dissection]]:
    """Every step of a run on every landscape."""
    options = dict(OPTIONS[option])
    if not optimizer.method.has_rate:
        options.pop("schedule", None)
        if option == "step":
            options["clip"] = optimizers.clip("norm", 0.5)
    for surface, values, start in GROUNDS:
        landscape = landscapes.get(surface, **values)
        run = optimizers.trace(landscape, optimizer, start, steps, **options)
        for k in range(run.stopped_at):
            yield landscape, run, k, dissect_again(landscape, optimizer, run, k, options)


def dissect_again(
    landscape: Landscape, optimizer: Optimizer, run: Trajectory, k: int, options: dict[str, object]
) -> Dissection:
    return optimizers.dissect(landscape, optimizer, run, k)


def first(landscape: Landscape, optimizer: Optimizer, start: tuple[float, float] | None = None) -> Dissection:
    """The first step of a run."""
    return optimizers.dissect(landscape, optimizer, optimizers.trace(landscape, optimizer, start, 1), 0)


def shape(dissection: Dissection, term: str):
    (one,) = [part.shape for part in dissection.parts if part.term == term]
    return one


def arrows(dissection: Dissection) -> list[Arrow]:
    return [part.shape for part in dissection.parts if part.adds]


@pytest.mark.parametrize("option", slow_where(lambda option: option != "all", OPTIONS))
@pytest.mark.parametrize("name", optimizers.names())
def test_the_arrows_lead_from_the_point_to_the_next(name: str, option: str) -> None:
    """Each starts at the end of the previous one, and the last one ends at the next iterate."""
    count = 0
    for optimizer in variants(name):
        for _, run, k, dissection in dissections(optimizer, option):
            tip = run.path[k]
            reach = 1.0 + np.abs(run.path[k : k + 2]).max()
            for one in arrows(dissection):
                assert one.unit == "step"
                assert np.abs(tip - one.tail).max() <= 1e-13 * reach
                tip = np.add(one.tail, one.vector)
                reach = max(reach, np.abs(one.vector).max())
            total = np.sum([(0.0, 0.0), *(one.vector for one in arrows(dissection))], axis=0)
            assert np.abs(total - (run.path[k + 1] - run.path[k])).max() <= 1e-12 * reach
            assert np.abs(tip - run.path[k + 1]).max() <= 1e-12 * reach
            count += 1
    assert count >= 100


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("name", optimizers.names())
def test_the_last_part_is_the_step_and_the_first_gradient_the_one_met(name: str, option: str) -> None:
    for landscape, run, k, dissection in dissections(optimizers.get(name), option, 4):
        assert dissection.parts[-1].term == "step"
        assert dissection.parts[-1].shape == Arrow(tuple(run.path[k]), dissection.step)
        assert not dissection.parts[-1].adds
        assert dissection.step == tuple(run.path[k + 1] - run.path[k])
        assert dissection.real == landscape.value(*run.path[k + 1]) - landscape.value(*run.path[k])
        terms = [part.term for part in dissection.parts if part.term in ("gradient", "clipped")]
        if not optimizers.get(name).method.uses_gradient:
            assert not terms
            continue
        assert shape(dissection, "gradient").vector == tuple(run.gradient[k])
        assert terms == (["gradient", "clipped"] if run.clipped[k] and not run.clip.of_step else ["gradient"])


@pytest.mark.parametrize("name", optimizers.names())
def test_captions_and_marks(name: str) -> None:
    """Every part has a caption with its blanks filled and a mark in the formula; all captions and marks are used."""
    method, seen = optimizers.get(name).method, set()
    must = f"The Method in {file_of(name)} must have"
    for optimizer in variants(name):
        for option in ("plain", "all", "step"):
            for *_, dissection in dissections(optimizer, option, 6):
                terms = [part.term for part in dissection.parts]
                assert len(set(terms)) == len(terms)
                for part in dissection.parts:
                    assert part.term in method.captions, f"{must} a caption for the part {part.term!r}"
                    blanks = set(re.findall(r"\{(\w+)\}", method.captions[part.term]))
                    numbers = sorted(part.numbers)
                    assert blanks == set(numbers), f"{must} {numbers} as the blanks of the caption of {part.term!r}"
                    assert np.isfinite([*map(np.sum, part.numbers.values())]).all()
                seen.update(terms)
    never = {term for term, used in (("held", method.has_rate), ("clipped", method.uses_gradient)) if not used}
    unused = sorted(method.captions.keys() - seen - never)
    assert not unused, f"{must} no captions but for its parts: {unused} are seen in no step"
    assert seen >= GENERIC - never
    marks = {node.get("class") for node in ElementTree.fromstring(convert(method.formula)).iter()} - {None}
    terms = sorted(seen - GENERIC)
    assert marks == set(terms), f"{must} a mark \\class{{term}}{{...}} in its formula for each of {terms}, not {marks}"
    for caption in method.captions.values():
        sentence = f"{must} one sentence as each caption, not {caption!r}"
        assert caption == caption.strip(), sentence
        assert caption.endswith("."), sentence
        assert ". " not in caption, sentence


@given(
    condition=st.floats(1.0, 1000.0),
    angle=st.floats(0.0, 90.0),
    x=st.floats(-3.0, 3.0),
    y=st.floats(-3.0, 3.0),
    lr=st.floats(1e-4, 1.0),
)
@settings(max_examples=50)
def test_sgd_is_equation_8_10(condition: float, angle: float, x: float, y: float, lr: float) -> None:
    bowl, sgd = landscapes.get("quadratic", condition=condition, angle=angle), optimizers.get("sgd", lr=lr)
    run = optimizers.trace(bowl, sgd, (x, y), 1)
    if run.stopped_at == 0:
        return
    dissection = optimizers.dissect(bowl, sgd, run, 0)
    g, H = bowl.gradient(x, y), bowl.hessian(x, y)
    assert dissection.slope == pytest.approx(-lr * g @ g, rel=1e-6, abs=1e-12)
    assert dissection.curvature == pytest.approx(lr**2 / 2 * g @ H @ g, rel=1e-6, abs=1e-12)
    assert dissection.predicted == dissection.slope + dissection.curvature


@pytest.mark.parametrize("option", ["plain", "norm", "noise"])
@pytest.mark.parametrize("name", optimizers.names())
def test_what_is_predicted_comes_true_where_the_surface_is_its_own_model(name: str, option: str) -> None:
    bowl, optimizer = landscapes.get("quadratic", condition=20.0, angle=40.0), optimizers.get(name)
    run = optimizers.trace(bowl, optimizer, (2.0, -1.0), 30, **OPTIONS[option])
    for k in range(run.stopped_at):
        dissection = optimizers.dissect(bowl, optimizer, run, k)
        size = abs(dissection.slope) + abs(dissection.curvature) + run.loss[k]
        assert abs(dissection.predicted - dissection.real) <= 1e-13 * size
        assert dissection.curvature_wins == (dissection.predicted > 0)


@pytest.mark.parametrize(("share", "wins"), [(0.5, False), (1.999, False), (2.001, True), (5.0, True)])
@pytest.mark.parametrize("condition", [1.0, 50.0])
def test_curvature_wins_beyond_two_over_the_eigenvalue(condition: float, share: float, wins: bool) -> None:
    bowl = landscapes.get("quadratic", condition=condition, angle=0.0)
    curvature = bowl.hessian(0.0, 0.0)
    for i, start in enumerate([(1.5, 0.0), (0.0, 1.5)]):
        dissection = first(bowl, optimizers.get("sgd", lr=share / curvature[i, i]), start)
        assert dissection.curvature_wins == wins == (dissection.real > 0)


def test_curvature_does_not_win_in_a_step_of_nothing() -> None:
    dissection = first(landscapes.get("quadratic"), optimizers.get("sgd", lr=0.0))
    assert dissection.step == (0.0, 0.0)
    assert dissection.predicted == dissection.real == 0.0
    assert not dissection.curvature_wins


@pytest.mark.parametrize("name", ["momentum", "nesterov", "rmsprop_nesterov"])
def test_what_is_kept_is_a_share_of_the_step_before(name: str) -> None:
    valley, optimizer = landscapes.get("rosenbrock"), optimizers.get(name, lr=1e-4, momentum=0.7)
    run = optimizers.trace(valley, optimizer, steps=10)
    before = np.zeros(2)
    for k in range(10):
        dissection = optimizers.dissect(valley, optimizer, run, k)
        np.testing.assert_allclose(shape(dissection, "kept").vector, 0.7 * before, rtol=1e-9, atol=1e-15)
        before = run.path[k + 1] - run.path[k]
        np.testing.assert_allclose(shape(dissection, "velocity").vector, before, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", ["nesterov", "rmsprop_nesterov"])
def test_the_gradient_is_the_one_ahead(name: str) -> None:
    valley, optimizer = landscapes.get("rosenbrock"), optimizers.get(name, lr=1e-4, momentum=0.8)
    run = optimizers.trace(valley, optimizer, steps=6)
    for k in range(1, 6):
        dissection = optimizers.dissect(valley, optimizer, run, k)
        spot, slope = shape(dissection, "ahead").at, shape(dissection, "gradient")
        np.testing.assert_allclose(spot, run.path[k] + 0.8 * (run.path[k] - run.path[k - 1]), rtol=1e-12)
        np.testing.assert_allclose(slope.vector, valley.gradient(*spot), rtol=1e-12)
        assert slope.tail == spot
        assert not np.allclose(spot, run.path[k])


def test_growing_momentum_keeps_more_at_every_step() -> None:
    valley, optimizer = landscapes.get("rosenbrock"), optimizers.get("nesterov", lr=1e-4, growth="growing")
    run = optimizers.trace(valley, optimizer, steps=6)
    shares = [optimizers.dissect(valley, optimizer, run, k).parts[0].numbers["momentum"] for k in range(6)]
    assert shares == pytest.approx([(k - 1) / (k + 2) for k in range(1, 7)])


@pytest.mark.parametrize("name", ["adam", "adamw", "amsgrad"])
def test_the_first_step_of_adam_after_its_bias_is_corrected(name: str) -> None:
    """Mean and box are those of the only gradient, so that each coordinate moves by the learning rate."""
    valley, optimizer = landscapes.get("rosenbrock"), optimizers.get(name, lr=0.01)
    dissection, g = first(valley, optimizer), valley.gradient(*valley.start)
    np.testing.assert_allclose(shape(dissection, "mean").vector, 0.1 * g, rtol=1e-12)
    np.testing.assert_allclose(shape(dissection, "unbiased_mean").vector, g, rtol=1e-12)
    np.testing.assert_allclose(shape(dissection, "squares").half, math.sqrt(0.001) * np.abs(g), rtol=1e-12)
    np.testing.assert_allclose(shape(dissection, "unbiased_squares").half, np.abs(g), rtol=1e-12)
    np.testing.assert_allclose(shape(dissection, "scaled").vector, -0.01 * np.sign(g), rtol=1e-6)


def test_means_are_weighted_sums_of_what_was_met() -> None:
    """Also with clipping, noise and a schedule: the means use the clipped gradients."""
    valley, options = landscapes.get("rosenbrock"), OPTIONS["all"]
    adam = optimizers.get("adam", beta1=0.8, beta2=0.95)
    run = optimizers.trace(valley, adam, steps=9, **options)
    g = run.gradient[:8] * np.minimum(1, 0.7 / np.hypot(*run.gradient[:8].T))[:, None]
    dissection = dissect_again(valley, adam, run, 7, options)
    weights1, weights2 = 0.2 * 0.8 ** np.arange(7, -1, -1), 0.05 * 0.95 ** np.arange(7, -1, -1)
    np.testing.assert_allclose(shape(dissection, "mean").vector, weights1 @ g, rtol=1e-12)
    np.testing.assert_allclose(shape(dissection, "unbiased_mean").vector, weights1 @ g / weights1.sum(), rtol=1e-12)
    np.testing.assert_allclose(shape(dissection, "squares").half, np.sqrt(weights2 @ g**2), rtol=1e-12)
    corrected = np.sqrt(weights2 @ g**2 / weights2.sum())
    np.testing.assert_allclose(shape(dissection, "unbiased_squares").half, corrected, rtol=1e-12)


def test_boxes_of_the_other_adaptive_methods() -> None:
    valley, options = landscapes.get("rosenbrock"), OPTIONS["noise"]
    for name in ("adagrad", "rmsprop", "adadelta", "rmsprop_nesterov"):
        optimizer = optimizers.get(name)
        rho = optimizer.values.get("rho", 0.0)
        weights = (1 - rho) * rho ** np.arange(7.0, -1, -1)
        run = optimizers.trace(valley, optimizer, steps=9, **options)
        squares = run.gradient[:8] ** 2
        mean = squares.sum(axis=0) if name == "adagrad" else weights @ squares
        box = shape(optimizers.dissect(valley, optimizer, run, 7), "squares")
        assert box.unit == "gradient"
        np.testing.assert_allclose(box.half, np.sqrt(mean), rtol=1e-12)
        if name == "adadelta":
            updates = weights[1:] @ np.diff(run.path[:8], axis=0) ** 2  # ε is 1, so the updates are the steps
            box = shape(optimizers.dissect(valley, optimizer, run, 7), "updates")
            assert box.unit == "step"
            np.testing.assert_allclose(box.half, np.sqrt(updates), rtol=1e-9)


def test_the_largest_box_never_shrinks_and_the_mean_does() -> None:
    valley, optimizer = landscapes.get("rosenbrock"), optimizers.get("amsgrad", beta2=0.5)
    run = optimizers.trace(valley, optimizer, steps=30, noise=optimizers.noise("gaussian", 50.0))
    all_of_them = [optimizers.dissect(valley, optimizer, run, k) for k in range(30)]
    largest = np.array([shape(one, "largest").half for one in all_of_them])
    mean = np.array([shape(one, "squares").half for one in all_of_them])
    assert (np.diff(largest, axis=0) >= 0).all()
    assert (np.diff(mean, axis=0) < 0).any()
    np.testing.assert_array_equal(largest, np.maximum.accumulate(mean))


@pytest.mark.parametrize("name", ["adamw", "lion"])
def test_decay_pulls_to_the_origin(name: str) -> None:
    valley = landscapes.get("rosenbrock")
    dissection = first(valley, optimizers.get(name, lr=0.1, weight_decay=0.5), (-1.5, 2.0))
    np.testing.assert_allclose(shape(dissection, "decay").vector, [0.075, -0.1], rtol=1e-12)
    without = first(valley, optimizers.get(name, lr=0.1, weight_decay=0.0), (-1.5, 2.0))
    assert "decay" not in [part.term for part in without.parts]


def test_lion_follows_the_signs() -> None:
    valley, lion = landscapes.get("rosenbrock"), optimizers.get("lion", lr=0.25)
    run = optimizers.trace(valley, lion, steps=5)
    dissection = optimizers.dissect(valley, lion, run, 4)
    blend = 0.9 * np.array(shape(dissection, "mean").vector) + 0.1 * run.gradient[4]
    np.testing.assert_allclose(shape(dissection, "blend").vector, blend, rtol=1e-12)
    assert shape(dissection, "signs").vector == tuple(-0.25 * np.sign(blend))


@pytest.mark.parametrize("damping", [0.0, 2.0])
@pytest.mark.parametrize("name", ["newton", "saddle_free_newton"])
@pytest.mark.parametrize("surface", ["himmelblau", "saddle", "rosenbrock"])
def test_the_model_of_newton_is_flat_where_it_jumps_to(surface: str, name: str, damping: float) -> None:
    landscape, optimizer = landscapes.get(surface), optimizers.get(name, damping=damping, lr=0.5)
    dissection = first(landscape, optimizer, (0.4, 0.7))
    model = shape(dissection, "model")
    values, vectors = np.linalg.eigh(landscape.hessian(0.4, 0.7))
    values = np.abs(values) if name == "saddle_free_newton" else values
    H = vectors @ np.diag(values + damping) @ vectors.T
    np.testing.assert_allclose(model.hessian, [H[0, 0], H[0, 1], H[1, 1]], rtol=1e-9, atol=1e-12)
    assert model.center == (0.4, 0.7)
    assert model.value == landscape.value(0.4, 0.7)
    away = np.subtract(model.flat, model.center)
    np.testing.assert_allclose(model.gradient + H @ away, 0.0, atol=1e-9 * np.abs(model.gradient).max())
    np.testing.assert_allclose(shape(dissection, "jump").vector, 0.5 * away, rtol=1e-9)


def test_damped_newton_jumps_or_stays() -> None:
    """On the concave side of the saddle the first models have no minimum; the damping grows until one has."""
    saddle, optimizer = landscapes.get("saddle"), optimizers.get("damped_newton", damping=0.01)
    run = optimizers.trace(saddle, optimizer, steps=20)
    damping, refusals = 0.01, []
    for k in range(run.stopped_at):
        dissection = optimizers.dissect(saddle, optimizer, run, k)
        (refused,) = [part.term == "refused" for part in dissection.parts if part.term in ("jump", "refused")]
        assert refused == (dissection.step == (0.0, 0.0)) == (not arrows(dissection))
        H = saddle.hessian(*run.path[k]) + damping * np.eye(2)
        model = shape(dissection, "model")
        np.testing.assert_allclose(model.hessian, [H[0, 0], H[0, 1], H[1, 1]], rtol=1e-9)
        if not refused:
            assert np.linalg.eigvalsh(H).min() > 0
            np.testing.assert_allclose(model.flat, run.path[k + 1], rtol=1e-12, atol=1e-12)
        damping = dissection.parts[-2].numbers["damping"]
        refusals.append(refused)
    assert set(refusals) == {True, False}


@pytest.mark.parametrize("name", ["newton", "saddle_free_newton", "damped_newton"])
def test_axes_are_eigenvectors(name: str) -> None:
    for landscape, run, k, dissection in dissections(optimizers.get(name), "plain", 5):
        H = landscape.hessian(*run.path[k])
        axes = shape(dissection, "axes")
        np.testing.assert_allclose([one[0] for one in axes.eigen], np.linalg.eigvalsh(H), rtol=1e-8, atol=1e-12)
        assert axes.center == tuple(run.path[k])


# Numbers that keep their digits when squared: at least 1e-200, or 0.
ENTRIES = st.floats(-1e6, 1e6).map(lambda entry: entry if abs(entry) > 1e-200 else 0.0)


@given(a=ENTRIES, b=ENTRIES, d=ENTRIES)
@example(a=-0.0, b=1.0, d=-0.0)
@example(a=0.0, b=0.0, d=0.0)
@example(a=-1.0, b=0.0, d=-1.0)
@settings(max_examples=200)
def test_eigenvectors_are_orthonormal(a: float, b: float, d: float) -> None:
    H = np.array([[a, b], [b, d]])
    (low, *v), (high, *w) = eigen(a, b, d)
    size = np.abs(H).max()
    assert low <= high + 1e-15 * size
    np.testing.assert_allclose(np.array([v, w]) @ np.transpose([v, w]), np.eye(2), atol=1e-14)
    np.testing.assert_allclose(H @ v, low * np.array(v), atol=1e-14 * size)
    np.testing.assert_allclose(H @ w, high * np.array(w), atol=1e-14 * size)


SEARCHERS = with_hyperparameter("line_search")


@pytest.mark.slow
@pytest.mark.parametrize("option", ["plain", "noise", "value"])
@pytest.mark.parametrize("name", SEARCHERS)
def test_the_step_is_what_the_search_took_of_its_direction(name: str, option: str) -> None:
    for optimizer in variants(name):
        for landscape, run, k, dissection in dissections(optimizer, option):
            search = shape(dissection, "search")
            assert search.origin == tuple(run.path[k])
            assert search.taken >= 0
            way, reach = search.taken * np.array(search.direction), 1 + np.abs(run.path[k]).max()
            assert np.abs(way - dissection.step).max() <= 1e-12 * reach
            if search.taken > 0:
                assert np.dot(search.direction, run.gradient[k]) < 0 or option == "value"
            if option == "plain" and search.taken > 0 and optimizer.values["line_search"] > 0:
                assert landscape.value(*(run.path[k] + way)) <= run.loss[k] + 2e-12 * abs(run.loss[k])


@pytest.mark.parametrize("name", ["steepest_descent", "bfgs", "lbfgs", "conjugate_gradient"])
def test_an_exact_search_ends_where_the_slope_along_it_is_zero(name: str) -> None:
    bowl, optimizer = landscapes.get("quadratic", condition=30.0), optimizers.get(name, line_search="exact")
    dissection = first(bowl, optimizer, (2.0, 1.0))
    search = shape(dissection, "search")
    end = np.add(search.origin, dissection.step)
    assert abs(bowl.gradient(*end) @ search.direction) <= 1e-12 * abs(bowl.gradient(2.0, 1.0) @ search.direction)


@pytest.mark.parametrize("variant", ["fletcher_reeves", "polak_ribiere_plus"])
def test_two_conjugate_directions_reach_the_minimum(variant: str) -> None:
    bowl = landscapes.get("quadratic", condition=30.0)
    optimizer = optimizers.get("conjugate_gradient", line_search="exact", variant=variant)
    run = optimizers.trace(bowl, optimizer, (2.0, 1.0))
    before, after = (optimizers.dissect(bowl, optimizer, run, k) for k in range(2))
    old, new = (np.array(shape(one, "direction").vector) for one in (before, after))
    assert abs(old @ bowl.hessian(0.0, 0.0) @ new) <= 1e-10 * abs(old @ bowl.hessian(0.0, 0.0) @ old)
    (turn,) = [part for part in after.parts if part.term == "turn"]
    np.testing.assert_allclose(turn.shape.vector, turn.numbers["beta"] * old, rtol=1e-12)
    np.testing.assert_allclose(np.add(shape(after, "downhill").vector, turn.shape.vector), new, rtol=1e-12)
    assert abs(turn.numbers["cosine"]) <= 1e-10
    assert "turn" not in [part.term for part in before.parts]
    np.testing.assert_allclose(run.path[2], bowl.minima[0], atol=1e-10)


def test_coordinate_descent_takes_turns() -> None:
    valley, optimizer = landscapes.get("rosenbrock"), optimizers.get("coordinate_descent")
    run = optimizers.trace(valley, optimizer, steps=4)
    for k in range(4):
        d = shape(optimizers.dissect(valley, optimizer, run, k), "coordinate").vector
        assert d[k % 2] == -run.gradient[k, k % 2]
        assert d[1 - k % 2] == 0


def test_the_learned_model_bends_as_the_gradient_changed() -> None:
    """The secant equation: B s = y for the newest pair. The direction leads to the stationary point of the model."""
    valley, bfgs = landscapes.get("rosenbrock"), optimizers.get("bfgs")
    run = optimizers.trace(valley, bfgs, steps=15)
    for k in range(1, 15):
        dissection = optimizers.dissect(valley, bfgs, run, k)
        s, y, model = (shape(dissection, term) for term in ("moved", "changed", "model"))
        np.testing.assert_allclose(s.vector, run.path[k] - run.path[k - 1], rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(y.vector, run.gradient[k] - run.gradient[k - 1], rtol=1e-12)
        a, b, d = model.hessian
        assert a > 0 < a * d - b * b
        size = np.abs(model.hessian).max() * np.hypot(*s.vector)
        np.testing.assert_allclose([[a, b], [b, d]] @ np.array(s.vector), y.vector, atol=1e-9 * size)
        towards = np.add(model.center, shape(dissection, "direction").vector)
        np.testing.assert_allclose(model.flat, towards, rtol=1e-9)


def test_lbfgs_with_room_for_all_goes_where_bfgs_from_its_scale_would() -> None:
    """One pair: the BFGS update of γ I, written out as a product of matrices."""
    valley, lbfgs = landscapes.get("rosenbrock"), optimizers.get("lbfgs", memory=1)
    run = optimizers.trace(valley, lbfgs, steps=8)
    for k in range(1, 8):
        dissection = optimizers.dissect(valley, lbfgs, run, k)
        s, y = (np.array(shape(dissection, term).vector) for term in ("moved", "changed"))
        factor = np.eye(2) - np.outer(s, y) / (s @ y)
        M = factor @ factor.T * (s @ y) / (y @ y) + np.outer(s, s) / (s @ y)
        np.testing.assert_allclose(shape(dissection, "direction").vector, -M @ run.gradient[k], rtol=1e-9)


def test_the_clipped_gradient() -> None:
    valley, sgd = landscapes.get("rosenbrock"), optimizers.get("sgd", lr=0.1)
    for kind, expected in (("norm", lambda g: g / np.hypot(*g) * 0.5), ("value", lambda g: np.clip(g, -0.5, 0.5))):
        run = optimizers.trace(valley, sgd, (-1.5, 1.0), 1, clip=optimizers.clip(kind, 0.5))
        dissection, g = optimizers.dissect(valley, sgd, run, 0), valley.gradient(-1.5, 1.0)
        np.testing.assert_allclose(shape(dissection, "clipped").vector, expected(g), rtol=1e-12)
        np.testing.assert_allclose(shape(dissection, "push").vector, -0.1 * expected(g), rtol=1e-12)


def test_a_schedule_sets_the_rate_of_the_step() -> None:
    valley, sgd = landscapes.get("rosenbrock"), optimizers.get("sgd", lr=0.001)
    schedule = optimizers.schedule("step", drop=0.5, every=2)
    run = optimizers.trace(valley, sgd, steps=6, schedule=schedule)
    rates = [optimizers.dissect(valley, sgd, run, k).parts[-2].numbers["rate"] for k in range(6)]
    assert rates == [0.001, 0.001, 0.0005, 0.0005, 0.00025, 0.00025]


def test_a_step_into_nowhere() -> None:
    """The last step of a run that diverges; warnings are errors here."""
    for name in optimizers.names():
        optimizer = optimizers.get(name, lr=10.0) if optimizers.get(name).method.has_rate else optimizers.get(name)
        for surface in ("rosenbrock", "goldstein_price", "monkey_saddle"):
            landscape = landscapes.get(surface)
            run = optimizers.trace(landscape, optimizer, steps=200)
            if run.stopped_at:
                last = optimizers.dissect(landscape, optimizer, run, run.stopped_at - 1)
                assert np.isfinite(last.step).all()


@pytest.mark.parametrize("name", [name for name, (one, _) in optimizers.methods().items() if one.uses_gradient])
def test_a_gradient_that_is_clipped_away(name: str) -> None:
    valley, optimizer = landscapes.get("rosenbrock"), optimizers.get(name)
    run = optimizers.trace(valley, optimizer, steps=4, clip=optimizers.clip("norm", 0.0))
    for k in range(run.stopped_at):
        dissection = optimizers.dissect(valley, optimizer, run, k)
        assert shape(dissection, "clipped").vector == (0.0, 0.0)


def test_the_same_call_says_the_same_and_leaves_the_run_alone() -> None:
    valley, optimizer = landscapes.get("rosenbrock"), optimizers.get("lbfgs")
    run = optimizers.trace(valley, optimizer, steps=12)
    record = run.record.copy()
    assert optimizers.dissect(valley, optimizer, run, 11) == optimizers.dissect(valley, optimizer, run, 11)
    assert np.array_equal(record, run.record)


def test_blurred_ground_and_minibatches() -> None:
    blurred = landscapes.blurred(landscapes.get("rastrigin"), 0.5)
    data = landscapes.get("linear_regression")
    for landscape, noise in ((blurred, None), (data, optimizers.noise("minibatch", batch=2))):
        for name in ("adam", "bfgs", "newton"):
            optimizer = optimizers.get(name)
            run = optimizers.trace(landscape, optimizer, steps=5, noise=noise)
            assert optimizers.dissect(landscape, optimizer, run, run.stopped_at - 1).parts[-1].term == "step"


@pytest.mark.parametrize(
    ("k", "error"),
    [(-1, ValueError), (6, ValueError), (10**30, ValueError), (1.0, TypeError), (True, TypeError), ("1", TypeError)],
)
def test_a_step_that_there_is_not(k: object, error: type[Exception]) -> None:
    valley, sgd = landscapes.get("rosenbrock"), optimizers.get("sgd", lr=1e-4)
    run = optimizers.trace(valley, sgd, steps=5)
    with pytest.raises(error, match="k must be"):
        optimizers.dissect(valley, sgd, run, k)


def test_the_last_iterate_has_no_step() -> None:
    valley, sgd = landscapes.get("rosenbrock"), optimizers.get("sgd", lr=1e-4)
    with pytest.raises(ValueError, match="ends at 5"):
        optimizers.dissect(valley, sgd, optimizers.trace(valley, sgd, steps=5), 5)
    with pytest.raises(ValueError, match="0 steps"):
        optimizers.dissect(valley, sgd, optimizers.trace(valley, sgd, steps=0), 0)
    assert optimizers.dissect(valley, sgd, optimizers.trace(valley, sgd, steps=5), np.int64(4)).parts


def test_what_did_not_make_the_run_is_refused() -> None:
    valley, adam = landscapes.get("rosenbrock"), optimizers.get("adam")
    schedule = optimizers.schedule("inverse", over=2)
    run = optimizers.trace(valley, adam, steps=5, schedule=schedule)
    assert optimizers.dissect(valley, adam, run, 4)
    for landscape, optimizer in (
        (landscapes.get("rosenbrock", b=10.0), adam),
        (valley, optimizers.get("sgd")),
        (valley, optimizers.get("adam", beta1=0.5)),
        (valley, optimizers.get("bfgs")),
    ):
        with pytest.raises(ValueError, match="not made"):
            optimizers.dissect(landscape, optimizer, run, 4)
