"""What the race socket says is what the optimizers did, in the bytes that are promised, whatever it is asked."""

import json
import math
import struct
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import landscapes
import optimizers
from landscapes._landscape import Floats
from optimizers import Lane, Race, Trajectory, run
from pages.shared.opening import opening
from pages.shared.reading import Reading
from pages.stage.answer import FINEST, LONGEST_MESSAGE, QUICK, answer, asked, is_quick, parsed, usual
from pages.words import LANGUAGES, speaker
from tests.pages.races import foreign, readings, told

NOTHING = asked(None).problems[0]
LANES = ("sgd", "momentum", "nesterov", "adam", "newton")


@dataclass
class Heard:
    header: dict[str, Any]
    lanes: list[Floats]
    averages: list[Floats | None]
    surface: Floats | None


def no_constant(text: str) -> float:
    raise AssertionError(f"{text} is no JSON in a browser")


def taken_apart(data: bytes) -> Heard:
    """An answer as a browser reads it; nothing may be left over."""
    (length,) = struct.unpack("<I", data[:4])
    assert length % 4 == 0
    header = json.loads(data[4 : 4 + length], parse_constant=no_constant)
    numbers = np.frombuffer(data, "<f4", offset=4 + length)
    lanes, averages = [], []
    for lane in header["lanes"]:
        blocks = 2 if lane["average"] else 1
        rows = numbers[: 4 * blocks * lane["rows"]].reshape(blocks, -1, 4)
        lanes.append(rows[0])
        averages.append(rows[1] if lane["average"] else None)
        numbers = numbers[rows.size :]
    surface = None
    if "surface" in header:
        shape = header["surface"]["rows"], header["surface"]["columns"]
        surface, numbers = numbers[: math.prod(shape)].reshape(shape), numbers[math.prod(shape) :]
    assert not len(numbers)
    return Heard(header, lanes, averages, surface)


def ask(message: Any) -> Heard:
    plain = parsed(message if isinstance(message, (str, bytes)) else json.dumps(message))
    return taken_apart(answer(plain, asked(plain)))


def message_of(race: Race, **more: Any) -> dict[str, Any]:
    return {"id": 7, "race": told(Reading(race)), **more}


def race_of(landscape: str = "rosenbrock", steps: int = 500, **changes: Any) -> Race:
    lanes = opening(landscape).lanes
    return Race(**{**vars(opening(landscape)), "lanes": lanes, "steps": steps, **changes})


def expected(ground: landscapes.Landscape, one: Trajectory, origin: tuple[float, float]) -> Floats:
    with np.errstate(over="ignore"):
        rows = [*(one.path - origin).T, one.loss - ground.infimum, np.hypot(*one.gradient.T)]
        return np.stack(rows, 1).astype(np.float32)


@pytest.mark.parametrize("name", landscapes.names())
def test_the_numbers_are_the_trajectories(name: str) -> None:
    race, origin = race_of(name, noise=optimizers.noise("gaussian", 0.01)), (0.1, -0.7)
    heard, runs, ground = ask(message_of(race, origin=origin)), run(race), race.ground()
    assert heard.header["id"] == 7
    assert heard.header["problems"] == []
    assert heard.header["origin"] == list(origin)
    assert heard.header["infimum"] == ground.infimum
    assert heard.header["attained"] == (ground.minimum_value is not None)
    assert heard.header["minima"] == [list(point) for point in ground.minima]
    assert heard.header["saddles"] == [list(point) for point in ground.saddles]
    assert len(heard.lanes) == len(runs) == len(LANES)
    for said, numbers, one in zip(heard.header["lanes"], heard.lanes, runs, strict=True):
        assert numbers.tobytes() == expected(ground, one, origin).tobytes()
        assert (said["rows"], said["every"], said["steps"]) == (len(one.path), 1, one.stopped_at)
        assert (said["outcome"], said["reason"], said["best"]) == (one.outcome, one.reason, one.best)
        assert said["minimum"] == (None if one.minimum is None else list(ground.minima[one.minimum]))
        assert said["last"] == list(one.path[-1])
        spent = np.array(said["evaluations"])
        assert np.array_equal(np.multiply.outer(np.arange(len(one.path)), spent), one.evaluations)


def counted(evaluations: list[Any], steps: list[int]) -> Floats:
    """The counts up to every row, as the stage reads them."""
    more = np.diff(steps)
    columns = [one if isinstance(one, list) else one * more for one in evaluations]
    return np.concatenate([np.zeros((1, 3)), np.cumsum(np.array(columns, float).T, axis=0)])


