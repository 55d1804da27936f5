"""One file, one thing: finds what the modules of a package declare."""

import importlib
import pkgutil
from collections.abc import Collection, Iterator
from types import ModuleType
from typing import Protocol, TypeVar


class Named(Protocol):
    """Anything that is declared under a name."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def modules(package: ModuleType, rooms: Collection[str] = ()) -> dict[str, ModuleType]:
    """Every public module in the folders of a package but in its `rooms`, by its dotted name.

    Rooms are the folders that hold no declarations. Files and folders whose names begin with an underscore are the
    package's own.
    """
    found: dict[str, ModuleType] = {}
    for folder in _public(package):
        if not folder.ispkg or folder.name.rpartition(".")[2] in rooms:
            continue
        for info in _public(importlib.import_module(folder.name)):
            found[info.name] = importlib.import_module(info.name)
    return found


def _public(package: ModuleType) -> Iterator[pkgutil.ModuleInfo]:
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if not info.name.rpartition(".")[2].startswith("_"):
            yield info


def declared(package: ModuleType, kind: type[T], rooms: Collection[str] = ()) -> dict[str, tuple[T, str]]:
    """The one declaration of type `kind` in every module of a package, with the folder it lies in, sorted by name.

    Raises:
        TypeError: a module declares none, or more than one.
        ValueError: two modules claim one name.
    """
    found: dict[str, tuple[T, str]] = {}
    origin: dict[str, str] = {}
    for path, module in modules(package, rooms).items():
        things = [thing for thing in vars(module).values() if isinstance(thing, kind)]
        if len(things) != 1:
            raise TypeError(f"{path} must declare one {kind.__name__}, it declares {len(things)}")
        (one,) = things
        if one.name in found:
            raise ValueError(f"{path} and {origin[one.name]} both claim the name {one.name!r}")
        found[one.name], origin[one.name] = (one, path.split(".")[-2]), path
    return dict(sorted(found.items()))
