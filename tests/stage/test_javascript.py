"""The JavaScript of the stage: types, lint, style and its own tests, with the tools of package.json."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.running import ROOT

TOOLS = ROOT / "node_modules"


def npm(*arguments: str) -> None:
    """Run npm; if it fails, fail with its output."""
    done = subprocess.run(["npm", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


@contextmanager
def lock(place: Path) -> Iterator[None]:
    """Hold a lock between processes for this path."""
    while True:
        try:
            place.mkdir()
            break
        except FileExistsError:
            time.sleep(0.1)
    try:
        yield
    finally:
        place.rmdir()


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """Install the tools once, although several processes run tests, unless they match package-lock.json already."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        reason = f"the tests of the JavaScript need {' and '.join(missing)}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    with lock(shared / "npm.lock"):
        if not is_installed():
            npm("ci", "--no-audit", "--no-fund")


def is_installed() -> bool:
    """Whether the installed tools match the current lock file."""
    installed, wanted = TOOLS / ".package-lock.json", ROOT / "package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime


@pytest.mark.parametrize("script", ["types", "lint", "style", "test"])
def test_javascript(tools: None, script: str) -> None:
    npm("run", "--silent", script)
