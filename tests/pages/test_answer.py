"""Answers of the race socket: they contain the optimizers' results, in the documented format, for any message."""

import itertools
import json
import math
import pickle
import re
import struct
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import landscapes
import optimizers
from landscapes.tools.arguments import Floats
from optimizers import Lane, Race, Trajectory, run
from pages.averaging import block as fans
from pages.basins.block import (
    CODES,
    DIVERGED,
    ELSEWHERE,
    FIRST_SADDLE,
    MAXIMUM,
    MOST_CELLS,
    NO_STEP,
    OUT,
    SADDLE,
    STALLED,
)
from pages.basins.block import FINEST as FINEST_BASINS
from pages.protocol import summary
from pages.protocol.axes import axes, axis_label, choose_axes, with_value
from pages.protocol.fields import MOST_LANES, MOST_SEEDS, MOST_STEPS, OPTIONS
from pages.protocol.opening import opening
from pages.protocol.parsing import ParsedRace
from pages.server.answer import FINEST, respond
from pages.server.files import PAGES_FOLDER
from pages.server.pace import MOST_RUN, slowness
from pages.server.request import LONGEST_MESSAGE, QUICK, Request, fallback_race, parse_request
from pages.step.block import STEP
from pages.tune.block import FINEST as FINEST_HEAT
from pages.tune.block import MOST_LANDSCAPES, SEEDS, TOLERANCE, WORKS, height
from pages.words import LANGUAGES, translator
from tests.marks import slow_where
from tests.pages.races import foreign, parsed_races, stage_data

NOTHING = parse_request("").parsed.problems[0]
LANES = ("sgd", "momentum", "nesterov", "adam", "newton")
MOST_FLOAT = 1.7976931348623157e308


@dataclass
class ParsedAnswer:
    header: dict[str, Any]
    lanes: list[Floats]
    averages: list[Floats | None]
    surface: Floats | None
    clipping: list[Floats] = field(default_factory=list)
    many: list[dict[str, Floats]] = field(default_factory=list)
    heat: Floats | None = None
    bands: list[Floats] = field(default_factory=list)
    basins: list[Any] = field(default_factory=list)


def no_constant(text: str) -> float:
    raise AssertionError(f"{text} is no JSON in a browser")


def parse_answer(data: bytes) -> ParsedAnswer:
    """An answer as a browser reads it; every array must be used."""
    (length,) = struct.unpack("<I", data[:4])
    assert length % 4 == 0
    header = json.loads(data[4 : 4 + length], parse_constant=no_constant)
    arrays, at = {}, 4 + length
    for name, kind, size in header["arrays"]:
        assert name not in arrays
        arrays[name] = np.frombuffer(data, np.dtype(kind).newbyteorder("<"), size, at)
        at += math.ceil(arrays[name].nbytes / 4) * 4
    assert at == len(data)
    lanes = range(len(header["lanes"]))
    paths = [arrays.pop(f"path {i}").reshape(-1, 4) for i in lanes]
    averages = [arrays.pop(f"average {i}").reshape(-1, 4) if f"average {i}" in arrays else None for i in lanes]
    answer = ParsedAnswer(header, paths, averages, None)
    if "surface" in header:
        shape = header["surface"]["rows"], header["surface"]["columns"]
        answer.surface = arrays.pop("surface").reshape(shape)
    if "clipping" in header:
        answer.clipping = [arrays.pop(f"clipping {i}").reshape(-1, 4) for i in lanes]
    if "seeds" in header:
        answer.many = [take_seed_arrays(header["seeds"], arrays, i) for i in lanes]
    if "heat" in header:
        across, up = (len(axis["values"]) for axis in header["heat"]["axes"])
        answer.heat = np.stack([arrays.pop(f"heat {what}").reshape(up, across) for what in ("loss", "steps")])
    answer.bands = [arrays.pop(f"band {band['lane']}").reshape(-1, 3) for band in header.get("bands", [])]
    if "basins" in header:
        shape = header["basins"]["to"] - header["basins"]["from"], header["basins"]["columns"]
        for i in range(header["basins"]["lanes"]):
            answer.basins.append(np.stack([arrays.pop(f"{what} {i}").reshape(shape) for what in ("ends", "steps")]))
    assert not arrays
    return answer


def take_seed_arrays(header: dict[str, Any], arrays: dict[str, Any], lane: int) -> dict[str, Floats]:
    """The arrays of a lane: first the path's, unless an earlier lane has the same; then the average's."""
    rows, count = len(header["steps"]), header["count"]
    shapes = {
        "fan": (header["fan"], rows, 2),
        "band": (rows, 4),
        "spread": (rows, 5),
        "theory": (rows, 5),
        "ends": (count if count > 1 else 0, 2),
    }
    arrays_of_lane = {}
    for what, shape in shapes.items():
        names = [f"{what} {kind} {lane}" for kind in ("path", "average")]
        blocks = [arrays.pop(name).reshape(shape) for name in names if name in arrays]
        if blocks or what != "theory":
            arrays_of_lane[what] = np.stack(blocks) if blocks else np.empty((0, *shape))
    return arrays_of_lane


def request(message: Any) -> Request:
    return parse_request(message if isinstance(message, (str, bytes)) else json.dumps(message))


def ask(message: Any) -> ParsedAnswer:
    return parse_answer(respond(request(message)))


def build_message(race: Race, **more: Any) -> dict[str, Any]:
    return {"id": 7, "race": stage_data(ParsedRace(race)), **more}


