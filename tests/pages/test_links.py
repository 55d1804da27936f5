"""A link is the whole state: written and read again it is equal to the last bit, and invalid links are handled."""

from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import optimizers
from optimizers import Lane, Race
from pages.protocol import links
from pages.protocol.fields import View
from pages.protocol.opening import ZERO_NOISE, opening
from pages.protocol.parsing import ParsedRace, parse_race
from pages.words import translator
from tests.pages.races import MOST, bits, parsed_races
from tests.pages.test_parsing import check

USUAL = ParsedRace(opening("rosenbrock"))
OTHER = ParsedRace(opening("saddle"), View("same", at=5, mode="3d", chosen=1))


SET = (optimizers.schedule("linear", final=0.0), optimizers.clip("value", 0.1), optimizers.average("ema", decay=1 / 3))
TINY = optimizers.noise("gaussian", 5e-324)
HEAVY = optimizers.noise("student", 0.1, freedom=1.5)


def as_lists(query: dict[str, str | list[str]]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in query.items()}


@pytest.mark.slow
@given(parsed_races())
@example(
    ParsedRace(Race("saddle", (), (-0.0, 5e-324), (("c", 0.25),), 0, optimizers.noise("gaussian", 5e-324), 2**53 - 1))
)
@example(
    ParsedRace(Race("saddle", (Lane("sgd", (("lr", MOST),), False),), (1e8, -1e8), (("c", 0.25),), 300, ZERO_NOISE))
)
@example(ParsedRace(Race("saddle", (Lane("sgd", (("lr", 0.1),), True, *SET),), (0.0, 0.0), (("c", 0.25),), 300, HEAVY)))
def test_a_link_says_everything(parsed: ParsedRace) -> None:
    query = links.to_query(parsed)
    browser = parse_qs(urlencode(query, doseq=True), keep_blank_values=True, strict_parsing=True)
    for link_query in (as_lists(query), browser):
        for usual in (USUAL, OTHER):
            again = parse_race(links.query_to_dict(link_query), usual)
            assert not again.problems
            assert bits(again) == bits(parsed)


def test_the_text_of_a_link() -> None:
    lane = Lane("sgd", (("lr", 0.001),), False, clip=optimizers.clip("norm", 2.0))
    race = Race("rosenbrock", (lane,), (-1.5, 2.3), (("a", 1.0), ("b", 100.0)), 300, ZERO_NOISE)
    assert urlencode(links.to_query(ParsedRace(race, View(at=7, window=(0.0, 1.0, -1.0, 1.5)))), doseq=True) == (
        "landscape=rosenbrock+a+1.0+b+100.0&lane=hidden+sgd+lr+0.001+clip+norm+threshold+2.0+applied+0.0&start=-1.5+2.3&steps=300"
        "&noise=gaussian+scale+0.0&seed=0&rule=own&at=7&window=0.0+1.0+-1.0+1.5"
    )


NAMES = ["landscape", "lane", "start", "steps", "noise", "seed", "rule", "at", "view", "window", "runner", "x", ""]
WORDS = [
    "",
    " ",
    "+",
    "adam",
    "hidden",
    "hidden adam",
    "none",
    "lr",
    "clip",
    "schedule linear",
    "average ema decay",
    "saddle",
    "1",
    "0",
    "12",
    "nan",
    "-1",
    "9" * 400,
    "\x00",
]
texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=6).map(" ".join)


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(texts, max_size=12)))
def test_no_link_breaks_anything(query: dict[str, list[str]]) -> None:
    check(parse_race(links.query_to_dict(query), USUAL))


@given(st.text(st.sampled_from("&=+%;?# \x00\ud7ffadm19lanestepsrunner,.-e"), max_size=80))
def test_no_address_breaks_anything(text: str) -> None:
    check(parse_race(links.query_to_dict(parse_qs(text, keep_blank_values=True)), USUAL))


@pytest.mark.parametrize(
    ("text", "chosen", "complaints"),
    [
        ("1", 0, 0),
        ("3", 2, 0),
        ("1.0", 0, 0),
        *((text, 0, 1) for text in ("0", "-1", "", "x", "²", "nan", "1.5")),
        *((text, 4, 1) for text in ("6", "12", "23", "123456789", "1e300")),
    ],
)
def test_runners_are_counted_from_one(text: str, chosen: int, complaints: int) -> None:
    parsed = parse_race(links.query_to_dict({"runner": [text]}), USUAL)
    assert (parsed.view.chosen, len(parsed.problems)) == (chosen, complaints)
    assert all("from 1 to 5" in problem.translate(translator("en")) for problem in parsed.problems)


def test_the_last_of_a_repeated_key_counts_and_lanes_add_up() -> None:
    query = {"steps": ["1", "2"], "landscape": ["saddle", "beale"], "lane": ["sgd lr 1", "sgd lr 2"], "start": []}
    race = parse_race(links.query_to_dict(query), USUAL).race
    assert (race.steps, race.landscape, race.start) == (2, "beale", (1.2, 1.4))
    assert [lane.values for lane in race.lanes] == [(("lr", 1.0),), (("lr", 2.0),)]


def test_no_runners_and_wrong_runners() -> None:
    assert parse_race(links.query_to_dict({"lane": ["none"]}), USUAL).race.lanes == ()
    for wrong in (["none", "none"], [""], ["hidden"], ["hidden hidden adam"], ["hidden none"]):
        parsed = parse_race(links.query_to_dict({"lane": wrong}), USUAL)
        assert parsed.race.lanes == USUAL.race.lanes
        assert parsed.problems


def test_a_setting_without_a_value() -> None:
    parsed = parse_race(links.query_to_dict({"lane": ["adam lr"], "landscape": ["rosenbrock b"]}), USUAL)
    assert len(parsed.problems) == 2
    check(parsed)
