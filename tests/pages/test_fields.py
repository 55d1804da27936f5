"""The table of fields: complete, and consistent in both directions."""

import dataclasses
import json
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings

from optimizers import Lane, Race
from pages.protocol.fields import LANE, RACE, VIEW, Field, View, describe_fields
from pages.protocol.links import query_to_dict, to_query
from pages.protocol.opening import opening
from pages.protocol.parsing import ParsedRace, parse_race, race_to_dict, view_to_dict
from tests.pages.races import bits, parsed_races

USUAL = ParsedRace(opening("saddle"), View("same", at=5, mode="3d", chosen=1))


@pytest.mark.parametrize(("table", "kind"), [(RACE, Race), (LANE, Lane), (VIEW, View)])
def test_the_table_has_every_field(table: tuple[Field, ...], kind: Any) -> None:
    assert sorted(field.name for field in table) == sorted(field.name for field in dataclasses.fields(kind))


def test_a_key_of_a_link_is_one_field_or_consecutive_fields() -> None:
    keys = [field.link_key for table in (RACE, VIEW) for field in table]
    for key in keys:
        first, count = keys.index(key), keys.count(key)
        assert keys[first : first + count] == [key] * count


def from_link(parsed: ParsedRace) -> ParsedRace:
    """The race of the address that a browser writes for it."""
    text = urlencode(to_query(parsed), doseq=True)
    return parse_race(query_to_dict(parse_qs(text, keep_blank_values=True, strict_parsing=True)), USUAL)


def from_json(parsed: ParsedRace) -> ParsedRace:
    """The race of the message that a browser sends for it."""
    text = json.dumps({**race_to_dict(parsed.race), **view_to_dict(parsed.view)})
    return parse_race(json.loads(text), USUAL)


@given(parsed_races())
def test_link_race_json_race_link(parsed: ParsedRace) -> None:
    link = to_query(parsed)
    one = from_link(parsed)
    other = from_json(one)
    assert to_query(other) == link
    assert bits(one) == bits(other) == bits(parsed)
    assert one.problems == other.problems == ()


def test_the_test_above_draws_every_field_with_other_values() -> None:
    """A field that is never drawn would pass untested: draw a new one in tests/pages/races.py."""
    usual = ParsedRace(opening("rosenbrock"))
    drawn = set[str]()

    @settings(derandomize=True, database=None)
    @given(parsed_races())
    def record(parsed: ParsedRace) -> None:
        for table, one, other in ((RACE, parsed.race, usual.race), (VIEW, parsed.view, usual.view)):
            drawn.update(field.name for field in table if getattr(one, field.name) != getattr(other, field.name))

    record()
    assert drawn == {field.name for field in (*RACE, *VIEW)}


def test_the_description_for_the_browser_is_the_table() -> None:
    description = describe_fields()
    assert description["steps"] == {"least": 0, "most": 20_000}
    assert description["rule"] == {"choices": ("own", "same", "default", "tuned")}
    assert description["lanes"] == {"most": 9}
    assert description["price"] == {"least": 0.0, "most": 1000.0}
    json.dumps(description)