def build_race(landscape: str = "rosenbrock", steps: int = 500, **changes: Any) -> Race:
    lanes = opening(landscape).lanes
    return Race(**{**vars(opening(landscape)), "lanes": lanes, "steps": steps, **changes})


def expected(ground: landscapes.Landscape, one: Trajectory, origin: tuple[float, float]) -> Floats:
    with np.errstate(over="ignore"):
        rows = [*(one.path - origin).T, one.loss - ground.infimum, np.hypot(*one.gradient.T)]
        return np.stack(rows, 1).astype(np.float32)


@pytest.mark.parametrize("name", landscapes.names())
def test_the_numbers_are_the_trajectories(name: str) -> None:
    race, origin = build_race(name, noise=optimizers.noise("gaussian", 0.01)), (0.1, -0.7)
    answer, runs, ground = ask(build_message(race, origin=origin)), run(race), race.build_landscape()
    assert answer.header["id"] == 7
    assert answer.header["problems"] == []
    assert answer.header["origin"] == list(origin)
    assert answer.header["infimum"] == ground.infimum
    assert answer.header["attained"] == (ground.minimum_value is not None)
    assert answer.header["minima"] == [list(point) for point in ground.minima]
    assert answer.header["saddles"] == [list(point) for point in ground.saddles]
    assert len(answer.lanes) == len(runs) == len(LANES)
    for entry, numbers, one in zip(answer.header["lanes"], answer.lanes, runs, strict=True):
        assert numbers.tobytes() == expected(ground, one, origin).tobytes()
        assert (entry["rows"], entry["every"], entry["steps"]) == (len(one.path), 1, one.stopped_at)
        assert (entry["outcome"], entry["reason"], entry["best"]) == (one.outcome, one.reason, one.best)
        assert entry["phrase"] == summary.phrase(one, translator("en"))
        assert entry["minimum"] == (None if one.minimum is None else list(ground.minima[one.minimum]))
        assert entry["last"] == list(one.path[-1])
        spent = np.array(entry["evaluations"])
        assert np.array_equal(np.multiply.outer(np.arange(len(one.path)), spent), one.evaluations)


def cumulative_counts(evaluations: list[Any], steps: list[int]) -> Floats:
    """The counts up to every row, as the stage computes them."""
    more = np.diff(steps)
    columns = [one if isinstance(one, list) else one * more for one in evaluations]
    return np.concatenate([np.zeros((1, 3)), np.cumsum(np.array(columns, float).T, axis=0)])


@pytest.mark.parametrize("rows", [2, 7, 40, 500])
@pytest.mark.parametrize("name", optimizers.names())
def test_values_gradients_and_hessians_are_counted_separately(name: str, rows: int) -> None:
    race = build_race("beale", 60, lanes=(Lane(name),))
    entry, (one,) = ask(build_message(race, rows=rows)).header["lanes"][0], run(race)
    steps = [min(i * entry["every"], one.stopped_at) for i in range(entry["rows"])]
    assert np.array_equal(cumulative_counts(entry["evaluations"], steps), one.evaluations[steps])
    varies = [isinstance(column, list) for column in entry["evaluations"]]
    assert any(varies) == (optimizers.get(name).method.counts and one.stopped_at > 0)
    if not any(varies):
        assert entry["evaluations"] == list(one.price)


def test_the_average_follows_its_runner() -> None:
    averaged = optimizers.average("uniform", burn_in=20)
    race = replace(build_race(), lanes=(Lane("sgd"), Lane("momentum", average=averaged), Lane("adam")))
    answer, (_, one, _), ground = ask(build_message(race, origin=(0.5, 1.0))), run(race), race.build_landscape()
    assert [average is not None for average in answer.averages] == [False, True, False]
    average = answer.averages[1]
    assert average is not None
    assert one.average is not None
    np.testing.assert_array_equal(average[:, :2], (one.average - (0.5, 1.0)).astype(np.float32))
    np.testing.assert_array_equal(average[:, 2], (ground.value(*one.average.T) - ground.infimum).astype(np.float32))


def test_subtracting_comes_before_rounding() -> None:
    """Far from zero, float32 alone would represent a path in steps of 8."""
    race = Race("quadratic", (Lane("sgd", (("lr", 1e-3),)),), (9e7, 1e7), (("condition", 100.0), ("angle", 0.0)), 50)
    (numbers,) = ask(build_message(race, origin=race.start)).lanes
    (one,) = run(race)
    assert np.allclose(numbers[:, :2], one.path - race.start, rtol=1e-7)
    assert numbers[0, 0] == 0


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 100, 499, 500, 501, 720])
def test_thinning_keeps_the_first_and_the_last(rows: int) -> None:
    race = build_race()
    answer = ask(build_message(race, rows=rows))
    for entry, numbers, one in zip(answer.header["lanes"], answer.lanes, run(race), strict=True):
        whole, every = expected(race.build_landscape(), one, (0, 0)), entry["every"]
        assert len(numbers) <= max(rows, 2)
        assert np.array_equal(numbers[:-1], whole[:-1:every])
        assert np.array_equal(numbers[-1], whole[-1])
        if every > 1:
            assert len(whole) > rows
            assert 1 + math.ceil(one.stopped_at / (every - 1)) > rows  # a smaller step would exceed the maximum


def test_no_steps_and_no_lanes() -> None:
    answer = ask(build_message(build_race(steps=0), rows=1))
    assert [len(numbers) for numbers in answer.lanes] == [1] * len(LANES)
    assert ask(build_message(build_race(lanes=()))).lanes == []


