"""The JavaScript of the stage: its types, its rules, its style and its own tests, by the tools of package.json."""

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
    """Runs npm; where it fails, what it said is the failure."""
    done = subprocess.run(["npm", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


@contextmanager
def lock(place: Path) -> Iterator[None]:
    """Waits until no other process has this place."""
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
    """Installs the tools, unless they are those of package-lock.json: once, though several processes test at once."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        reason = f"the tests of the JavaScript need {' and '.join(missing)}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    with lock(shared / "npm.lock"):
        if not is_installed():
            npm("ci", "--no-audit", "--no-fund")


def is_installed() -> bool:
    """Whether the tools were installed from the lock file as it is now."""
    installed, wanted = TOOLS / ".package-lock.json", ROOT / "package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime


@pytest.mark.parametrize("script", ["types", "lint", "style", "test"])
def test_javascript(tools: None, script: str) -> None:
    npm("run", "--silent", script)
