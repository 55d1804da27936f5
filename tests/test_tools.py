"""The development tools: their settings are valid, and the API reference is complete."""

import importlib
import importlib.util
import inspect
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.running import ROOT

PUBLIC = [
    name
    for room in ("landscapes", "optimizers")
    for name in (room, f"{room}.authoring")
    if importlib.util.find_spec(name)
]
SCRIPTS = Path(sysconfig.get_path("scripts"))


def run(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_hooks_are_valid_and_installed_with_the_other_tools() -> None:
    assert run(sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml") == ""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    tools = re.findall(r"entry: \.venv/bin/(\S+)", hooks)
    assert {"mypy", "ruff"} < set(tools)
    assert [tool for tool in tools if not (SCRIPTS / tool).exists()] == []


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference, generated with the command of CONTRIBUTING.md in another folder, with warnings as errors."""
    (command,) = re.findall(r"^\.venv/bin/(pdoc .*)$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    place = tmp_path_factory.mktemp("reference")
    words = [str(place) if word == "reference" else word for word in command.split()]
    printed = run(sys.executable, "-W", "error", "-m", *words)
    assert printed == ""
    return place


@pytest.mark.slow
@pytest.mark.parametrize("room", PUBLIC)
def test_every_public_name_is_in_the_reference(reference: Path, room: str) -> None:
    file = reference / f"{room.replace('.', '/')}.html"
    assert file.exists(), f"Add {room} to the pdoc command in CONTRIBUTING.md"
    page = file.read_text("utf-8")
    module = importlib.import_module(room)
    names = [name for name in module.__all__ if not inspect.ismodule(getattr(module, name))]
    assert [name for name in names if f'id="{name}"' not in page] == []
    assert "<p>Attributes:" not in page, "the sections of docstrings are not recognised: pdoc needs -d google"


@pytest.mark.slow
def test_the_reference_needs_no_network(reference: Path) -> None:
    for page in reference.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r"<(script|link|img)[^>]*(src|href)=\"(https?:)?//", text)