def test_most_steps_of_all() -> None:
    answer = ask(build_message(build_race(steps=20_000, lanes=(Lane("sgd", (("lr", 1e-9),)),))))
    assert [len(numbers) for numbers in answer.lanes] == [20_001]


@pytest.mark.parametrize("name", landscapes.names())
def test_an_answer_is_small(name: str) -> None:
    plain = build_message(build_race(name), rows=720, language="zh-TW")
    assert len(respond(request(plain))) <= 64_000


@pytest.mark.parametrize("name", landscapes.names())
def test_the_surface(name: str) -> None:
    window = [-1.25, 3.5, -0.5, 2.0]
    answer = ask(build_message(build_race(name, 3), surface={"window": window, "columns": 31, "rows": 17}))
    assert answer.surface is not None
    assert answer.header["surface"] == {"window": window, "columns": 31, "rows": 17}
    ground = landscapes.get(name)
    for column, row in ((0, 0), (30, 0), (0, 16), (30, 16), (15, 8)):
        above = ground.value(window[0] + 4.75 * column / 30, window[2] + 2.5 * row / 16) - ground.infimum
        assert answer.surface[row, column] == pytest.approx(above, rel=1e-5, abs=1e-12)


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
def test_an_invalid_window_is_the_whole_map(surface: dict[str, Any]) -> None:
    answer = ask({"surface": surface})
    assert answer.header["surface"] == {"window": [-2, 2, -1, 3], "columns": FINEST, "rows": FINEST}


def test_a_surface_has_two_rows_and_columns_at_least() -> None:
    assert ask({"surface": {"columns": -5, "rows": 0}}).header["surface"]["columns"] == 2


def test_what_is_too_large_for_float32_is_infinite() -> None:
    lane = Lane("sgd", (("lr", 1e-4),))
    race = Race("beale", (lane,), (1e8, 1e8), steps=5)
    answer = ask(build_message(race, surface={"window": [-1e8, 1e8, -1e8, 1e8], "columns": 9, "rows": 9}))
    assert answer.surface is not None
    assert answer.lanes[0][0, 2] == answer.surface[0, 0] == np.inf
    assert answer.header["lanes"][0]["outcome"] == "diverged"


def test_minima_at_infinity_are_left_out() -> None:
    answer = ask({"race": {"landscape": "rosenbrock", "values": {"a": 1e300}, "steps": 5}})
    assert answer.header["minima"] == []


@settings(max_examples=30)
@given(parsed_races(most_steps=300), st.integers(1, 400))
def test_any_race_is_answered_and_twice_with_the_same_bytes(parsed: ParsedRace, rows: int) -> None:
    plain = {"race": stage_data(parsed), "rows": rows, "surface": {"columns": 4, "rows": 3}}
    first = respond(request(plain))
    assert parse_answer(first).header["problems"] == []
    assert respond(request(plain)) == first


