"""For any link or message there is a race, and a sentence for every problem."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import landscapes
import optimizers
from optimizers import NOISES, Lane, Race
from pages.protocol.fields import (
    CLOCKS,
    MOST_COST,
    MOST_LANES,
    MOST_SEED,
    MOST_SIDE,
    MOST_STEPS,
    OPTIONS,
    PRICE,
    RULES,
    View,
)
from pages.protocol.kinds import NARROWEST, WIDEST, number, shorten
from pages.protocol.opening import ZERO_NOISE, opening
from pages.protocol.parsing import ParsedRace, parse_race
from pages.words import LANGUAGES, translator
from tests.pages.races import bits, foreign, parsed_races, stage_data

USUAL = ParsedRace(opening("rosenbrock"))
LATER = ParsedRace(opening("saddle"), View("same", at=3, mode="3d", window=(0.0, 1.0, 2.0, 3.0), chosen=2))


def check(parsed: ParsedRace) -> None:
    """The race can be run, and every problem can be stated in every language."""
    race, view = parsed.race, parsed.view
    surface, _challenge = landscapes.surfaces()[race.landscape]
    settings = [(surface.parameters, race.values)]
    for lane in race.lanes:
        settings.append((optimizers.methods()[lane.optimizer][0].hyperparameters, lane.values))
        assert isinstance(lane.shown, bool)
    for declared, values in settings:
        assert [one.name for one in declared] == [name for name, _value in values]
        for one, (_name, value) in zip(declared, values, strict=True):
            assert one.allows(value)
            assert type(value) is float or value == one.default
    assert len(race.lanes) <= MOST_LANES
    assert all(type(x) is float and abs(x) <= WIDEST for x in race.start)
    for whole, most in ((race.steps, MOST_STEPS), (race.seed, MOST_SEED), (view.chosen, max(len(race.lanes) - 1, 0))):
        assert type(whole) is int
        assert 0 <= whole <= most
    options = [(NOISES, race.noise)]
    options += [(OPTIONS[name][0], getattr(lane, name)) for lane in race.lanes for name in OPTIONS]
    for kinds, option in options:
        assert option is None or [one.name for one in kinds[option.kind].parameters] == [
            key for key, _ in option.values
        ]
    assert race.noise is not None
    assert view.rule in RULES
    assert view.clock in CLOCKS
    assert PRICE.allows(view.price)
    assert type(view.side) is int
    assert 1 <= view.side <= MOST_SIDE
    assert view.mode in ("map", "3d")
    end = race.steps if view.clock == "steps" else MOST_COST
    assert view.at is None or (type(view.at) is int and 0 <= view.at <= end)
    if view.window is not None:
        x0, x1, y0, y1 = view.window
        assert min(x1 - x0, y1 - y0) >= NARROWEST
        assert max(map(abs, view.window)) <= WIDEST
    race.build_landscape()
    for lane in race.lanes:
        lane.build_optimizer()
    for language in LANGUAGES:
        for problem in parsed.problems:
            problem.translate(translator(language)).encode()


@given(foreign)
def test_anything_gives_a_race(something: Any) -> None:
    check(parse_race(something, USUAL))
    check(parse_race(dict.fromkeys(stage_data(USUAL), something), USUAL))


@pytest.mark.slow
@given(parsed_races(), st.data())
def test_a_race_with_something_wrong_in_it_gives_a_race(parsed: ParsedRace, data: st.DataObject) -> None:
    wrong = stage_data(parsed)
    places: list[Any] = [wrong, wrong["values"], *wrong["lanes"], *(lane["values"] for lane in wrong["lanes"])]
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.sampled_from([one for one in places if one]))
        place[data.draw(st.sampled_from([*place]) | st.text(max_size=5))] = data.draw(foreign)
        places = [one for one in places if isinstance(one, dict)]
    check(parse_race(wrong, data.draw(st.sampled_from([USUAL, LATER, parsed]))))


@pytest.mark.slow
@given(parsed_races())
def test_a_valid_race_is_kept_to_the_last_bit_without_problems(parsed: ParsedRace) -> None:
    again = parse_race(stage_data(parsed), USUAL)
    assert bits(again) == bits(parsed)
    assert not again.problems
    assert bits(parse_race(json.loads(json.dumps(stage_data(parsed))), LATER)) == bits(parsed)


@pytest.mark.slow
@given(parsed_races())
def test_missing_fields_are_those_of_the_fallback(parsed: ParsedRace) -> None:
    """The playhead, the window and the chosen runner are temporary; the rest is kept."""
    again = parse_race({}, parsed)
    assert bits(again) == repr((parsed.race, View(rule=parsed.view.rule)))
    assert not again.problems


WRONG: dict[str, list[Any]] = {
    "landscape": ["nope", "", "Rosenbrock", 3, None, True, ["saddle"], {"saddle": 1}, "x" * 100_000, 10**5000],
    "values": [
        None,
        3,
        "a",
        ["a"],
        {"z": 1},
        {"a": None},
        {"a": math.nan},
        {"a": [1]},
        {"a": "1e400"},
        {"b": -1},
        {1: 2},
    ],
    "lanes": [
        *(None, 3, "adam", {"adam": 1}, ["nope"], [None], [[["adam"]]], [{}], [{"optimizer": ["adam"]}], ["adam"] * 10),
        *([{"optimizer": "adam", "values": values}] for values in (3, None, [["lr", 1]], {"lr": True}, {"lr": "fast"})),
        [{"optimizer": "adam", "schedule": "odd"}],
        [{"optimizer": "adam", "clip": {"kind": "norm", "values": {"threshold": -1}}}],
        [{"optimizer": "adam", "average": {"kind": "ema", "values": {"burn_in": 1}}}],
        *([{"optimizer": "adam", "values": values}] for values in ({"beta1": 1.0}, {"lr": -5e-324}, {"speed": 1.0})),
    ],
    "start": [
        None,
        1,
        "12",
        [],
        [1],
        [1, 2, 3],
        [1, None],
        [math.inf, 0],
        [0, 1.1e8],
        [10**400, 0],
        [[1], 2],
        {1: 2, 3: 4},
    ],
    "steps": [-1, 0.5, "abc", None, True, math.nan, 1e308, 10**5000, [], "1_0", MOST_STEPS + 1],
    "seed": [-1, 0.5, "abc", None, True, -math.inf, 1e308, 10**5000, {}, "٣", MOST_SEED + 1],
    "noise": [
        -1,
        -5e-324,
        "x",
        math.nan,
        math.inf,
        [0],
        {"kind": "odd"},
        {"kind": "student", "values": {"freedom": 0}},
    ],
    "rule": ["other", None, 1, ["own"], {}],
    "mode": ["4d", None, 1, ["map"], {}],
    "at": [-1, 301, "x", 0.5, [], True],
    "window": [
        0,
        "x",
        [],
        [0, 0, 0, 1],
        [1, 0, 0, 1],
        [0, 1, 0, math.nan],
        [0, 1, 0, 1e9],
        [0, 5e-10, 0, 1],
        ["", 1, 0, 1],
    ],
    "chosen": [-1, 5, 0.5, "x", None, []],
    "clock": ["hours", None, 1, ["all"], {}],
    "price": [-1, "x", None, math.nan, 1001, [2]],
    "side": [0, 65, 1.5, "x", None, True],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [pytest.param(name, value, id=f"{name}-{i}") for name in WRONG for i, value in enumerate(WRONG[name])],
)
def test_problems_are_reported(name: str, value: Any) -> None:
    parsed = parse_race({name: value}, USUAL)
    check(parsed)
    assert parsed.problems
    english, *others = [
        {problem.translate(translator(language)) for problem in parsed.problems} for language in LANGUAGES
    ]
    for other in others:
        assert not english & other


@pytest.mark.parametrize("something", [None, 3, "x", [], [("landscape", "saddle")], True, math.nan])
def test_data_that_are_not_a_race(something: Any) -> None:
    parsed = parse_race(something, LATER)
    assert (parsed.race, parsed.view) == (LATER.race, LATER.view)
    assert len(parsed.problems) == 1


def test_the_nearest_valid_value_is_used() -> None:
    data = {
        "steps": 10**9,
        "seed": -5,
        "at": 7.5,
        "lanes": [{"optimizer": "momentum", "values": {"lr": -2, "momentum": "0.5"}}, "nope", "adam"],
    }
    race, view = (parsed := parse_race(data, USUAL)).race, parsed.view
    assert (race.steps, race.seed, view.at) == (MOST_STEPS, 0, 7)
    assert [lane.optimizer for lane in race.lanes] == ["momentum", "adam"]
    assert dict(race.lanes[0].values) == {"lr": 0.0, "momentum": 0.5}
    assert len(parsed.problems) == 5


def test_at_most_nine_runners_and_the_first_of_them() -> None:
    names = ["sgd", "adam"] * 6
    parsed = parse_race({"lanes": names}, USUAL)
    assert [lane.optimizer for lane in parsed.race.lanes] == names[:MOST_LANES]
    assert len(parsed.problems) == 1


def test_no_runner_is_a_race_and_only_unknown_ones_are_the_default() -> None:
    assert parse_race({"lanes": []}, USUAL).race.lanes == ()
    assert parse_race({"lanes": ["nope"]}, USUAL).race.lanes == USUAL.race.lanes


def test_another_landscape_brings_its_start_and_its_settings() -> None:
    race = parse_race({"landscape": "quadratic"}, USUAL).race
    assert race == Race(
        "quadratic", USUAL.race.lanes, (-3.4, 2.6), (("condition", 100.0), ("angle", 30.0)), 300, ZERO_NOISE
    )


def test_the_last_of_two_keys_counts() -> None:
    assert parse_race(json.loads('{"steps": 1, "steps": 2}'), USUAL).race.steps == 2


@pytest.mark.slow
def test_every_depth_of_nesting() -> None:
    deep: Any = []
    for depth in range(1200):
        deep = [deep]
        if depth > 850 or depth % 50 == 0:
            check(
                parse_race(
                    {"start": deep, "lanes": deep, "steps": deep, "landscape": deep, "values": {"a": deep}}, USUAL
                )
            )


def test_values_in_sentences_are_short_and_can_be_encoded() -> None:
    for value in ("a\n\tb", "x" * 10**6, 10**5000, "\ud800", "a\u2028b", list(range(10_000))):
        text = shorten(value)
        assert 0 < len(text) <= 40
        assert len(text.splitlines()) == 1
        text.encode()


def test_numbers() -> None:
    for text, value in (("1", 1.0), ("-0.0", -0.0), ("1e8", 1e8), (" 3 ", 3.0), (7, 7.0), ("0x1", None), ("", None)):
        assert repr(number(text)) == repr(value)
    for nothing in (None, True, "inf", "-nan", "1_000", "٣", "1" * 41, 10**400, b"1", [1], 1j):
        assert number(nothing) is None


def test_lanes_may_be_names() -> None:
    assert parse_race({"lanes": ["newton"]}, USUAL).race.lanes == (Lane("newton", (("lr", 1.0), ("damping", 0.0))),)


def test_a_blur_has_no_minibatches() -> None:
    """With minibatches the landscape stays sharp, with a problem saying so."""
    for noise in ({"kind": "minibatch", "values": {"batch": 4}}, {"kind": "gaussian", "values": {"scale": 0.5}}):
        parsed = parse_race({"landscape": "logistic_regression", "noise": noise, "blur": 0.5}, USUAL)
        check(parsed)
        batches = noise["kind"] == "minibatch"
        assert parsed.race.noise is not None
        assert parsed.race.noise.kind == noise["kind"]
        assert parsed.race.blur == (0.0 if batches else 0.5)
        assert [message.text for message in parsed.problems] == [
            "A blurred landscape has no minibatches, so {owner} stays sharp."
        ] * batches
