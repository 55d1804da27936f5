"""Arguments: names instead of objects, lists instead of tuples, NumPy's numbers; and errors for everything else."""

import inspect
import pydoc
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import landscapes
import optimizers
from landscapes import Landscape, Parameter
from landscapes.tools.equality import ByValue
from optimizers import Lane, Optimizer, Option, Race

VALLEY, ADAM = landscapes.get("rosenbrock"), optimizers.get("adam")
RACE = Race("rosenbrock", ("sgd", "adam"), (-1.0, 1.0), steps=5, noise=optimizers.noise("gaussian", 0.1))
RUN = optimizers.trace(VALLEY, ADAM, steps=5)
SURFACE, METHOD = VALLEY.surface, ADAM.method
SEEDS = optimizers.seeds(replace(RACE, lanes=(Lane("sgd", average="uniform"),)), 0, 4, 4)
OPTIONS = {"schedule": "cosine", "clip": "norm", "noise": "gaussian", "average": "uniform"}
TRACED = {"start": (0.0, 0.0), "steps": 5, "seed": 0, **OPTIONS}
TEXTS = {"name": "x", "title": "X", "reference": "x"}

WRONG: tuple[Any, ...] = (
    *("rosenbrok", "", b"sgd", None, True, np.True_, 1j, float("nan"), float("inf"), -1, 1.5, 10**400, -(10**400)),
    *([], (), ["x", "y"], (1.0, 2.0, 3.0), [[1], [1, 2]], ((1, 2), (3, 4)), {"lr": "fast"}, {1: 2}, {1.0, 2.0}, [None]),
    *(np.array("x"), np.array([]), np.ones((2, 2)), np.array([None, 1]), np.array([1.5, 2.5]), np.float32(1.5)),
    *(object(), len, str, lambda: None, iter([1, 2]), Ellipsis, slice(1)),
    *(VALLEY, ADAM, SURFACE, METHOD, RACE, RACE.lanes[0], RUN, optimizers.clip("norm"), optimizers.schedule("linear")),
)