@pytest.mark.parametrize("rows", [2, 7, 40, 500])
@pytest.mark.parametrize("name", optimizers.names())
def test_values_gradients_and_hessians_are_told_apart(name: str, rows: int) -> None:
    race = race_of("beale", 60, lanes=(Lane(name),))
    said, (one,) = ask(message_of(race, rows=rows)).header["lanes"][0], run(race)
    steps = [min(i * said["every"], one.stopped_at) for i in range(said["rows"])]
    assert np.array_equal(counted(said["evaluations"], steps), one.evaluations[steps])
    varies = [isinstance(column, list) for column in said["evaluations"]]
    assert any(varies) == (optimizers.get(name).method.counts and one.stopped_at > 0)
    if not any(varies):
        assert said["evaluations"] == list(one.price)


def test_the_average_follows_its_runner() -> None:
    averaged = optimizers.average("uniform", burn_in=20)
    race = replace(race_of(), lanes=(Lane("sgd"), Lane("momentum", average=averaged), Lane("adam")))
    heard, (_, one, _), ground = ask(message_of(race, origin=(0.5, 1.0))), run(race), race.ground()
    assert [average is not None for average in heard.averages] == [False, True, False]
    told = heard.averages[1]
    assert told is not None
    assert one.average is not None
    np.testing.assert_array_equal(told[:, :2], (one.average - (0.5, 1.0)).astype(np.float32))
    np.testing.assert_array_equal(told[:, 2], (ground.value(*one.average.T) - ground.infimum).astype(np.float32))


def test_subtracting_comes_before_rounding() -> None:
    """Far from zero, a float32 alone would show a path of steps of 8."""
    race = Race("quadratic", (Lane("sgd", (("lr", 1e-3),)),), (9e7, 1e7), (("condition", 100.0), ("angle", 0.0)), 50)
    (numbers,) = ask(message_of(race, origin=race.start)).lanes
    (one,) = run(race)
    assert np.allclose(numbers[:, :2], one.path - race.start, rtol=1e-7)
    assert numbers[0, 0] == 0


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 100, 499, 500, 501, 720])
def test_thinning_keeps_the_first_and_the_last(rows: int) -> None:
    race = race_of()
    heard = ask(message_of(race, rows=rows))
    for said, numbers, one in zip(heard.header["lanes"], heard.lanes, run(race), strict=True):
        whole, every = expected(race.ground(), one, (0, 0)), said["every"]
        assert len(numbers) <= max(rows, 2)
        assert np.array_equal(numbers[:-1], whole[:-1:every])
        assert np.array_equal(numbers[-1], whole[-1])
        if every > 1:
            assert len(whole) > rows
            assert 1 + math.ceil(one.stopped_at / (every - 1)) > rows  # a finer one would not fit


def test_no_steps_and_no_lanes() -> None:
    heard = ask(message_of(race_of(steps=0), rows=1))
    assert [len(numbers) for numbers in heard.lanes] == [1] * len(LANES)
    assert ask(message_of(race_of(lanes=()))).lanes == []


def test_most_steps_of_all() -> None:
    heard = ask(message_of(race_of(steps=20_000, lanes=(Lane("sgd", (("lr", 1e-9),)),))))
    assert [len(numbers) for numbers in heard.lanes] == [20_001]


@pytest.mark.parametrize("name", landscapes.names())
def test_an_answer_is_small(name: str) -> None:
    plain = message_of(race_of(name), rows=720, language="zh-TW")
    assert len(answer(plain, asked(plain))) <= 64_000


