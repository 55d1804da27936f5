"""The declarations of surfaces, and landscapes by name."""

import math

import numpy as np
import pytest

import landscapes
from landscapes import Parameter
from tests.landscapes.settings import NAMES, inside
from tests.twins import file_of

with_parameters = [(name, p) for name in NAMES for p in landscapes.surfaces()[name][0].parameters]
every_parameter = pytest.mark.parametrize(
    ("name", "parameter"), with_parameters, ids=[f"{name}-{p.name}" for name, p in with_parameters]
)


@pytest.mark.parametrize("name", NAMES)
def test_words(name: str) -> None:
    surface, challenge = landscapes.surfaces()[name]
    must = f"The Surface in {file_of(name)} must have"
    assert surface.name == name == name.lower(), f"{must} a name in lower case, not {surface.name!r}"
    for words in ("title", "formula", "reference"):
        assert getattr(surface, words), f"{must} a {words}"
    sentence = f"{must} a sentence of at most 90 characters as watch, not {surface.watch!r}"
    assert 0 < len(surface.watch) <= 90, sentence
    assert surface.watch[-1] in ".?!", sentence
    assert challenge in landscapes.get(name).challenges
    assert inside(landscapes.get(name), surface.start), f"{must} its start inside its domain"
    assert np.isfinite(landscapes.get(name).jet(*surface.start)).all(), f"{must} a finite jet at its start"


@every_parameter
def test_parameter(name: str, parameter: Parameter) -> None:
    must = f"The parameter {parameter.name} in {file_of(name)} must have"
    limits = (parameter.at_least, parameter.low, parameter.high, parameter.at_most)
    assert parameter.low < parameter.high, f"{must} low below high"
    assert limits == tuple(sorted(limits)), f"{must} at_least <= low < high <= at_most, not {limits}"
    assert parameter.low <= parameter.default <= parameter.high, f"{must} its default between low and high"
    assert parameter.scale in ("linear", "log")
    assert parameter.scale == "linear" or parameter.low > 0, f"{must} low > 0, because its scale is logarithmic"
    assert parameter.meaning, f"{must} a meaning, its name in words"
    assert parameter.symbol, f"{must} a symbol, in LaTeX"
    assert landscapes.get(name).values[parameter.name] == parameter.default


@every_parameter
def test_values_out_of_range(name: str, parameter: Parameter) -> None:
    bad = [math.nan, math.inf, -math.inf, parameter.at_least - 1, parameter.at_most * 1.01 + 1]
    for value in (*bad, parameter.default + 0.5) if parameter.integer else bad:
        with pytest.raises(ValueError, match=f"{parameter.name} must be "):
            landscapes.get(name, **{parameter.name: value})
    for wrong in ("1", None, True, 1j):
        with pytest.raises(TypeError, match=f"{parameter.name} must be "):
            landscapes.get(name, **{parameter.name: wrong})


@every_parameter
def test_numpy_numbers(name: str, parameter: Parameter) -> None:
    value = landscapes.get(name, **{parameter.name: np.float64(parameter.high)}).values[parameter.name]
    assert (type(value), value) == (float, parameter.high)


def test_unknown_name() -> None:
    with pytest.raises(KeyError) as error:
        landscapes.get("rosenbrok")
    assert all(name in str(error.value) for name in ("rosenbrok", *NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_unknown_parameter(name: str) -> None:
    choices = [parameter.name for parameter in landscapes.get(name).parameters] or ["no parameters"]
    with pytest.raises(TypeError) as error:
        landscapes.get(name, steepnes=1.0)
    assert all(word in str(error.value) for word in ("steepnes", name, *choices))


@pytest.mark.parametrize("name", NAMES)
def test_its_repr_makes_it_again(name: str) -> None:
    landscape = landscapes.get(name)
    again = eval(repr(landscape), {"landscapes": landscapes})
    assert (again.name, again.values) == (landscape.name, landscape.values)


@pytest.mark.parametrize("name", NAMES)
def test_a_landscape_cannot_be_changed(name: str) -> None:
    landscape = landscapes.get(name)
    with pytest.raises(TypeError):
        landscape.values["a"] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        landscape.packed[0] = 0.0