# Every public function, with valid arguments.
CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "landscapes.get": (landscapes.get, {"name": "rosenbrock", "b": 10.0}),
    "landscapes.blurred": (landscapes.blurred, {"landscape": VALLEY, "sigma": 0.5}),
    "landscapes.Landscape": (Landscape, {"surface": SURFACE, "challenge": "valleys", "values": {"b": 3.0}}),
    "landscapes.Parameter": (Parameter, vars(VALLEY.parameters[0])),
    "landscapes.Surface": (
        landscapes.Surface,
        {name: getattr(SURFACE, name) for name in inspect.signature(landscapes.Surface).parameters},
    ),
    "Landscape.value": (VALLEY.value, {"x": 1.0, "y": 2.0}),
    "Landscape.gradient": (VALLEY.gradient, {"x": 1.0, "y": 2.0}),
    "Landscape.hessian": (VALLEY.hessian, {"x": 1.0, "y": 2.0}),
    "Landscape.jet": (VALLEY.jet, {"x": 1.0, "y": 2.0}),
    "Landscape.at": (VALLEY.at, {"x": 1.0, "y": 2.0}),
    "Parameter.check": (VALLEY.parameters[0].check, {"value": 1.0}),
    "Parameter.allows": (VALLEY.parameters[0].allows, {"number": 1.0}),
    "Parameter.nearest": (VALLEY.parameters[0].nearest, {"number": 1.0}),
    "optimizers.get": (optimizers.get, {"name": "adam", "lr": 0.1}),
    "optimizers.Optimizer": (Optimizer, {"method": METHOD, "family": "adaptive", "values": {"lr": 0.1}}),
    "optimizers.Method": (
        optimizers.Method,
        {name: getattr(METHOD, name) for name in inspect.signature(optimizers.Method).parameters},
    ),
    "optimizers.trace": (optimizers.trace, {"landscape": VALLEY, "optimizer": ADAM, **TRACED}),
    "optimizers.race": (optimizers.race, {"landscape": VALLEY, "lanes": [ADAM, "sgd"], **TRACED}),
    "optimizers.race by label": (lambda lanes: optimizers.race(VALLEY, {"one": lanes}, steps=5), {"lanes": ADAM}),
    "optimizers.run": (optimizers.run, {"race": RACE}),
    "optimizers.Lane": (
        Lane,
        {"optimizer": "sgd", "values": {"lr": 0.1}, "shown": True, "schedule": None, "clip": "norm", "average": None},
    ),
    "optimizers.Race": (Race, vars(RACE)),
    "optimizers.dissect": (optimizers.dissect, {"landscape": VALLEY, "optimizer": ADAM, "run": RUN, "k": 1}),
    "optimizers.sweep": (
        optimizers.sweep,
        {
            "race": RACE,
            "lane": 0,
            "over": {"lr": [0.1]},
            "want": "loss",
            "tolerance": 1e-6,
            "executor": None,
            "progress": None,
            "cancelled": None,
        },
    ),
    "optimizers.seeds": (optimizers.seeds, {"race": RACE, "lane": 0, "count": 4, "rows": 4}),
    "optimizers.seeds_of_all": (optimizers.seeds_of_all, {"race": RACE, "count": 4, "rows": 4}),
    "optimizers.tournament": (optimizers.tournament, {"race": RACE, "side": 2, "seeds": 1, "progress": None}),
    "optimizers.tuned": (optimizers.tuned, {"race": RACE, "lane": 0}),
    "optimizers.tuned_lanes": (optimizers.tuned_lanes, {"race": RACE}),
    "optimizers.rates": (optimizers.rates, {"race": RACE, "lane": 0}),
    "optimizers.predicted": (optimizers.predicted, {"race": RACE, "lane": 0, "steps": [0, 1]}),
    "optimizers.stationary": (optimizers.stationary, {"race": RACE, "lane": 0}),
    "optimizers.one_over_k": (optimizers.one_over_k, {"race": RACE, "lane": 0}),
    "optimizers.lattice": (optimizers.lattice, {"landscape": VALLEY, "side": 2}),
    "optimizers.ratios": (optimizers.ratios, {"cost": np.ones((2, 3))}),
    "optimizers.profile": (optimizers.profile, {"ratio": np.ones(3)}),
    "optimizers.schedule": (optimizers.schedule, {"kind": "cosine", "over": 10.0}),
    "optimizers.clip": (optimizers.clip, {"kind": "norm", "threshold": 1.0, "applied": "step"}),
    "optimizers.noise": (optimizers.noise, {"kind": "student", "scale": 1.0, "freedom": 3.0}),
    "optimizers.average": (optimizers.average, {"kind": "ema", "decay": 0.5}),
    "optimizers.Option": (Option, {"kind": "any", "values": (("lr", 0.1),)}),
    "optimizers.Schedule": (optimizers.Schedule, {"kind": "cosine", "values": {"over": 10.0}}),
    "optimizers.Clip": (optimizers.Clip, {"kind": "norm", "values": {"threshold": 1.0}}),
    "optimizers.Noise": (optimizers.Noise, {"kind": "gaussian", "values": {"scale": 1.0}}),
    "optimizers.Average": (optimizers.Average, {"kind": "ema", "values": {"decay": 0.5}}),
    "Option[...]": (optimizers.clip("norm").__getitem__, {"name": "threshold"}),
    "Schedule.factors": (optimizers.schedule("cosine").factors, {"count": 3}),
    "Clip.of": (optimizers.clip("norm").of, {"raw": RUN.gradient}),
    "Clip.touches": (optimizers.clip("value").touches, {"raw": RUN.gradient}),
    "Average.of": (optimizers.average("ema").of, {"path": RUN.path}),
    "Average.shares": (optimizers.average("ema").shares, {"count": 3}),
    "Sweep.ended": (optimizers.sweep(RACE, over={"lr": [0.1]}).ended, {"outcome": "diverged"}),
    "Seeds.mean_loss": (SEEDS.mean_loss, {"average": True}),
    "Seeds.quantiles": (SEEDS.quantiles, {"shares": (0.5,), "average": False}),
    "Seeds.spread": (SEEDS.spread, {"row": -1}),
    "Tournament.cost": (
        optimizers.tournament(RACE, 2).cost,
        {"values": 1, "gradients": 1.0, "hessians": 2, "steps": 0.0},
    ),
}
CASES = [(name, parameter) for name, (_, arguments) in CALLS.items() for parameter in arguments]

