"""What `help` says of an instance."""

from typing import Protocol


class Describes(Protocol):
    """What can describe itself."""

    def _describe(self) -> str: ...


class InstanceDoc:
    """A `__doc__` with the class's text on the class, and on an instance with what the instance says of itself.

    `help` documents an instance whose `__doc__` is not that of its class, and the class otherwise.
    """

    def __init__(self, text: str | None) -> None:
        self.text = text

    def __get__(self, instance: Describes | None, owner: type) -> str | None:
        return self.text if instance is None else instance._describe()
