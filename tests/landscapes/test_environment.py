"""Environments in which the kernels are imported without a home, a user, or the compiler."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

UNKNOWN_USER = """
import os
import pwd

def unknown(user):
    raise KeyError(user)

pwd.getpwuid = unknown
assert os.path.expanduser("~") == "~"
"""
EVALUATE = """
import landscapes
from landscapes.tools.kernel_cache import cache_folder
print(cache_folder().parent, landscapes.get("rosenbrock").value(0.0, 0.0))
"""


def run(code: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run a script in an environment with some variables set, and without those that are None."""
    variables = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.skipif(sys.platform == "win32", reason="users are found otherwise there")
@pytest.mark.parametrize("chosen", [True, False])
def test_neither_a_home_nor_a_known_user_is_needed(tmp_path: Path, chosen: bool) -> None:
    place = str(tmp_path / "kernels") if chosen else None
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    lacking = {"HOME": None, "XDG_CACHE_HOME": None, "NUMBA_CACHE_DIR": place, "TMPDIR": str(temporary)}
    done = run(UNKNOWN_USER + EVALUATE, **lacking)
    assert done.stdout == f"{place or temporary / f'slalom-{os.getuid()}'} 1.0\n", done.stderr
    assert done.stderr == ""


def test_a_chosen_place_is_enough(tmp_path: Path) -> None:
    """Without a home or a folder for temporary files."""
    code = "import tempfile\ntempfile.gettempdir = None\n" + EVALUATE
    done = run(code, HOME=None, XDG_CACHE_HOME=None, NUMBA_CACHE_DIR=str(tmp_path))
    assert done.stdout == f"{tmp_path} 1.0\n", done.stderr


@pytest.mark.parametrize("module", ["landscapes", "optimizers", "optimizers.kernels"])
def test_without_the_compiler_one_sentence_says_what_is_needed(module: str) -> None:
    done = run(f"import {module}", NUMBA_DISABLE_JIT="1")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ImportError: landscapes needs Numba's compiler, which NUMBA_DISABLE_JIT turns off: unset it, or set it to 0"
    )


def test_a_surface_may_be_written_at_a_prompt() -> None:
    code = """
from landscapes import Landscape
from landscapes.authoring import Surface, compiled

@compiled
def bowl(x, y, p):
    return x * x + y * y, 2 * x, 2 * y, 2.0, 0.0, 2.0

words = dict.fromkeys(("name", "title", "watch", "formula", "reference"), "bowl")
print(Landscape(Surface(kernel=bowl, domain=((-1, 1), (-1, 1)), start=(1, 1), **words), "valleys", {}).value(3, 4))
"""
    done = run(code)
    assert done.stdout == "25.0\n", done.stderr