# What a message contains besides the value: what is expected, what exists, or the reason.
SAYS = re.compile(
    r"must be|there is no|there are|has no|it can tell|goes over|has \d|has at most|not made|broadcast|must have"
)

RECORDS = {"Kind", "Tuning", "Arrow", "Axes", "Box", "Dissection", "Model", "Part", "Rates", "Search", "Shape", "Spot"}
RECORDS |= {"Triangle"}


def test_every_public_function_is_tested() -> None:
    for module in (landscapes, optimizers):
        for name in module.__all__:
            thing = getattr(module, name)
            is_record = name in RECORDS or (
                inspect.isclass(thing) and issubclass(thing, ByValue)
            )  # results, not arguments
            if (
                (inspect.isroutine(thing) or inspect.isclass(thing))
                and not is_record
                and inspect.signature(thing).parameters
            ):
                assert f"{module.__name__}.{name}" in CALLS, name
                arguments = CALLS[f"{module.__name__}.{name}"][1]
                declared = inspect.signature(thing).parameters.values()
                wanted = {one.name for one in declared if one.kind is not inspect.Parameter.VAR_KEYWORD}
                assert wanted <= {*arguments}, name


def complaint(function: Callable[..., Any], arguments: dict[str, Any]) -> str | None:
    """The message of a call's error about its arguments; other errors pass through."""
    try:
        function(**arguments)
    except (TypeError, ValueError, KeyError) as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", CALLS)
def test_the_right_arguments_are_taken(name: str) -> None:
    function, arguments = CALLS[name]
    function(**arguments)


@pytest.mark.parametrize(("name", "parameter"), CASES, ids=map(".".join, CASES))
def test_the_wrong_kind_of_argument_ends_in_a_sentence(name: str, parameter: str) -> None:
    function, arguments = CALLS[name]
    called_back = parameter in ("progress", "cancelled")
    for wrong in WRONG:
        if called_back and callable(wrong):
            continue  # errors of a caller's function are not ours
        text = complaint(function, {**arguments, parameter: wrong})
        assert text is None or SAYS.search(text), f"{wrong!r}: {text}"
        assert len(text or "") < 1200


