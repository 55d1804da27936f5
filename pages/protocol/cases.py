"""Declarations of pages: name, content, and the cases that a page opens."""

from dataclasses import replace
from typing import NamedTuple

from optimizers import Race
from pages.protocol.fields import View
from pages.protocol.parsing import ParsedRace
from pages.words import Message


class Case(NamedTuple):
    """A race that illustrates something.

    Attributes:
        name: Name in links.
        title: Title on its button.
        why: What it shows and why, in one or two sentences.
        race: The race.
        view: Its view.
    """

    name: str
    title: Message
    why: Message
    race: Race
    view: View = View()

    @property
    def parsed(self) -> ParsedRace:
        """The race and its view, as a link to the case has them."""
        return ParsedRace(self.race, replace(self.view, case=self.name))


class Page(NamedTuple):
    """A page around the stage. It opens with its first case.

    Attributes:
        name: Name of its folder, in its address, and in the stage.
        title: Title at its top and in the list of pages.
        cases: Cases, one button each.
        words: Explanations, one paragraph each (Markdown).
        subject: The option in which its runners differ, or "". All other options are changed for all of them.
        runners: Number of runners that are chosen beside the stage; 0 if they are chosen on it.
        order: Position in the list of pages; the first page is at /.
    """

    name: str
    title: Message
    cases: tuple[Case, ...] = ()
    words: tuple[Message, ...] = ()
    subject: str = ""
    runners: int = 0
    order: int = 1000

    def case(self, name: str) -> Case | None:
        """The case with this name, or None."""
        return next((case for case in self.cases if case.name == name), None)
