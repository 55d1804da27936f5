"""Parsing of a race from untrusted plain data: the query of a link, or a message of the socket.

Every problem is reported in a sentence and the value replaced by the nearest valid one, so there is always a race.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizers import Race
from pages.protocol.fields import RACE, VIEW, View, fields_to_json, parse_fields
from pages.protocol.kinds import Context
from pages.words import Message, message

DEFAULT_LANDSCAPE = "rosenbrock"
DEFAULT_VIEW = View()


@dataclass(frozen=True)
class ParsedRace:
    """A race and its view, and the problems found while parsing them."""

    race: Race
    view: View = DEFAULT_VIEW
    problems: tuple[Message, ...] = ()


def parse_race(data: Any, fallback: ParsedRace, with_view: bool = True) -> ParsedRace:
    """The race and the view of plain data; missing fields are taken from `fallback`.

    Args:
        data: The data.
        fallback: Fallback for missing fields.
        with_view: Whether the view is parsed too; otherwise it is that of the fallback.
    """
    if not isinstance(data, Mapping):
        return ParsedRace(fallback.race, fallback.view, (message("Invalid link. The default race is shown."),))
    context = Context(fallback.race)
    race, view = Race(**parse_fields(RACE, data, context)), fallback.view
    if with_view:
        view = View(**parse_fields(VIEW, data, Context(fallback.view, context.parsed, context.problems)))
    return ParsedRace(race, view, tuple(context.problems))


def race_to_dict(race: Race) -> dict[str, Any]:
    """A race as plain data, which `parse_race` reads back."""
    return fields_to_json(RACE, race)


def view_to_dict(view: View) -> dict[str, Any]:
    """A view as plain data, which `parse_race` reads back."""
    return fields_to_json(VIEW, view)
