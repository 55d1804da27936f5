"""Imports run one way: pages -> optimizers -> landscapes."""

import ast
from pathlib import Path

import pytest

import landscapes

ROOT = Path(landscapes.__file__).parent.parent
FORBIDDEN = {
    "landscapes": {"optimizers", "pages", "app", "streamlit", "plotly", "tests"},
    "optimizers": {"pages", "app", "streamlit", "plotly", "tests"},
}


def imported(source: str) -> set[str]:
    """The top-level names of all that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add((node.module or "").split(".")[0])
    return names


def test_an_import_is_seen_wherever_it_is() -> None:
    assert imported("import a.b, c as d\ndef f():\n    from e.g import h\n") == {"a", "c", "e"}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_imports_run_one_way(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    wrong = {str(file.relative_to(ROOT)): imported(file.read_text()) & FORBIDDEN[room] for file in files}
    assert not {file: names for file, names in wrong.items() if names}
