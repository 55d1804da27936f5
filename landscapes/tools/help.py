"""Texts that `help` shows for an instance."""

from collections.abc import Iterable
from typing import Protocol

from landscapes.tools.declarations import Parameter


class Describes(Protocol):
    """An object that can describe itself."""

    def _describe(self) -> str: ...


class InstanceDoc:
    """A `__doc__` that is the class's docstring on the class and a description of the instance on an instance.

    `help` documents an instance if its `__doc__` differs from that of its class, and the class otherwise.
    """

    def __init__(self, text: str | None) -> None:
        self.text = text

    def __get__(self, instance: Describes | None, owner: type) -> str | None:
        return self.text if instance is None else instance._describe()


def describe(*paragraphs: str, numbers: Iterable[tuple[Parameter, float]], reference: str) -> str:
    """The text of `help` for an instance: paragraphs, the declared numbers with their values, and the reference."""
    lines = [
        f"    {one.name} = {one.format(value)}: {one.meaning or one.symbol}; {one.describe_allowed()}"
        for one, value in numbers
    ]
    parameters = "\n".join(["Parameters:", *lines]) if lines else "It has no parameters."
    return "\n\n".join([*paragraphs, parameters, f"Reference: {reference}"])
