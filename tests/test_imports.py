"""Imports run one way, and names that begin with an underscore are private to their room."""

import ast
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import landscapes
import optimizers

ROOT = Path(landscapes.__file__).parent.parent
ROOMS = ("landscapes", "optimizers", "pages")
FORBIDDEN = {
    "landscapes": {"optimizers", "pages", "app", "streamlit", "plotly", "tests"},
    "optimizers": {"pages", "app", "streamlit", "plotly", "tests"},
    "pages": {"app", "tests"},
}
AUTHORS = {"landscapes": landscapes.challenges(), "optimizers": optimizers.families()}


def imported(source: str) -> set[str]:
    """The dotted names of everything that a file imports; `from a import b` is a.b, whether b is a module or not."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def files(*rooms: str) -> dict[str, Path]:
    """The files of rooms, by the dotted names of their modules."""
    found = {}
    for file in sorted(path for room in rooms for path in (ROOT / room).rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def arrows(*rooms: str) -> dict[str, set[str]]:
    """The modules of the rooms that each module imports.

    A package whose `__init__.py` re-exports names does not count as its modules: who needs one of these imports it
    directly.
    """
    modules = files(*rooms)
    return {
        module: {
            target for name in imported(file.read_text()) if (target := _module(name, modules)) not in (None, module)
        }
        for module, file in modules.items()
    }


def _module(name: str, modules: Mapping[str, Path]) -> str | None:
    """The module with this dotted name, or the one that contains it."""
    if name in modules:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in modules else None


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """A cycle of a graph; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def folder(module: str, modules: Mapping[str, Path]) -> str:
    """The folder of a module; a file at the top of a room is its own folder."""
    place = modules[module].parent.relative_to(ROOT)
    return module if len(place.parts) == 1 else ".".join(place.parts)


def test_an_import_is_seen_wherever_it_is() -> None:
    assert imported("import a.b, c as d\ndef f():\n    from e.g import h\n") == {"a.b", "c", "e.g.h"}


def test_a_circle_is_seen() -> None:
    assert circle({"a": ["b"], "b": ["c"], "c": []}) == []
    assert set(circle({"a": ["b"], "b": ["c"], "c": ["b"]})) == {"b", "c"}


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_one_way(room: str) -> None:
    tops = {module: {name.split(".")[0] for name in imported(file.read_text())} for module, file in files(room).items()}
    assert not {module: found for module, names in tops.items() if (found := names & FORBIDDEN[room])}


@pytest.mark.parametrize("room", ROOMS)
def test_no_circle_between_files(room: str) -> None:
    assert circle(arrows(room)) == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_circle_between_folders(room: str) -> None:
    modules = files(room)
    graph: dict[str, set[str]] = {}
    for module, names in arrows(room).items():
        if module != room:
            here = folder(module, modules)
            graph.setdefault(here, set()).update(folder(name, modules) for name in names - {room})
            graph[here].discard(here)
    assert circle(graph) == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_private_module_of_another_room(room: str) -> None:
    private = {
        module: {
            name
            for name in imported(file.read_text())
            if name.split(".")[0] in ROOMS and not name.startswith(f"{room}.") and "._" in name
        }
        for module, file in files(room).items()
    }
    assert not {module: names for module, names in private.items() if names}


def authored(room: str) -> dict[str, Path]:
    """The files of surfaces or methods."""
    return {
        module: file
        for module, file in files(room).items()
        if module.split(".")[1:2] and module.split(".")[1] in AUTHORS[room] and module.count(".") == 2
    }


@pytest.mark.parametrize("room", AUTHORS)
def test_who_writes_a_surface_or_a_method_needs_its_authoring_alone(room: str) -> None:
    """A variant of a method may import the file of that method."""
    found = authored(room)
    assert len(found) == len(landscapes.names() if room == "landscapes" else optimizers.names())
    for module, file in found.items():
        ours = {name for name in imported(file.read_text()) if name.split(".")[0] in ROOMS}
        others = {name for name in ours if not name.startswith(f"{room}.authoring.") and name not in found}
        assert not others, (
            f"{module} imports {others}: what the file of a surface or a method needs is in {room}.authoring"
        )
