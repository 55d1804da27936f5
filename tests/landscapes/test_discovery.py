"""A surface is one file: an added file is discovered, an invalid one refused."""

import importlib
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import landscapes
from landscapes import Surface
from landscapes.tools.discovery import find_declarations

ROOT = Path(landscapes.__file__).parent.parent
FILE = """
from dataclasses import replace
import landscapes.valleys.rosenbrock as base
SURFACE = replace(base.SURFACE, name={name!r})
"""
Build = Callable[[dict[str, str]], ModuleType]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """A function that writes a package with these files in folders and imports it."""
    numbers = itertools.count()
    monkeypatch.syspath_prepend(tmp_path)

    def build_package(files: dict[str, str]) -> ModuleType:
        name = f"{tmp_path.name}_{next(numbers)}".replace("-", "_")
        for path, text in files.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            for folder in (tmp_path / name, file.parent):
                (folder / "__init__.py").touch()
        importlib.invalidate_caches()
        return importlib.import_module(name)

    return build_package


def test_finds_every_file(build: Build) -> None:
    files = {
        f"{folder}/{name}.py": FILE.format(name=name) for folder, name in (("b", "two"), ("a", "zoo"), ("a", "one"))
    }
    declarations = find_declarations(build(files | {"a/_helper.py": "", "_private/three.py": ""}), Surface)
    assert {name: folder for name, (_, folder) in declarations.items()} == {"one": "a", "two": "b", "zoo": "a"}
    assert list(declarations) == ["one", "two", "zoo"]


def test_two_files_that_claim_one_name(build: Build) -> None:
    package = build({f"{folder}/same.py": FILE.format(name="same") for folder in ("a", "b")})
    with pytest.raises(ValueError, match=r"\.b\.same and .*\.a\.same both claim the name 'same'"):
        find_declarations(package, Surface)


def test_a_file_without_a_declaration(build: Build) -> None:
    with pytest.raises(TypeError, match=r"a\.nothing must declare one Surface, it declares 0"):
        find_declarations(build({"a/nothing.py": "X = 1\n"}), Surface)


def test_a_file_with_two_declarations(build: Build) -> None:
    text = FILE.format(name="one") + "OTHER = replace(base.SURFACE, name='other')\n"
    with pytest.raises(TypeError, match=r"must declare one Surface, it declares 2"):
        find_declarations(build({"a/two.py": text}), Surface)


def test_names_are_the_files() -> None:
    paths = [path for challenge in landscapes.challenges() for path in (ROOT / "landscapes" / challenge).glob("*.py")]
    files = {path.stem for path in paths if not path.stem.startswith("_")}
    assert set(landscapes.names()) == files
    assert list(landscapes.names()) == sorted(files)


@pytest.mark.slow
def test_a_new_file_in_the_room(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "landscapes", tmp_path / "landscapes", ignore=shutil.ignore_patterns("__pycache__"))
    text = (ROOT / "landscapes/valleys/rosenbrock.py").read_text().replace('name="rosenbrock"', 'name="brand_new"')
    (tmp_path / "landscapes/cliffs/brand_new.py").write_text(text)
    code = "import landscapes; L = landscapes.get('brand_new', a=2.0); print(L.name, *L.challenges, L.minima[0])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "brand_new cliffs (2.0, 4.0)\n"
