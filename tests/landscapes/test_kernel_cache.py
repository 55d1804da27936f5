"""Kernels are cached by what they are compiled from: nothing else recompiles one, and no stale kernel is used."""

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import numba.extending
import numpy as np
import pytest

import landscapes
from landscapes.tools import kernel_cache
from landscapes.tools.compiler import compiled, device_function, specialize, types
from landscapes.tools.kernel_cache import cache_folder, fingerprint, remove_former_folders, remove_unused

ROOT = Path(landscapes.__file__).parent.parent


def function(source: str, **names: object) -> FunctionType:
    """The function `f` of a source, with these global names."""
    scope: dict[str, Any] = {"math": math, "np": np, **names}
    exec(source, scope)
    result: FunctionType = scope["f"]
    return result


def helper(source: str, **names: object) -> Callable[..., Any]:
    return device_function(function(source, **names))


def module(**names: object) -> ModuleType:
    """A module with these names that counts as ours."""
    result = ModuleType("made")
    vars(result).update(names)
    return result


class Two(NamedTuple):
    a: float
    b: float


class Three(NamedTuple):
    a: float
    b: float
    c: float


def instruction(name: str) -> Any:
    """An intrinsic that consists of one instruction of the builder."""

    def typed(typing_context: Any, a: Any, b: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return getattr(builder, name)(*arguments)

        return types.float64(types.float64, types.float64), build

    return numba.extending.intrinsic(typed)


SOURCE = "def f(x):\n    return x + 1.0\n"


@pytest.mark.parametrize(
    "other",
    [
        "\n\n\n" + SOURCE,
        "# A comment.\n" + SOURCE,
        "def f(x: float) -> float:\n    '''A docstring.'''\n    return x + 1.0  # and a comment\n",
        "def f(x):\n    '''Another, longer docstring.\n\n    Of two paragraphs.\n    '''\n    return x + 1.0\n",
        "REFERENCE = 'Euler (1768)'\n" + SOURCE,
    ],
)
def test_what_is_not_compiled_does_not_count(other: str) -> None:
    assert fingerprint(function(other)) == fingerprint(function(SOURCE))


DIFFERENT: dict[str, tuple[FunctionType, FunctionType]] = {
    "a constant": (function(SOURCE), function("def f(x):\n    return x + 2.0\n")),
    "which constant": (
        function("def f(x):\n    return (x + 1.0) * 2.0\n"),
        function("def f(x):\n    return (x + 2.0) * 1.0\n"),
    ),
    "the kind of a number": (function(SOURCE), function("def f(x):\n    return x + 1\n")),
    "the sign of a zero": (function("def f(x):\n    return x + 0.0\n"), function("def f(x):\n    return x + -0.0\n")),
    "an operation": (function(SOURCE), function("def f(x):\n    return x - 1.0\n")),
    "a default": (function("def f(x, y=1.0):\n    return y\n"), function("def f(x, y=2.0):\n    return y\n")),
    "a global number": (
        function("def f(x):\n    return A\n", A=1.0),
        function("def f(x):\n    return A\n", A=2.0),
    ),
    "a global array": (
        function("def f(x):\n    return A[0]\n", A=np.array([1.0])),
        function("def f(x):\n    return A[0]\n", A=np.array([2.0])),
    ),
    "a number of a module": (
        function("def f(x):\n    return module.A\n", module=module(A=1.0)),
        function("def f(x):\n    return module.A\n", module=module(A=2.0)),
    ),
    "a helper": (
        function("def f(x):\n    return g(x)\n", g=helper(SOURCE)),
        function("def f(x):\n    return g(x)\n", g=helper("def f(x):\n    return x + 2.0\n")),
    ),
    "a helper's helper": (
        function("def f(x):\n    return g(x)\n", g=helper("def f(x):\n    return h(x)\n", h=helper(SOURCE))),
        function(
            "def f(x):\n    return g(x)\n",
            g=helper("def f(x):\n    return h(x)\n", h=helper("def f(x):\n    return 2.0\n")),
        ),
    ),
    "a helper's options": (
        function("def f(x):\n    return g(x)\n", g=numba.njit(function(SOURCE))),
        function("def f(x):\n    return g(x)\n", g=numba.njit(error_model="numpy")(function(SOURCE))),
    ),
    "a field": (
        function("def f(x):\n    return T\n", T=Two),
        function("def f(x):\n    return T\n", T=Three),
    ),
    "an intrinsic": (
        function("def f(x):\n    return g(x, x)\n", g=instruction("fadd")),
        function("def f(x):\n    return g(x, x)\n", g=instruction("fmul")),
    ),
    "what encloses": (
        function("def outer(a):\n    def f(x):\n        return x + a\n    return f\nf = outer(1.0)\n"),
        function("def outer(a):\n    def f(x):\n        return x + a\n    return f\nf = outer(2.0)\n"),
    ),
    "a function inside": (
        function("def f(x):\n    return (lambda y: y + 1.0)(x)\n"),
        function("def f(x):\n    return (lambda y: y + 2.0)(x)\n"),
    ),
    "the order of arguments": (
        function("def f(x, y):\n    return x - y\n"),
        function("def f(y, x):\n    return x - y\n"),
    ),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_all_that_is_compiled_counts(what: str) -> None:
    one, other = DIFFERENT[what]
    assert fingerprint(one) != fingerprint(other)


def test_what_is_not_known_is_not_kept() -> None:
    unknown = function("def f(x):\n    return A\n", A=object())
    with pytest.raises(TypeError, match="that of <object object"):
        fingerprint(unknown)
    kernel: Any = specialize(unknown, "unknown")
    assert kernel._cache.cache_path is None


def template(x: float) -> float:
    return x + 1.0


def test_every_thread_keeps_its_kernels_in_the_folder_of_kernels() -> None:
    before = numba.config.CACHE_DIR
    with ThreadPoolExecutor(16) as pool:
        kernels: list[Any] = list(pool.map(lambda i: specialize(template, f"test.{i}"), range(400)))
    assert {kernel._cache.cache_path for kernel in kernels} == {str(cache_folder())}
    assert before == numba.config.CACHE_DIR


def test_a_kernel_may_use_what_is_written_below_it() -> None:
    scope: dict[str, Any] = {}
    exec("def f(x):\n    return A + x\n", scope)
    kernel: Any = compiled(scope["f"])
    scope["A"] = 2.0
    assert kernel(1.0) == 3.0


COUNT = """
import landscapes, optimizers
from landscapes.tools import kernel_cache
saved = []
save = kernel_cache._ContentCache.save_overload
def note(self, signature, kernel):
    saved.append(self._py_func.__qualname__)
    save(self, signature, kernel)
kernel_cache._ContentCache.save_overload = note
for name in ("rosenbrock", "sigmoid_plateau", "logistic_regression"):
    for method in ("adam", "sgd"):
        optimizers.trace(name, method, steps=5)
print(*sorted(saved))
"""


class Copy:
    """A copy of the mathematical rooms whose files can be edited, with its own cache."""

    def __init__(self, place: Path) -> None:
        self.place = place
        for room in ("landscapes", "optimizers"):
            shutil.copytree(ROOT / room, place / room, ignore=shutil.ignore_patterns("__pycache__"))

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.place / file
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    def compile(self) -> set[str]:
        """The kernels that a process compiles when it runs a few races."""
        done = subprocess.run(
            [sys.executable, "-c", COUNT],
            cwd=self.place,
            env={**os.environ, "NUMBA_CACHE_DIR": str(self.place / "cache"), "PYTHONPATH": str(self.place)},
            capture_output=True,
            text=True,
            check=True,
        )
        return set(done.stdout.split())


@pytest.mark.slow
def test_an_edit_compiles_what_it_changes_and_nothing_else(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    first = copy.compile()
    surfaces = {"rosenbrock", "sigmoid_plateau", "logistic_regression", "cross_entropy"}
    assert first == surfaces | {"sample", "loop.adam", "loop.sgd"}
    assert copy.compile() == set()

    file = "landscapes/valleys/rosenbrock.py"
    copy.edit(file, "reference=", "reference='Euler (1768); ' ")
    copy.edit(file, "formula=r", "formula='z = ' r")
    copy.edit(file, '"""The jet, with', '"""\n\n    More words.\n\n    The jet, with')
    copy.edit(file, "from landscapes", "# One more line.\nfrom landscapes")
    assert copy.compile() == set()

    copy.edit("landscapes/_sigmoid.py", "slope * (1 - e)", "slope * (1.0 - e)")
    assert copy.compile() == {"logistic_regression", "cross_entropy"}
    copy.edit("optimizers/engine/ratios.py", "unit * math.sqrt", "1.0 * unit * math.sqrt")
    assert copy.compile() == {"loop.adam"}
    copy.edit("optimizers/engine/rules.py", "REST = 1e-9", "REST = 2e-9")
    assert copy.compile() == {"loop.adam", "loop.sgd"}
    copy.edit("optimizers/engine/rules.py", "REST = 2e-9", "REST = 1e-9")
    assert copy.compile() == set()
    assert [folder.name for folder in (tmp_path / "cache").iterdir()] == [kernel_cache.FOLDER]


def test_folders_of_earlier_versions_are_removed(tmp_path: Path) -> None:
    for name in ("0123456789abcdef", kernel_cache.FOLDER, "0123456789abcdef.txt", "rosenbrock_01234567"):
        (tmp_path / name).mkdir()
    (tmp_path / "0123456789abcdef" / "kernel.nbi").touch()
    remove_former_folders(tmp_path)
    assert (tmp_path / "0123456789abcdef").is_dir()  # it may be in use
    for folder in tmp_path.iterdir():
        os.utime(folder, (0, 0))
    remove_former_folders(tmp_path)
    names = {folder.name for folder in tmp_path.iterdir()}
    assert names == {kernel_cache.FOLDER, "0123456789abcdef.txt", "rosenbrock_01234567"}


def test_kernels_that_nobody_reads_are_removed(tmp_path: Path) -> None:
    for name in ("old.nbi", "new.nbi"):
        (tmp_path / name).touch()
    os.utime(tmp_path / "old.nbi", (0, 0))
    remove_unused(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["new.nbi"]


def test_a_kernel_that_is_read_counts_as_used(tmp_path: Path) -> None:
    first: Any = specialize(template, "test.used")
    first(1.0)
    files = list(cache_folder().glob(f"*test.used-{fingerprint(first.py_func)[:16]}*"))
    assert len(files) == 2
    for file in files:
        os.utime(file, (0, 0))
    again: Any = specialize(template, "test.used")
    again(1.0)
    assert all(file.stat().st_mtime > 0 for file in files)


def test_the_cache_takes_the_first_writable_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = cache_folder.__wrapped__  # without the cached result of this process
    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert find().parent == tmp_path / "home/slalom"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(kernel_cache.tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    with pytest.raises(OSError, match="writable folder"):
        find()