@pytest.mark.parametrize("axis", ["lr", "a", "x", "y", "seed", "lrr"])
def test_the_wrong_values_of_an_axis_end_in_a_sentence(axis: str) -> None:
    for wrong in WRONG:
        text = complaint(optimizers.sweep, {"race": RACE, "over": {axis: wrong}, "want": "loss"})
        assert text is None or SAYS.search(text), f"{wrong!r}: {text}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"landscape": 3}, "landscape must be one from `landscapes.get`, or its name, not 3"),
        ({"landscape": SURFACE}, "landscape must be one from `landscapes.get`"),
        ({"optimizer": None}, "optimizer must be one from `optimizers.get`, or its name, not None"),
        ({"start": (1, 2, 3)}, r"start must be two finite numbers \(x, y\), not \(1, 2, 3\)"),
        ({"start": "12"}, r"start must be two finite numbers \(x, y\), not '12'"),
        ({"start": {1.0, 2.0}}, "start must be two finite numbers"),
        ({"start": (True, 0.0)}, "start must be two finite numbers"),
        ({"steps": "300"}, "steps must be a whole number, not '300'"),
        ({"steps": 300.0}, "steps must be a whole number, not 300.0"),
        ({"steps": True}, "steps must be a whole number, not True"),
        (
            {"clip": 1.0},
            r'clip must be None, one such as optimizers.clip\("norm", 1.0\), or one of norm, value, not 1.0',
        ),
        ({"schedule": optimizers.clip("norm")}, "schedule must be None, one such as optimizers.schedule"),
        ({"noise": 0.5}, "noise must be None, one such as optimizers.noise"),
        ({"average": ["uniform"]}, "average must be None, one such as optimizers.average"),
        ({"seed": None}, "seed must be a whole number, not None"),
    ],
)
def test_a_message_names_the_argument_and_what_is_wanted(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        optimizers.trace(**{"landscape": VALLEY, "optimizer": ADAM, **arguments})


def test_an_unknown_name_names_the_choices() -> None:
    for arguments, choices in (
        ({"landscape": "rosenbrok"}, landscapes.names()),
        ({"optimizer": "adagard"}, optimizers.names()),
        ({"schedule": "cosinus"}, tuple(optimizers.SCHEDULES)),
    ):
        with pytest.raises(KeyError, match=", ".join(choices)):
            optimizers.trace(**{"landscape": VALLEY, "optimizer": ADAM, **arguments})


def test_names_are_taken_where_objects_are() -> None:
    wanted = optimizers.trace(
        VALLEY,
        optimizers.get("sgd"),
        steps=5,
        schedule=optimizers.schedule("cosine"),
        clip=optimizers.clip("norm"),
        noise=optimizers.noise("gaussian"),
        average=optimizers.average("uniform"),
    )
    assert optimizers.trace("rosenbrock", "sgd", steps=5, **OPTIONS) == wanted
    assert optimizers.race("rosenbrock", "sgd", steps=5, **OPTIONS) == {"sgd": wanted}
    lane = Lane("sgd", schedule="cosine", clip="norm", average="uniform")
    assert optimizers.race("rosenbrock", {"a": lane, "b": "sgd"}, steps=5, **OPTIONS) == {"a": wanted, "b": wanted}
    assert optimizers.race("rosenbrock", ["sgd", lane], steps=5, **OPTIONS) == {"sgd": wanted, "sgd 2": wanted}
    assert optimizers.run(Race("rosenbrock", lane, VALLEY.start, steps=5, noise="gaussian")) == (wanted,)
    assert optimizers.dissect("rosenbrock", "adam", RUN, 1) == optimizers.dissect(VALLEY, ADAM, RUN, 1)
    assert optimizers.tuned(RACE, "adam") == optimizers.tuned(RACE, 1)
    assert optimizers.seeds(RACE, "adam", 4, 4) == optimizers.seeds(RACE, 1, 4, 4)
    assert optimizers.sweep(RACE, "adam", over={"lr": 0.1}) == optimizers.sweep(RACE, 1, over={"lr": [0.1]})
    assert np.array_equal(optimizers.lattice("rosenbrock", 2), optimizers.lattice(VALLEY, 2))
    for lane_name in ("newton", ""):
        with pytest.raises(ValueError, match="there are sgd, adam"):
            optimizers.tuned(RACE, lane_name)
    with pytest.raises(ValueError, match="one lane alone"):
        optimizers.tuned(Race("rosenbrock", ("sgd", "sgd"), (0.0, 0.0)), "sgd")


def test_objects_are_written_down_as_plain_values() -> None:
    blurred = landscapes.blurred(landscapes.get("rosenbrock", b=10.0), 0.3)
    race = Race(blurred, [ADAM, optimizers.get("sgd", lr=0.5), Lane("newton")], np.array([1, 2]), steps=np.int64(7))
    sgd = Lane("sgd", (("lr", 0.5),))
    lanes = (Lane("adam", tuple(ADAM.values.items())), sgd, Lane("newton"))
    assert race == Race("rosenbrock", lanes, (1.0, 2.0), (("a", 1.0), ("b", 10.0)), 7, blur=0.3)
    assert race.build_landscape() == blurred
    assert [type(one) for one in (race.steps, race.start, race.start[0], race.lanes)] == [int, tuple, float, tuple]
    assert Lane(ADAM, {"lr": 0.5}) == Lane("adam", tuple({**ADAM.values, "lr": 0.5}.items()))
    assert Lane("sgd", [["lr", np.float32(0.5)]]) == Lane("sgd", {"lr": np.array(0.5)}) == sgd
    assert Race(VALLEY, "sgd", [0, 1], {"b": 5}) == Race(
        "rosenbrock", (Lane("sgd"),), (0.0, 1.0), (("a", 1.0), ("b", 5.0))
    )
    own = Landscape(replace(SURFACE, name="own"), "valleys", {})
    with pytest.raises(TypeError, match="a race is plain values"):
        Race(own, "sgd", (0.0, 0.0))
    with pytest.raises(TypeError, match="a race is plain values"):
        Lane(Optimizer(replace(METHOD, name="own"), "adaptive", {}))


def test_numpys_numbers_and_lists_are_taken() -> None:
    wanted = optimizers.trace(VALLEY, ADAM, (1.0, 2.0), 5, seed=3)
    for start in ([1, 2], np.array([1.0, 2.0]), (np.float32(1), np.array(2)), np.array([1, 2])):
        assert optimizers.trace(VALLEY, ADAM, start, np.int8(5), seed=np.array(3)) == wanted
    assert optimizers.get("adam", lr=np.array(0.5)) == optimizers.get("adam", lr=np.float64(0.5))
    assert optimizers.Schedule("cosine") == optimizers.schedule("cosine")
    assert optimizers.Clip("norm", {"applied": "step"}) == optimizers.clip("norm", applied="step")
    sides: Any = [[-2, 2], np.array([-1, 3])]
    assert replace(SURFACE, domain=sides, challenges=["cliffs"]) == replace(SURFACE, challenges=frozenset({"cliffs"}))


def test_an_executor_is_taken() -> None:
    with ThreadPoolExecutor(1) as pool:
        wanted = optimizers.sweep(RACE, over={"lr": [0.1]})
        assert optimizers.sweep(RACE, over={"lr": [0.1]}, executor=pool) == wanted


@pytest.mark.parametrize("name", landscapes.names())
def test_help_tells_of_a_landscape(name: str) -> None:
    landscape = landscapes.get(name)
    expected_texts = [(landscape, "landscapes.get")]
    if name != "recurrent_cliff":  # its wall is too steep for quadrature
        expected_texts.append((landscapes.blurred(landscape, 0.5), "landscapes.blurred"))
    for one, call in expected_texts:
        text = " ".join(pydoc.plain(pydoc.render_doc(one)).split())
        surface = landscape.surface
        assert call in text
        for wanted in (surface.title, surface.watch, surface.formula, surface.reference):
            assert " ".join(wanted.split()) in text
        for parameter in landscape.parameters:
            assert f"{parameter.name} = " in text
            assert f"{parameter.meaning}; {parameter.describe_allowed()}" in text


@pytest.mark.parametrize("name", optimizers.names())
def test_help_tells_of_an_optimizer(name: str) -> None:
    optimizer = optimizers.get(name)
    text = " ".join(pydoc.plain(pydoc.render_doc(optimizer)).split())
    method = optimizer.method
    for wanted in (method.title, method.idea, method.reference):
        assert " ".join(wanted.split()) in text
    assert r"\class" not in text
    assert r"\leftarrow" in text
    for one in optimizer.hyperparameters:
        assert f"{one.name} = {one.format(optimizer.values[one.name])}: {one.meaning}; {one.describe_allowed()}" in text


def test_help_tells_of_the_classes() -> None:
    for one, wanted in ((Landscape, "A surface with its parameters set"), (Optimizer, "It holds no state")):
        assert wanted in pydoc.plain(pydoc.render_doc(one))
        assert wanted in (inspect.getdoc(one) or "")