@settings(max_examples=30)
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
def test_an_invalid_race_is_answered_with_the_default_one(text: str | bytes) -> None:
    answer = ask(text)
    assert answer.header["problems"] == [NOTHING.text]
    assert len(answer.lanes) == len(fallback_race().race.lanes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_problems_are_in_the_language_of_the_message(language: str) -> None:
    problems = ask({"language": language, "race": {"steps": -1, "landscape": "nope"}}).header["problems"]
    english = ask({"race": {"steps": -1, "landscape": "nope"}}).header["problems"]
    assert len(problems) == 2
    assert (problems == english) == (language == "en")
    assert ask({"language": language, "race": 3}).header["problems"] == [NOTHING.translate(translator(language))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("subject", ["", *OPTIONS])
def test_runners_have_the_names_that_the_words_on_a_page_have(subject: str, language: str) -> None:
    lanes = (
        Lane("sgd"),
        Lane("sgd", clip=optimizers.clip("norm", 1.0), average=optimizers.average("ema")),
        Lane("sgd"),
    )
    race, _ = build_race(steps=3, lanes=lanes), translator(language)
    header = ask(build_message(race, subject=subject, language=language)).header
    assert [lane["name"] for lane in header["lanes"]] == summary.names(race, _, subject)
    assert [lane["nameWithout"] for lane in header["lanes"]] == summary.names_without(race, _, subject)


@pytest.mark.parametrize("subject", ["nope", None, 3, ["clip"], {"clip": 1}])
def test_an_invalid_subject_is_none(subject: Any) -> None:
    race = build_race(steps=3)
    lanes = ask(build_message(race, subject=subject)).header["lanes"]
    assert [lane["name"] for lane in lanes] == summary.names(race, translator("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_a_run_ended_is_in_the_language_of_the_message(language: str) -> None:
    race = build_race(steps=60)
    phrases = [lane["phrase"] for lane in ask(build_message(race, language=language)).header["lanes"]]
    assert phrases == [summary.phrase(one, translator(language)) for one in run(race)]


@pytest.mark.parametrize("language", ["de", "", None, 3, ["en"], {"en": 1}, "../zh_TW"])
def test_an_invalid_language_is_english(language: Any) -> None:
    assert ask({"language": language, "race": 3}).header["problems"] == [NOTHING.text]


@pytest.mark.parametrize(
    ("message_id", "returned"),
    [(5, 5), (2**53 - 1, 2**53 - 1), (10**400, None), (None, None), ("x", None), (1.5, None)],
)
def test_the_number_of_a_message_comes_back(message_id: Any, returned: int | None) -> None:
    assert ask({"id": message_id}).header["id"] == returned


@pytest.mark.parametrize("origin", [None, 3, [1], [1, 2, 3], ["x", 1], [math.nan, 0], [1e9, 0], {"0": 1}])
def test_an_invalid_origin_is_zero(origin: Any) -> None:
    assert ask({"origin": origin}).header["origin"] == [0, 0]


@pytest.mark.parametrize("depth", [100, 900, 980, 1000, 1020, 1030, 5000])
def test_lists_in_lists_are_read(depth: int) -> None:
    result = parse_request('{"race": {"start": [0.5, 1], "lanes": ' + "[" * depth + "]" * depth + "}}")
    assert result.parsed.race.lanes == fallback_race().race.lanes
    assert result.parsed.problems
    again = pickle.loads(result.pack())
    assert again.parsed.race.lanes == result.parsed.race.lanes
    assert again.parsed.problems


def test_quick_requests_take_a_millisecond() -> None:
    steps, dissection = QUICK // len(LANES), STEP.quick // len(LANES)
    lanes: list[Any] = [{}] * len(LANES)
    cars = {"landscape": "linear_regression", "noise": {"kind": "minibatch", "values": {"batch": 8}}}
    for quick, slow in [
        ({}, {"surface": {}}),
        (None, {"heat": {}}),
        ({"race": {"lanes": lanes, "steps": steps}}, {"race": {"lanes": lanes, "steps": steps + 1}}),
        ({"race": {"steps": "nonsense", "lanes": "none"}}, {"race": {"steps": str(QUICK)}}),
        (
            {"race": {"lanes": lanes, "steps": dissection}, "dissect": {}},
            {"race": {"lanes": lanes, "steps": steps}, "dissect": {}},
        ),
        ({"race": {**cars, "steps": steps // 8}}, {"race": {**cars, "steps": 200}}),
        ({"race": {"lanes": [], "steps": 20_000}}, {"seeds": {"count": 2}}),
        ({"race": []}, {"bands": {}}),
    ]:
        assert request(quick).is_quick
        assert not parse_request(json.dumps(slow).encode()).is_quick
    for invalid in ("[]", "{", "[]" + " " * LONGEST_MESSAGE):
        assert parse_request(invalid).is_quick  # the default race is shown


# Input and output of clipping.

CLIPS = [
    None,
    *(optimizers.clip(kind, 0.7, applied=applied) for kind in optimizers.CLIPS for applied in ("gradient", "step")),
]


@pytest.mark.parametrize("rows", [501, 40])
def test_clipping_is_that_of_the_run(rows: int) -> None:
    momentum = ("lr", 0.002), ("momentum", 0.9)
    lanes = tuple(Lane("momentum", momentum, clip=clip) for clip in CLIPS)
    race = build_race(lanes=lanes, noise=optimizers.noise("gaussian", 0.5))
    answer = ask(build_message(race, clipping=True, rows=rows))
    for entry, counts, vectors, lane, one in zip(
        answer.header["lanes"], answer.header["clipping"], answer.clipping, lanes, run(race), strict=True
    ):
        k = np.minimum(np.arange(entry["rows"]) * entry["every"], one.stopped_at)
        step = np.minimum(k, one.stopped_at - 1)
        raw = one.unclipped[step]
        used = lane.clip.of(raw) if lane.clip else raw
        assert np.array_equal(vectors, np.column_stack([raw, used]).astype(np.float32))
        assert counts == [int(one.clipped[:i].sum()) for i in k]
        assert bool(counts[-1]) == bool(lane.clip)


def test_clipping_is_sent_only_on_request() -> None:
    for no in (False, 1, "true", None):
        assert ask(build_message(build_race(), clipping=no)).clipping == []
    (vectors, *_) = ask(build_message(build_race(steps=0), clipping=True)).clipping
    assert vectors.shape == (1, 4)


# Many seeds.

AVERAGED = (
    Lane("sgd", (("lr", 0.3),), average=optimizers.average("uniform", burn_in=10)),
    Lane("sgd", (("lr", 0.3),), average=optimizers.average("ema", decay=0.9)),
    Lane("momentum", (("lr", 0.2), ("momentum", 0.5))),
    Lane("adam", (("lr", 0.1),), average=optimizers.average("ema", decay=0.9)),
)
BOWL = (("condition", 4.0), ("angle", 30.0))


def noisy(**changes: Any) -> Race:
    noise = optimizers.noise("gaussian", 0.3)
    return Race(
        **{
            "landscape": "quadratic",
            "lanes": AVERAGED,
            "start": (-3.0, 2.0),
            "values": BOWL,
            "steps": 200,
            "noise": noise,
            "seed": 5,
            **changes,
        }
    )


def moments(spread: Any, average: bool, origin: tuple[float, float]) -> Floats:
    mean, covariance = spread.mean, spread.covariance
    if average:
        mean, covariance = spread.average_mean, spread.average_covariance
    columns = [*(mean - origin).T, covariance[:, 0, 0], covariance[:, 0, 1], covariance[:, 1, 1]]
    return np.stack(columns, 1).astype(np.float32)


def test_many_seeds_are_those_of_the_optimizers() -> None:
    race, origin = noisy(), (0.5, -1.0)
    answer = ask(build_message(race, seeds={"count": 9, "fan": 4, "points": 20}, origin=origin))
    header, infimum = answer.header["seeds"], race.build_landscape().infimum
    assert (header["count"], header["fan"], header["theory"], header["lost"]) == (9, 4, "exact", 0)
    assert header["constant"] == optimizers.one_over_k(race, 0)
    seen: set[str] = set()
    for lane, blocks in enumerate(answer.many):
        many = optimizers.seeds(race, lane, 9, 20)
        theory = optimizers.predicted(race, lane, many.steps)
        assert header["steps"] == many.steps.tolist()
        averaged, alone = many.average is not None, AVERAGED[lane].optimizer not in seen
        seen.add(AVERAGED[lane].optimizer)
        assert len(blocks["band"]) == alone + averaged
        assert ("theory" in blocks) == (theory is not None)
        kept = [average for average, there in ((False, alone), (True, averaged)) if there]
        for kind, average in enumerate(kept):
            points = many.average if average else many.path
            assert np.array_equal(blocks["fan"][kind], (points[:4] - origin).astype(np.float32))
            assert np.array_equal(blocks["ends"][kind], (points[:, -1] - origin).astype(np.float32))
            band = [*many.quantiles((0.1, 0.5, 0.9), average), many.mean_loss(average)]
            assert np.array_equal(blocks["band"][kind], (np.stack(band, 1) - infimum).astype(np.float32))
            assert np.array_equal(blocks["spread"][kind], moments(many.spread(), average, origin))
            if theory:
                assert np.array_equal(blocks["theory"][kind], moments(theory, average, origin))


def test_one_seed_has_no_fan_and_no_spread() -> None:
    answer = ask(build_message(noisy(), seeds={"count": 1, "fan": 24}))
    assert answer.header["seeds"]["fan"] == 0
    for blocks in answer.many:
        assert np.isnan(blocks["spread"]).all()
        assert np.isfinite(blocks["band"]).all()


def test_where_theory_is_near_or_none() -> None:
    curved = noisy(landscape="rosenbrock", values=(("a", 1.0), ("b", 10.0)))
    assert ask(build_message(curved, seeds={"count": 2})).header["seeds"]["theory"] == "near"
    for race in (
        noisy(lanes=AVERAGED[3:]),
        noisy(noise=optimizers.noise("student", 0.3, freedom=1.5)),
        noisy(noise=optimizers.noise("gaussian", 1e200)),
        noisy(lanes=()),
    ):
        header = ask(build_message(race, seeds={"count": 2})).header["seeds"]
        assert (header["theory"], header["constant"]) == ("none", None)


def test_diverged_seeds_are_counted() -> None:
    lane = Lane("sgd", (("lr", 2.01),))
    header = ask(
        build_message(noisy(lanes=(lane,), values=(("condition", 1.0), ("angle", 0.0)), steps=5000), seeds={"count": 7})
    ).header
    assert header["seeds"]["lost"] == 7


@pytest.mark.parametrize(
    ("lanes", "steps"), [(1, MOST_STEPS), (MOST_LANES, MOST_STEPS), (MOST_LANES, 300), (1, 1), (2, 0)]
)
def test_seeds_are_as_many_as_there_is_room_for(lanes: int, steps: int) -> None:
    race = noisy(lanes=(Lane("sgd", (("lr", 0.3),)),) * lanes, steps=steps)
    plain = build_message(race, seeds={"count": 10**9, "fan": 10**9, "points": 10**9}, rows=2)
    data = respond(request(plain))
    answer = parse_answer(data)
    header = answer.header["seeds"]
    assert header["count"] * lanes * steps <= fans.MOST_STEPS
    assert header["count"] == MOST_SEEDS or (header["count"] + 1) * lanes * steps > fans.MOST_STEPS
    assert header["fan"] <= 128
    assert len(header["steps"]) <= 256
    assert len(data) < 5_000_000
    problems = [f"With this many steps, at most {header['count']} seeds fit."] if header["count"] < MOST_SEEDS else []
    assert answer.header["problems"] == problems


# Dissection of one step.


def dissection(race: Race, **query: Any) -> Any:
    language = query.pop("language", "en")
    return ask(build_message(race, dissect=query, language=language)).header["dissect"]


@pytest.mark.parametrize("name", optimizers.names())
def test_every_dissection_is_that_of_the_optimizers(name: str) -> None:
    race = build_race(lanes=(Lane("sgd"), opening("rosenbrock").lanes[0], Lane(name)), steps=12)
    (*_, one), ground, optimizer = run(race), race.build_landscape(), race.lanes[2].build_optimizer()
    for k in range(one.stopped_at):
        result, step = dissection(race, lane=2, step=k), optimizers.dissect(ground, optimizer, one, k)
        assert (result["lane"], result["step"], result["optimizer"]) == (2, k, name)
        assert result["at"] == one.path[k].tolist()
        assert [(part["term"], part["adds"]) for part in result["parts"]] == [
            (part.term, part.adds) for part in step.parts
        ]
        for entry, part in zip(result["parts"], step.parts, strict=True):
            shape = json.loads(json.dumps(part.shape._asdict()))
            assert entry["shape"]["kind"] == type(part.shape).__name__.lower()
            assert {**entry["shape"], **shape} == entry["shape"]
        changes = ("slope", "curvature", "predicted", "real")
        assert [result[name] for name in changes] == [getattr(step, name) for name in changes]
        assert result["curvatureWins"] == step.curvature_wins


@pytest.mark.parametrize("name", optimizers.names())
def test_captions_are_in_every_language_and_without_blanks(name: str) -> None:
    method, _family = optimizers.methods()[name]
    clip = optimizers.clip("norm", 1e-3, applied="step" if method.has_rate else "gradient")
    race = build_race(lanes=(Lane(name), Lane(name, clip=clip)), steps=4)
    for lane in range(2):
        captions_by_language = [
            [part["caption"] for part in dissection(race, lane=lane, step=2, language=language)["parts"]]
            for language in LANGUAGES
        ]
        assert not [
            caption for captions in captions_by_language for caption in captions if "{" in caption or "}" in caption
        ]
        for english, *others in zip(*captions_by_language, strict=True):
            assert english not in others
        assert len(set(map(tuple, captions_by_language))) == len(LANGUAGES)


def test_the_loss_along_a_line_search() -> None:
    race = build_race(lanes=(Lane("steepest_descent"),), steps=3)
    (search,) = (part["shape"] for part in dissection(race, step=1)["parts"] if part["shape"]["kind"] == "search")
    ground = race.build_landscape()
    way = np.linspace(0, search["most"], len(search["losses"]))[:, None] * search["direction"] + search["origin"]
    np.testing.assert_allclose(search["losses"], ground.value(*way.T) - ground.infimum, rtol=1e-12)
    assert search["most"] == 2 * search["taken"]


def test_a_step_out_of_range_is_the_nearest_or_none() -> None:
    race = build_race(steps=7)
    for step, nearest in ((-3, 0), (7, 6), (1e300, 6), (None, 0), ("x", 0), (math.nan, 0), (2.9, 2), ([1], 0)):
        assert dissection(race, step=step)["step"] == nearest
    for lane, nearest in ((-1, 0), (5, 0), (4, 4), (10**400, 0), ("x", 0), (None, 0), (True, 0)):
        assert dissection(race, lane=lane)["lane"] == nearest
    assert dissection(build_race(steps=0)) is None
    assert dissection(build_race(lanes=())) is None
    for no in (None, 3, [], "x"):
        assert "dissect" not in ask(build_message(race, dissect=no)).header


def test_a_step_that_overflows_is_none_or_without_infinite_numbers() -> None:
    for lr in (1e300, MOST_FLOAT):
        race = build_race(lanes=(Lane("sgd", (("lr", lr),)), Lane("adam", (("lr", lr),))), steps=3)
        for lane in range(2):
            dissection(race, lane=lane)


@settings(max_examples=30)
@given(parsed_races(most_steps=60), st.integers(0, 60), st.integers(0, 9), st.sampled_from(list(LANGUAGES)))
def test_any_race_is_answered_with_everything_a_page_may_ask(
    parsed: ParsedRace, step: int, lane: int, language: str
) -> None:
    plain = {"race": stage_data(parsed), "rows": 50, "clipping": True, "language": language}
    answer = parse_answer(respond(request({**plain, "dissect": {"lane": lane, "step": step}})))
    assert len(answer.clipping) == len(parsed.race.lanes)
    assert "{" not in "".join(part["caption"] for part in (answer.header["dissect"] or {"parts": []})["parts"])
    many = {**plain, "seeds": {"count": 3, "fan": 2, "points": 9}}
    assert len(parse_answer(respond(request(many))).many) == len(parsed.race.lanes)


@settings(max_examples=30)
@given(foreign, foreign, foreign)
def test_any_query_of_a_page_is_answered(one: Any, other: Any, third: Any) -> None:
    race = {"steps": 9}
    ask({"race": race, "clipping": one, "seeds": {"count": other, "fan": third, "points": one}, "dissect": third})
    ask(
        {
            "race": race,
            "clipping": True,
            "seeds": {"count": 2, "fan": one, "points": other},
            "dissect": {"lane": one, "step": third},
        }
    )


# Other settings: the heat map and the bands.

HEATS = [
    ("rosenbrock", "momentum", "lr momentum"),
    ("rosenbrock", "adam", "beta1 lr"),
    ("quadratic", "sgd", "condition angle"),
    ("monkey_saddle", "sgd", "lr c"),
    ("cosine_ripples", "momentum", "c lr"),
    ("deep_chain", "sgd", "layers x"),
    ("himmelblau", "newton", "x y"),
    ("himmelblau", "lbfgs", "memory y"),
]


@pytest.mark.parametrize(("landscape", "optimizer", "names"), HEATS)
@pytest.mark.parametrize("scale", [0.0, 0.05])
def test_a_cell_is_a_run_on_its_own_landscape(landscape: str, optimizer: str, names: str, scale: float) -> None:
    race = build_race(landscape, 40, lanes=(Lane("sgd"), Lane(optimizer)), noise=optimizers.noise("gaussian", scale))
    answer = ask(build_message(race, heat={"lane": 1, "axes": names, "columns": 4, "rows": 3}))
    header = answer.header["heat"]
    assert [axis["name"] for axis in header["axes"]] == names.split()
    assert answer.heat is not None
    across, up = (axis["values"] for axis in header["axes"])
    for (i, v), (j, u) in itertools.product(enumerate(up), enumerate(across)):
        one = with_value(with_value(race, 1, names.split()[0], u), 1, names.split()[1], v)
        (_, ran), ground = run(one), one.build_landscape()
        above = ran.loss - ground.infimum
        end = np.inf if ran.outcome == "diverged" else above[-1]
        assert answer.heat[0, i, j] == np.float32(end)
        near = np.flatnonzero(above <= TOLERANCE * height(race))
        assert answer.heat[1, i, j] == near[0] if len(near) else np.isnan(answer.heat[1, i, j])


@pytest.mark.parametrize("scale", [0.0, 0.3])
def test_a_band_is_the_quantiles_of_runs(scale: float) -> None:
    race = noisy(lanes=(Lane("sgd"), Lane("newton"), Lane("adam")), noise=optimizers.noise("gaussian", scale))
    answer = ask(build_message(race, bands={"points": 7}))
    assert [band["lane"] for band in answer.header["bands"]] == [0, 2]
    for band, curve in zip(answer.header["bands"], answer.bands, strict=True):
        lane, works = band["lane"], 0
        for lr, quantiles in zip(band["rates"], curve, strict=True):
            one = with_value(race, lane, "lr", lr)
            seeds = range(race.seed, race.seed + (SEEDS if scale else 1))
            ran = [run(replace(one, seed=seed))[lane] for seed in seeds]
            infimum = one.build_landscape().infimum
            ends = sorted(math.inf if it.outcome == "diverged" else float(it.loss[-1]) - infimum for it in ran)
            low, middle, high = (ends[math.ceil(share * len(ends)) - 1] for share in (0.1, 0.5, 0.9))
            assert quantiles.tolist() == [np.float32(end) for end in (low, middle, high)]
            works += middle <= WORKS * height(race)
        assert band["decades"] == pytest.approx(works / 7 * math.log10(band["rates"][-1] / band["rates"][0]), abs=1e-3)


def test_axes_that_a_runner_does_not_have_are_its_first_two() -> None:
    race = build_race(lanes=(Lane("sgd"), Lane("newton"), Lane("adam")), steps=5)
    for lane, named in itertools.product(range(3), ("", "lr", "lr lr", "x x x", "beta1 zz", None, 3, ["lr", "a"])):
        header = ask(build_message(race, heat={"lane": lane, "axes": named, "columns": 2, "rows": 2})).header["heat"]
        assert [axis["name"] for axis in header["axes"]] == list(axes(race, lane))[:2]
    header = ask(build_message(race, heat={"lane": 1, "axes": "lr momentum"})).header["heat"]
    assert "momentum" not in [axis["name"] for axis in header["axes"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_heat_map_names_all_that_may_be_an_axis(language: str) -> None:
    race, _ = build_race("quadratic", 3, lanes=(Lane("momentum"), Lane("newton"))), translator(language)
    for lane, asked in itertools.product(range(2), ("", "condition y", "y lr")):
        query = {"lane": lane, "axes": asked, "columns": 2, "rows": 2}
        header = ask(build_message(race, heat=query, language=language)).header["heat"]
        assert header["choices"] == [[name, axis_label(one, _)] for name, one in axes(race, lane).items()]
        assert [axis["name"] for axis in header["axes"]] == list(choose_axes(race, lane, asked))
        for axis in header["axes"]:
            assert axis["coordinate"] == {"x": 0, "y": 1}.get(axis["name"])
    assert len({label for _name, label in header["choices"]}) == len(header["choices"])


def test_no_script_says_what_may_be_an_axis() -> None:
    text = "".join(file.read_text("utf-8") for file in (PAGES_FOLDER / "tune").glob("*.js"))
    assert not re.search(r"hyperparameters|parameters|'[xy]'", text)


@pytest.mark.parametrize(("step", "times"), [(2e-7, 1), (1.5e-6, 2), (4e-5, 64)])
@pytest.mark.parametrize(("start", "few"), [((0.0, 0.0), True), ((5.0, 5.0), False)])
def test_a_run_that_ends_at_once_says_how_long_a_step_takes(
    step: float, times: float, start: tuple[float, float], few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    race, clock = Race("himmelblau", (Lane("newton" if few else "sgd", {"lr": 0.5 if few else 1e-4}),), start), [0.0]

    def timed(one: Race) -> tuple[Trajectory, ...]:
        trajectories = run(one)
        clock[0] += 4e-4 + step * sum(trajectory.stopped_at for trajectory in trajectories)
        return trajectories

    monkeypatch.setattr("pages.server.pace.run", timed)
    monkeypatch.setattr("pages.server.pace.time.thread_time", lambda: clock[0])
    slowness.cache_clear()
    result = slowness(race)
    slowness.cache_clear()
    assert (run(race)[0].stopped_at < 60) is few
    assert times / 2 <= result <= times


@pytest.mark.parametrize("steps", slow_where(bool, [0, 300, MOST_STEPS]))
def test_what_a_heat_map_bands_and_basins_cost_is_bounded(steps: int) -> None:
    lanes = (Lane("sgd", (("lr", 1e-9),)),) * MOST_LANES
    race = build_race("mountain", steps, lanes=lanes)
    for names in ("lr x", "c0 c1"):
        answer = ask(build_message(race, rows=2, heat={"axes": names, "columns": 1e9, "rows": 1e9}))
        assert answer.heat is not None
        cells = answer.heat[0].size
        assert cells * steps <= MOST_RUN
        assert cells <= (MOST_LANDSCAPES if "c0" in names else FINEST_HEAT**2)
    bands = ask(build_message(race, rows=2, bands={"points": 1e9})).bands
    assert len(bands) == MOST_LANES
    assert len(bands[0]) * MOST_LANES * steps <= MOST_RUN
    for query in ({}, {"from": 3}, {"from": 0, "to": 1e9}, {"from": 1e9}):
        answer = ask(build_message(race, rows=2, basins=query))
        header, size = answer.header["basins"], answer.basins[0][0].size
        assert size <= MOST_CELLS
        assert 2 * size * steps <= MOST_RUN or header["to"] == header["from"] + 1
        assert header["from"] < header["to"] <= header["rows"] <= FINEST_BASINS
        assert "from" in query or header["to"] == header["rows"]


# Basins.


def bytes_of_run(ground: landscapes.Landscape, one: Trajectory, steps: int) -> list[int]:
    """The two bytes of a run."""
    others = {"maximum": MAXIMUM, "stalled": STALLED, "diverged": DIVERGED, "out_of_steps": OUT, "no_step": NO_STEP}
    if one.outcome == "saddle":
        dissection = [math.hypot(*(one.path[-1] - point)) for point in np.array(ground.saddles)]
        end = FIRST_SADDLE + int(np.argmin(dissection)) if dissection and min(dissection) < 1e-3 else SADDLE
    elif one.outcome == "converged":
        end = ELSEWHERE if one.minimum is None else one.minimum
    else:
        end = others[one.outcome]
    return [end, round(255 * math.log1p(one.stopped_at) / math.log1p(max(steps, 1)))]


@pytest.mark.parametrize(
    ("landscape", "lane", "steps", "seen"),
    [
        ("himmelblau", Lane("newton"), 60, {0, 1, 2, 3, FIRST_SADDLE, MAXIMUM}),
        ("himmelblau", Lane("sgd", (("lr", 0.015),)), 100, {0, 1, OUT}),
        ("himmelblau", Lane("sgd", (("lr", 0.1),)), 100, {DIVERGED}),
        ("saddle", Lane("newton"), 60, {FIRST_SADDLE}),
        ("zero_one_loss", Lane("sgd"), 30, {STALLED}),
        ("rosenbrock", Lane("adam", (("lr", 0.05),)), 0, {OUT}),
    ],
)
def test_basins_are_where_single_runs_end(landscape: str, lane: Lane, steps: int, seen: set[int]) -> None:
    race = build_race(landscape, steps, lanes=(lane, Lane("momentum"), Lane("adam")))
    ground = race.build_landscape()
    answer = ask(build_message(race, basins={"columns": 13, "rows": 11}))
    header = answer.header["basins"]
    assert (header["columns"], header["rows"], header["from"], header["to"], header["lanes"]) == (13, 11, 0, 11, 2)
    assert seen <= set(answer.basins[0][0].ravel().tolist())
    x, y = (np.linspace(*side, count) for side, count in zip(ground.domain, (13, 11), strict=True))
    for (i, v), (j, u) in itertools.product(enumerate(y), enumerate(x)):
        for bytes_of, one in zip(answer.basins, run(replace(race, start=(u, v))), strict=False):
            assert bytes_of[:, i, j].tolist() == bytes_of_run(ground, one, steps)


def test_basins_say_the_codes_of_their_ends() -> None:
    for query in ({"columns": 5, "rows": 3}, {"columns": 5, "rows": 3, "from": 1}):
        codes = ask(build_message(build_race(steps=3), basins=query)).header["basins"]["codes"]
        assert codes.keys() == {"first_saddle", "elsewhere", *optimizers.OUTCOMES} - {"converged"}
        assert len(set(codes.values())) == len(codes)
        assert codes["first_saddle"] == FIRST_SADDLE
        assert all(FIRST_SADDLE <= code <= 255 for code in codes.values())
        assert (codes["saddle"], codes["elsewhere"], codes["out_of_steps"]) == (SADDLE, ELSEWHERE, OUT)


def test_no_script_says_the_codes_of_ends() -> None:
    text = "".join(file.read_text("utf-8") for file in (PAGES_FOLDER / "basins").glob("*.js"))
    assert not {str(code) for code in CODES.values()} - {"255"} & set(re.findall(r"\d+", text))


def test_strips_are_pieces_of_the_whole() -> None:
    race, window = build_race("himmelblau", 80), [-1.0, 4.5, -2.0, 3.0]
    whole = ask(build_message(race, basins={"window": window, "columns": 20, "rows": 9})).basins
    strips = [
        ask(build_message(race, basins={"window": window, "columns": 20, "rows": 9, "from": i, "to": i + 3})).basins
        for i in (0, 3, 6)
    ]
    for lane in range(2):
        assert np.array_equal(np.concatenate([strip[lane] for strip in strips], axis=1), whole[lane])


def test_basins_of_one_runner_and_of_none() -> None:
    for lanes in ((), (Lane("sgd"),)):
        answer = ask(
            build_message(build_race(lanes=lanes, steps=9), basins={"columns": 5, "rows": 3}, heat={}, bands={})
        )
        assert answer.header["basins"]["lanes"] == len(answer.basins) == len(answer.bands) == len(lanes)
        assert ("heat" in answer.header) == bool(lanes)


@pytest.mark.slow
@settings(max_examples=30)
@given(parsed_races(most_steps=60), st.integers(0, 9))
def test_any_race_has_a_heat_map_bands_and_basins(parsed: ParsedRace, lane: int) -> None:
    size = {"columns": 3, "rows": 2}
    plain = {
        "race": stage_data(parsed),
        "rows": 9,
        "heat": {"lane": lane, **size},
        "bands": {"points": 3},
        "basins": size,
    }
    answer = parse_answer(respond(request(plain)))
    assert (answer.heat is None) == (not parsed.race.lanes)
    assert len(answer.basins) == min(len(parsed.race.lanes), 2)


@pytest.mark.slow
@settings(max_examples=30)
@given(foreign, foreign, foreign)
def test_any_query_of_other_settings_and_starts_is_answered(one: Any, other: Any, third: Any) -> None:
    race = {"steps": 2}
    ask({"race": race, "rows": 2, "heat": one, "bands": other, "basins": third})
    size = {"columns": 2, "rows": 2}
    ask(
        {
            "race": race,
            "heat": {"lane": one, "axes": other, **size},
            "bands": {"points": third},
            "basins": {"window": one, "from": other, "to": third, **size},
        }
    )
    ask({"race": race, "rows": 2, "heat": {**size, "columns": one}, "basins": {**size, "rows": other, "from": third}})
