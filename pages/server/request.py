"""A parsed message of the race socket."""

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
    """A request.

    Attributes:
        query: The message, whose race is `parsed`; all other fields may still be invalid.
        parsed: Its race, and the problems in it.
    """

    query: Mapping[Any, Any]
    parsed: ParsedRace

    @property
    def is_quick(self) -> bool:
        """Whether the answer takes about a millisecond."""
        most = [QUICK, *(block.quick for name, block in blocks().items() if name in self.query)]
        return "surface" not in self.query and work(self.parsed.race) <= min(most)

    def pack(self) -> bytes:
        """The request, pickled for the server process. Data nested too deeply to be pickled is an invalid request."""
        try:
            return pickle.dumps(self)
        except RecursionError:
            return pickle.dumps(invalid_request())

    @property
    def replaces(self) -> bool:
        """Whether it cancels the request before it, if that is still being answered."""
        return self.query.get("instead") is True


def work(race: Race) -> float:
    """The steps of all runners together, or the examples of all their batches."""
    batch = dict(race.noise.values).get("batch", 1.0) if race.noise else 1.0
    return len(race.lanes) * race.steps * batch


def fallback_race() -> ParsedRace:
    """The fallback for a race that cannot be read."""
    return ParsedRace(opening(DEFAULT_LANDSCAPE))


def invalid_request() -> Request:
    """The request of a message that cannot be read."""
    problem = message("Invalid link. The default race is shown.")
    return Request({}, ParsedRace(fallback_race().race, problems=(problem,)))


def parse_request(text: str | bytes) -> Request:
    """The request of a message. Invalid messages get the default race and a problem."""
    query = _parse_json(text)
    if not isinstance(query, Mapping):
        return invalid_request()
    return Request(query, parse_race(query.get("race"), fallback_race(), with_view=False))


def _parse_json(text: str | bytes) -> Any:
    """The JSON of a message, or None if it is invalid."""
    if len(text) > LONGEST_MESSAGE:
        return None
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(text)
    try:
        return json.loads(text)  # slower, but accepts NaN and integers of any length
    except (ValueError, RecursionError):
        return None
