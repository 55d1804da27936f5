"""The contract of every optimizer, including those added later."""

import inspect
import math

import numpy as np
import pytest

import landscapes
import optimizers
from tests.twins import file_of

FAMILIES = {"first_order", "adaptive", "second_order", "line_search", "quasi_newton", "coordinate"}


def test_names_are_sorted_and_discovered() -> None:
    assert optimizers.names() == tuple(sorted(optimizers.names()))
    assert {"sgd", "momentum", "nesterov", "adam", "newton"} <= set(optimizers.names())


@pytest.mark.parametrize("name", optimizers.names())
def test_declaration(name: str) -> None:
    optimizer = optimizers.get(name)
    method = optimizer.method
    assert optimizer.name == method.name == name
    assert name.isidentifier()
    assert name == name.lower()
    must = f"The Method in {file_of(name)} must have"
    for words in ("title", "idea", "formula", "reference"):
        text = getattr(method, words)
        assert text.strip() == text != "", f"{must} a {words} without spaces around it"
    assert method.idea.endswith("."), f"{must} a sentence as idea, not {method.idea!r}"
    assert optimizer.family == inspect.getmodule(method.step.py_func).__name__.split(".")[-2]
    assert method.formula.count("{") == method.formula.count("}"), f"{must} as many {{ as }} in its formula"
    assert len(method.evaluations) == 3
    assert sum(method.evaluations) > 0, f"{must} the evaluations that one step needs"


@pytest.mark.parametrize("name", optimizers.names())
def test_hyperparameters(name: str) -> None:
    optimizer = optimizers.get(name)
    declared = optimizer.hyperparameters
    names = [one.name for one in declared]
    assert len(set(names)) == len(names), f"The Method in {file_of(name)} has hyperparameters of one name: {names}"
    assert dict(optimizer.values) == {one.name: one.default for one in declared}
    assert list(optimizer.packed) == [one.default for one in declared]
    for one in declared:
        must = f"The hyperparameter {one.name} in {file_of(name)} must have"
        limits = (one.at_least, one.low, one.high, one.at_most)
        assert one.low <= one.default <= one.high, f"{must} its default between low and high"
        assert one.low < one.high, f"{must} low below high"
        assert limits == tuple(sorted(limits)), f"{must} at_least <= low < high <= at_most, not {limits}"
        assert one.scale in ("linear", "log")
        assert one.scale == "linear" or one.low > 0, f"{must} low > 0, because its scale is logarithmic"
        assert one.symbol, f"{must} a symbol, in LaTeX"
        assert one.meaning, f"{must} a meaning, its name in words"
        for value in (one.low, one.high):
            assert optimizers.get(name, **{one.name: value}).values[one.name] == value


@pytest.mark.parametrize("name", optimizers.names())
def test_bad_hyperparameters_are_refused(name: str) -> None:
    with pytest.raises(TypeError, match=optimizers.get(name).hyperparameters[0].name):
        optimizers.get(name, learning_rate=0.1)
    for one in optimizers.get(name).hyperparameters:
        for value in (math.nan, math.inf, -1.0, *([one.default + 0.5] if one.integer else [])):
            with pytest.raises(ValueError, match=one.name):
                optimizers.get(name, **{one.name: value})
        for wrong in ("0.1", None, True, 1j):
            with pytest.raises(TypeError, match=one.name):
                optimizers.get(name, **{one.name: wrong})


def test_an_unknown_optimizer_names_the_choices() -> None:
    with pytest.raises(KeyError, match=", ".join(optimizers.names())):
        optimizers.get("adagard")


@pytest.mark.parametrize("name", optimizers.names())
def test_what_a_call_of_its_repr_makes(name: str) -> None:
    one = optimizers.get(name)
    again = eval(repr(one), {"optimizers": optimizers})
    assert (again.name, dict(again.values)) == (one.name, dict(one.values))


@pytest.mark.parametrize("name", optimizers.names())
def test_frozen(name: str) -> None:
    optimizer = optimizers.get(name)
    with pytest.raises(TypeError):
        optimizer.values["lr"] = 1.0  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        optimizer.packed[0] = 1.0


@pytest.mark.parametrize("name", optimizers.names())
def test_compiled_once_for_every_surface(name: str) -> None:
    optimizer = optimizers.get(name)
    for surface in landscapes.names():
        optimizers.trace(landscapes.get(surface), optimizer, steps=3, noise=optimizers.noise("gaussian", 0.1))
    assert len(optimizer.method.trace.overloads) == 1
    assert all(len(surface.kernel.overloads) == 1 for surface, _ in landscapes.surfaces().values())


@pytest.mark.parametrize("name", optimizers.names())
@pytest.mark.parametrize("surface", landscapes.names())
def test_trajectory(name: str, surface: str) -> None:
    landscape, optimizer = landscapes.get(surface), optimizers.get(name)
    run = optimizers.trace(landscape, optimizer, steps=40)
    n = run.stopped_at
    assert run.path.shape == run.gradient.shape == (n + 1, 2)
    assert run.loss.shape == (n + 1,)
    assert run.evaluations.shape == (n + 1, 3)
    assert run.path.dtype == run.loss.dtype == run.gradient.dtype == np.float64
    assert run.average is None
    assert tuple(run.path[0]) == landscape.start
    assert np.array_equal(run.loss, landscape.value(run.path[:, 0], run.path[:, 1]), equal_nan=True)
