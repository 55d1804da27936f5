"""One file, one thing: finds what the modules of a package declare."""

import importlib
import pkgutil
from types import ModuleType
from typing import Protocol, TypeVar


class Named(Protocol):
    """Anything that is declared under a name."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def modules(package: ModuleType) -> dict[str, ModuleType]:
    """Every public module in the folders of a package, by its dotted name.

    Files and folders whose names begin with an underscore are the package's own.
    """
    found: dict[str, ModuleType] = {}
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if any(part.startswith("_") for part in info.name.split(".")) or info.ispkg:
            continue
        found[info.name] = importlib.import_module(info.name)
    return found


def declared(package: ModuleType, kind: type[T]) -> dict[str, tuple[T, str]]:
    """The one declaration of type `kind` in every module of a package, with the folder it lies in, sorted by name.

    Raises:
        TypeError: a module declares none, or more than one.
        ValueError: two modules claim one name.
    """
    found: dict[str, tuple[T, str]] = {}
    origin: dict[str, str] = {}
    for path, module in modules(package).items():
        things = [thing for thing in vars(module).values() if isinstance(thing, kind)]
        if len(things) != 1:
            raise TypeError(f"{path} must declare one {kind.__name__}, it declares {len(things)}")
        (one,) = things
        if one.name in found:
            raise ValueError(f"{path} and {origin[one.name]} both claim the name {one.name!r}")
        found[one.name], origin[one.name] = (one, path.split(".")[-2]), path
    return dict(sorted(found.items()))
