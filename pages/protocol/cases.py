"""What a page declares: its name, what it shows, and the cases it opens."""

from dataclasses import replace
from typing import NamedTuple

from optimizers import Race
from pages.protocol.fields import View
from pages.protocol.parsing import ParsedRace
from pages.words import Message


class Case(NamedTuple):
    """A race that makes a point.

    Attributes:
        name: in links.
        title: on its button.
        why: what it shows and why, in one or two sentences.
        race: the race itself.
        view: how it is looked at.
    """

    name: str
    title: Message
    why: Message
    race: Race
    view: View = View()

    @property
    def parsed(self) -> ParsedRace:
        """The race and how it is looked at, as a link to the case would have it."""
        return ParsedRace(self.race, replace(self.view, case=self.name))


class Page(NamedTuple):
    """A page around the stage. The first case opens it.

    Attributes:
        name: its folder, its address, and what the stage calls it.
        title: at its top and in the list of pages.
        cases: for its buttons.
        words: what is to be said of the subject, one paragraph each (Markdown).
        subject: the option in which its runners differ, or "". Whatever else is turned is turned for all of them.
        runners: how many of its runners are chosen beside the stage, 0 where they are chosen on it.
        order: its place in the list of pages; the first one is at /.
    """

    name: str
    title: Message
    cases: tuple[Case, ...] = ()
    words: tuple[Message, ...] = ()
    subject: str = ""
    runners: int = 0
    order: int = 1000

    def case(self, name: str) -> Case | None:
        """The case of that name."""
        return next((case for case in self.cases if case.name == name), None)
