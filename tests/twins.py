"""Twins: independent implementations of surfaces and methods in the tests, as functions of the same name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import landscapes
import optimizers
from tests.running import ROOT


class Twins(dict[str, Callable[..., Any]]):
    """The functions of a module by the names of surfaces or methods; a missing one fails with where to write it."""

    def __init__(self, namespace: Mapping[str, Any], names: tuple[str, ...], kind: str, parameters: str) -> None:
        own = {
            name: one
            for name, one in namespace.items()
            if callable(one) and one.__module__ == namespace["__name__"] and name in names
        }
        super().__init__(own)
        self.file = Path(namespace["__file__"]).relative_to(ROOT).as_posix()
        self.kind, self.parameters = kind, parameters

    def __missing__(self, name: str) -> Callable[..., Any]:
        raise AssertionError(self.lacks(name))

    def lacks(self, name: str) -> str:
        """A message saying what to write, and where, if there is no twin with this name."""
        function = f"{name}({self.parameters})"
        return f"No twin for the {self.kind} {name!r}: write a plain-Python function {function} in {self.file}"


def file_of(name: str) -> str:
    """The path of the file of a surface or a method."""
    room, declared = ("landscapes", landscapes.surfaces()) if name in landscapes.names() else ("optimizers", {})
    folder = declared[name][1] if declared else optimizers.methods()[name][1]
    return f"{room}/{folder}/{name}.py"