@pytest.mark.parametrize("name", landscapes.names())
def test_the_surface(name: str) -> None:
    window = [-1.25, 3.5, -0.5, 2.0]
    heard = ask(message_of(race_of(name, 3), surface={"window": window, "columns": 31, "rows": 17}))
    assert heard.surface is not None
    assert heard.header["surface"] == {"window": window, "columns": 31, "rows": 17}
    ground = landscapes.get(name)
    for column, row in ((0, 0), (30, 0), (0, 16), (30, 16), (15, 8)):
        above = ground.value(window[0] + 4.75 * column / 30, window[2] + 2.5 * row / 16) - ground.infimum
        assert heard.surface[row, column] == pytest.approx(above, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize(
    "surface",
    [
        {},
        {"window": None},
        {"window": [0, 1, 0]},
        {"window": [1, 0, 0, 1]},
        {"window": [0, 0, 0, 1]},
        {"window": [0, 1, 0, math.nan]},
        {"window": [0, 1e300, 0, 1]},
        {"window": {"0": 1}, "columns": 10**9, "rows": 1e300},
        {"window": [[0], 1, 0, 1], "columns": "x", "rows": [3]},
    ],
)
def test_a_window_that_is_none_is_the_whole_map(surface: dict[str, Any]) -> None:
    heard = ask({"surface": surface})
    assert heard.header["surface"] == {"window": [-2, 2, -1, 3], "columns": FINEST, "rows": FINEST}


def test_a_surface_has_two_rows_and_columns_at_least() -> None:
    assert ask({"surface": {"columns": -5, "rows": 0}}).header["surface"]["columns"] == 2


def test_what_is_too_large_for_float32_is_infinite() -> None:
    lane = Lane("sgd", (("lr", 1e-4),))
    race = Race("beale", (lane,), (1e8, 1e8), steps=5)
    heard = ask(message_of(race, surface={"window": [-1e8, 1e8, -1e8, 1e8], "columns": 9, "rows": 9}))
    assert heard.surface is not None
    assert heard.lanes[0][0, 2] == heard.surface[0, 0] == np.inf
    assert heard.header["lanes"][0]["outcome"] == "diverged"


def test_minima_at_infinity_are_left_out() -> None:
    heard = ask({"race": {"landscape": "rosenbrock", "values": {"a": 1e300}, "steps": 5}})
    assert heard.header["minima"] == []


@settings(max_examples=30, deadline=None)
@given(readings(most_steps=300), st.integers(1, 400))
def test_any_race_is_answered_and_twice_with_the_same_bytes(reading: Reading, rows: int) -> None:
    plain = {"race": told(reading), "rows": rows, "surface": {"columns": 4, "rows": 3}}
    first = answer(plain, asked(plain))
    assert taken_apart(first).header["problems"] == []
    again = parsed(json.dumps(plain))
    assert answer(again, asked(again)) == first


@settings(max_examples=30, deadline=None)
@given(foreign, foreign, foreign)
def test_any_message_is_answered(message: Any, race: Any, other: Any) -> None:
    ask(json.dumps(message))
    ask(
        {
            "id": other,
            "race": race,
            "rows": other,
            "origin": other,
            "language": other,
            "surface": {"columns": 2, "rows": 2},
        }
    )
    ask(
        {
            "race": {"steps": 9, "lanes": race},
            "origin": [other, 1],
            "surface": {"window": other, "columns": 2, "rows": race},
        }
    )


NO_RACE = [
    "",
    "{",
    "[]",
    "null",
    "3",
    '"x"',
    "\x00",
    '{"race": {}',
    b"\xff\xfe",
    b"",
    "[" * 9000,
    '{"a":' * 3000,
    "1" * 9000,
]
NO_RACE += ['{"race": 3}', '{"race": []}', " " * (LONGEST_MESSAGE + 1), '"' + "x" * LONGEST_MESSAGE + '"']


@pytest.mark.parametrize("text", NO_RACE, ids=range(len(NO_RACE)))
def test_what_is_no_race_is_answered_with_the_usual_one(text: str | bytes) -> None:
    heard = ask(text)
    assert heard.header["problems"] == [NOTHING.text]
    assert len(heard.lanes) == len(usual().race.lanes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_problems_are_told_in_the_language_asked_for(language: str) -> None:
    told = ask({"language": language, "race": {"steps": -1, "landscape": "nope"}}).header["problems"]
    english = ask({"race": {"steps": -1, "landscape": "nope"}}).header["problems"]
    assert len(told) == 2
    assert (told == english) == (language == "en")
    assert ask({"language": language, "race": 3}).header["problems"] == [NOTHING.said(speaker(language))]


@pytest.mark.parametrize("language", ["de", "", None, 3, ["en"], {"en": 1}, "../zh_TW"])
def test_a_language_that_is_none_is_english(language: Any) -> None:
    assert ask({"language": language, "race": 3}).header["problems"] == [NOTHING.text]


@pytest.mark.parametrize(
    ("given", "returned"), [(5, 5), (2**53 - 1, 2**53 - 1), (10**400, None), (None, None), ("x", None), (1.5, None)]
)
def test_the_number_of_a_message_comes_back(given: Any, returned: int | None) -> None:
    assert ask({"id": given}).header["id"] == returned


@pytest.mark.parametrize("origin", [None, 3, [1], [1, 2, 3], ["x", 1], [math.nan, 0], [1e9, 0], {"0": 1}])
def test_an_origin_that_is_none_is_zero(origin: Any) -> None:
    assert ask({"origin": origin}).header["origin"] == [0, 0]


def test_quick_is_what_takes_a_millisecond() -> None:
    race = race_of(steps=QUICK // len(LANES))
    assert is_quick({}, Reading(race))
    assert is_quick(None, usual())
    assert not is_quick({}, Reading(race_of(steps=QUICK // len(LANES) + 1)))
    assert not is_quick({"surface": {}}, Reading(race))
