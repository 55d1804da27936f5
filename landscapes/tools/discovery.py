"""Discovery of the declarations in the modules of a package: one in every file."""

import importlib
import pkgutil
from collections.abc import Collection, Iterator
from types import ModuleType
from typing import Protocol, TypeVar


class Named(Protocol):
    """Anything declared under a name."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def modules(package: ModuleType, rooms: Collection[str] = ()) -> dict[str, ModuleType]:
    """Every public module in the folders of a package, by its dotted name.

    The folders named in `rooms` hold no declarations and are skipped, like files and folders whose names begin with an
    underscore.
    """
    modules_by_name: dict[str, ModuleType] = {}
    for folder in _public(package):
        if not folder.ispkg or folder.name.rpartition(".")[2] in rooms:
            continue
        for info in _public(importlib.import_module(folder.name)):
            modules_by_name[info.name] = importlib.import_module(info.name)
    return modules_by_name


def _public(package: ModuleType) -> Iterator[pkgutil.ModuleInfo]:
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if not info.name.rpartition(".")[2].startswith("_"):
            yield info


def find_declarations(package: ModuleType, kind: type[T], rooms: Collection[str] = ()) -> dict[str, tuple[T, str]]:
    """The one declaration of type `kind` in every module of a package, with the name of its folder, sorted by name.

    Raises:
        TypeError: A module declares none, or more than one.
        ValueError: Two modules claim the same name.
    """
    declarations: dict[str, tuple[T, str]] = {}
    origin: dict[str, str] = {}
    for path, module in modules(package, rooms).items():
        candidates = [candidate for candidate in vars(module).values() if isinstance(candidate, kind)]
        if len(candidates) != 1:
            raise TypeError(f"{path} must declare one {kind.__name__}, it declares {len(candidates)}")
        (one,) = candidates
        if one.name in declarations:
            raise ValueError(f"{path} and {origin[one.name]} both claim the name {one.name!r}")
        declarations[one.name], origin[one.name] = (one, path.split(".")[-2]), path
    return dict(sorted(declarations.items()))
