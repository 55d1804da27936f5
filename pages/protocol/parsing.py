"""Parses a race from plain data that anyone may have written: a link's query, a socket's message.

Whatever is wrong is told in a sentence and replaced by the nearest thing that is right, so there is always a race.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizers import Race
from pages.protocol.fields import RACE, VIEW, View, fields_to_json, parse_fields
from pages.protocol.kinds import Context
from pages.words import Message, message

DEFAULT_LANDSCAPE = "rosenbrock"
USUAL_VIEW = View()


@dataclass(frozen=True)
class ParsedRace:
    """A race and how it is looked at, and what had to be said while they were parsed."""

    race: Race
    view: View = USUAL_VIEW
    problems: tuple[Message, ...] = ()


def parse_race(given: Any, usual: ParsedRace, with_view: bool = True) -> ParsedRace:
    """The race and the view that plain data ask for; what they do not say is taken from `usual`.

    Args:
        given: the data.
        usual: what stands in.
        with_view: whether the view is parsed too; else it is the usual one.
    """
    if not isinstance(given, Mapping):
        return ParsedRace(usual.race, usual.view, (message("Invalid link. The default race is shown."),))
    context = Context(usual.race)
    race, view = Race(**parse_fields(RACE, given, context)), usual.view
    if with_view:
        view = View(**parse_fields(VIEW, given, Context(usual.view, context.parsed, context.problems)))
    return ParsedRace(race, view, tuple(context.problems))


def race_to_dict(race: Race) -> dict[str, Any]:
    """A race as plain data, which `parse_race` reads back."""
    return fields_to_json(RACE, race)


def view_to_dict(view: View) -> dict[str, Any]:
    """A view as plain data, which `parse_race` reads back."""
    return fields_to_json(VIEW, view)
