"""A message of the race socket, parsed once."""

import json
import pickle
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from optimizers import Race
from pages.protocol.opening import opening
from pages.protocol.parsing import DEFAULT_LANDSCAPE, ParsedRace, parse_race
from pages.server.blocks import blocks
from pages.words import message

LONGEST_MESSAGE = 20_000
QUICK = 5_000  # steps of all runners together, or examples in their batches


@dataclass(frozen=True)
class Request:
    """What is to be answered.

    Attributes:
        given: the message, whose race is `parsed`; everything else in it may still be wrong.
        parsed: its race, and what was wrong with that.
    """

    given: Mapping[Any, Any]
    parsed: ParsedRace

    @property
    def is_quick(self) -> bool:
        """Whether the answer takes about a millisecond."""
        most = [QUICK, *(block.quick for name, block in blocks().items() if name in self.given)]
        return "surface" not in self.given and work(self.parsed.race) <= min(most)

    def pack(self) -> bytes:
        """The request for another process of ours. What is nested too deeply to be packed is no message."""
        try:
            return pickle.dumps(self)
        except RecursionError:
            return pickle.dumps(invalid_request())

    @property
    def replaces(self) -> bool:
        """Whether it drops the request before it, if that is still being answered."""
        return self.given.get("instead") is True


def work(race: Race) -> float:
    """The steps of all runners together, or the examples of all their batches."""
    batch = dict(race.noise.values).get("batch", 1.0) if race.noise else 1.0
    return len(race.lanes) * race.steps * batch


def usual_race() -> ParsedRace:
    """The race that stands in for one that cannot be read."""
    return ParsedRace(opening(DEFAULT_LANDSCAPE))


def invalid_request() -> Request:
    """What a message asks for that cannot be read."""
    problem = message("Invalid link. The default race is shown.")
    return Request({}, ParsedRace(usual_race().race, problems=(problem,)))


def parse_request(text: str | bytes) -> Request:
    """The request of a message. Anything may be wrong with it: then it is about the usual race, and says so."""
    given = _parse_json(text)
    if not isinstance(given, Mapping):
        return invalid_request()
    return Request(given, parse_race(given.get("race"), usual_race(), with_view=False))


def _parse_json(text: str | bytes) -> Any:
    """The JSON of a message, or None if it is none."""
    if len(text) > LONGEST_MESSAGE:
        return None
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(text)
    try:
        return json.loads(text)  # slower, but it knows NaN and whole numbers of any length
    except (ValueError, RecursionError):
        return None
