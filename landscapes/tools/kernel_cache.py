"""Cache of compiled kernels on disk, keyed by what they are compiled from.

Numba keys a cached kernel by its source file. A changed docstring in that file would compile it anew, but a changed
helper in another file, inlined into it, would not. Here the key is a `fingerprint` of the kernel's bytecode and
constants and of everything that it uses, including helpers of helpers. It is part of the file's name, so that two
versions of the project share the kernels that are the same in both.
"""

import dis
import enum
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core import caching
from numba.core.dispatcher import Dispatcher
from numba.core.sigutils import normalize_signature
from numba.extending import intrinsic

UNUSED = 30 * 24 * 3600  # seconds without access after which a kernel is removed
FORMER_UNUSED = 24 * 3600  # the same for a folder of an earlier version
FOLDER = "slalom-kernels"
FORMER = re.compile(r"[0-9a-f]{16}")  # folder names of earlier versions, which had one for every state of the sources

_VERSIONS = f"{numba.__version__} {llvmlite.__version__} {np.__version__}"
_LIBRARIES = {"numba", "llvmlite", "numpy", *sys.stdlib_module_names}
_LITERALS = (type(None), bool, int, float, complex, str, bytes, np.generic, numba.types.Type)
_INTRINSIC: Any = type(intrinsic(lambda typing_context: None))
_Closure = Mapping[str, Any]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def cache_places() -> Iterator[Path]:
    """Candidate folders for compiled kernels, the best first.

    A process without HOME whose user is unknown to the system has no cache folder of its own.
    """
    if os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(os.environ["NUMBA_CACHE_DIR"])
    home = Path(os.path.expanduser("~"))
    if os.environ.get("XDG_CACHE_HOME"):
        yield Path(os.environ["XDG_CACHE_HOME"]) / "slalom"
    elif home.is_absolute():
        yield home / ".cache" / "slalom"
    yield Path(tempfile.gettempdir()) / f"slalom-{os.getuid() if hasattr(os, 'getuid') else 'kernels'}"


@cache
def cache_folder() -> Path:
    """The folder of compiled kernels, in the first writable place of NUMBA_CACHE_DIR, the user's cache folder and the
    folder for temporary files.

    Raises:
        OSError: None of them is writable.
    """
    unwritable = []
    for place in cache_places():
        folder = place / FOLDER
        if _writable(folder):
            remove_former_folders(place)
            return folder
        unwritable.append(str(place))
    raise OSError(f"compiled kernels need a writable folder; none of {', '.join(unwritable)} is")


def remove_former_folders(place: Path) -> None:
    """Remove the folders in which earlier versions kept their kernels, one for every state of the sources.

    Folders written to within the last day may be in use and stay.
    """
    for folder in place.iterdir():
        if FORMER.fullmatch(folder.name) and folder.is_dir() and _is_older(folder, FORMER_UNUSED):
            shutil.rmtree(folder, ignore_errors=True)


def remove_unused(folder: Path) -> None:
    """Remove the files that no process has read or written for `UNUSED` seconds."""
    for file in folder.iterdir():
        with suppress(OSError):  # another process may have removed it
            if _is_older(file, UNUSED):
                file.unlink()


def _is_older(path: Path, seconds: float) -> bool:
    return path.stat().st_mtime < time.time() - seconds


@cache
def fingerprint(function: FunctionType) -> str:
    """A digest of what a function is compiled from: its bytecode, its constants and everything that they refer to.

    Line numbers, comments, annotations, docstrings and the rest of the file do not matter.

    Raises:
        TypeError: It uses an object whose content cannot be hashed.

    >>> def f(x): return x + 1
    >>> def g(x):
    ...     "The same, with a docstring."
    ...     return x + 1
    >>> fingerprint(f) == fingerprint(g)
    True
    """
    digest = hashlib.sha256(_VERSIONS.encode())
    for text in _function(function):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def _function(function: FunctionType) -> Iterator[str]:
    code, cells = function.__code__, function.__closure__ or ()
    closure = {name: cell.cell_contents for name, cell in zip(code.co_freevars, cells, strict=True)}
    yield from _code(code, function, closure)
    yield from _content((function.__defaults__, tuple((function.__kwdefaults__ or {}).items())))


def _code(code: CodeType, function: FunctionType, closure: _Closure) -> Iterator[str]:
    """The content of a code object; names are looked up in the scope of `function`."""
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    yield f"{arguments} {code.co_kwonlyargcount} {code.co_flags} {code.co_exceptiontable!r}"
    instructions = list(dis.get_instructions(code))
    for i in instructions:
        if isinstance(i.argval, CodeType):
            yield i.opname
            yield from _code(i.argval, function, closure)
        else:
            yield f"{i.opname} {i.argval!r}"
    for value in _referenced_values(instructions, function, closure):
        if value is not function:
            yield from _content(value)


def _referenced_values(instructions: list[dis.Instruction], function: FunctionType, closure: _Closure) -> Iterator[Any]:
    """The values of all global and enclosing names, and of attributes of modules."""
    value: Any = None
    for i in instructions:
        if isinstance(value, ModuleType) and i.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            value = getattr(value, i.argval)
            continue
        if value is not None:
            yield value
        value = None
        if i.opname == "LOAD_GLOBAL":
            value = function.__globals__.get(i.argval)
        elif i.opname.startswith("LOAD_") and i.argval in closure:
            value = closure[i.argval]


def _content(value: Any) -> Iterator[str]:
    """A textual form of a value: values with equal texts compile to the same code."""
    if isinstance(value, _LITERALS):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, (tuple, list, frozenset)):
        yield f"{type(value).__name__} {len(value)}"
        for one in sorted(value, key=repr) if isinstance(value, frozenset) else value:
            yield from _content(one)
    elif isinstance(value, np.ndarray):
        yield f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    elif isinstance(value, Dispatcher):
        yield f"{sorted(value.targetoptions.items())} {fingerprint(value.py_func)}"
    elif isinstance(value, _INTRINSIC):
        yield fingerprint(value._defn)
    elif isinstance(value, type) and issubclass(value, enum.Enum):
        yield f"{value.__name__} {[(one.name, one.value) for one in value]}"
    elif isinstance(value, type) and hasattr(value, "_fields"):
        yield f"{value.__name__} {value._fields}"
    elif isinstance(value, (ModuleType, np.ufunc)):
        yield value.__name__
    elif (getattr(value, "__module__", None) or "").split(".")[0] in _LIBRARIES:
        yield f"{value.__module__}.{getattr(value, '__qualname__', value)}"
    elif isinstance(value, FunctionType):
        yield fingerprint(value)
    else:
        raise TypeError(f"kernels are kept by their content, and that of {value!r} is not known")


class _Locator(caching._CacheLocator):
    """Tells Numba the folder and the key of a kernel."""

    def __init__(self, function: FunctionType, file: str) -> None:
        self._py_file = file  # Numba names it in warnings
        self._fingerprint = fingerprint(function)

    @classmethod
    def from_function(cls, function: FunctionType, file: str) -> "_Locator":
        return cls(function, file)

    def get_cache_path(self) -> str:
        return str(cache_folder())

    def get_source_stamp(self) -> str:
        return self._fingerprint

    def get_disambiguator(self) -> str:
        return self._fingerprint[:16]


class _Contents(caching.CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012


class _ContentCache(caching.FunctionCache):
    _impl_class = _Contents

    def _index_key(self, signature: Any, codegen: Any) -> tuple[Any, ...]:
        """The argument types, whether or not the signature has a return type, and the processor."""
        arguments, _result = normalize_signature(signature)  # type: ignore[no-untyped-call]
        return arguments, codegen.magic_tuple()


class KernelCache(caching.NullCache):
    """The cache of one kernel. Created on first use, because a kernel may use functions defined below it."""

    def __init__(self, function: FunctionType) -> None:
        self._function = function

    @cached_property
    def _disk_cache(self) -> Any:
        try:
            return _ContentCache(self._function)  # type: ignore[no-untyped-call]
        except TypeError:  # no fingerprint: compile in every process
            return caching.NullCache()

    @property
    def cache_path(self) -> str | None:
        """The folder, or None if the kernel is not cached."""
        path: str | None = self._disk_cache.cache_path
        return path

    def load_overload(self, signature: Any, context: Any) -> Any:
        """The compiled kernel from disk, or None. Marks its files as used."""
        kernel = self._disk_cache.load_overload(signature, context)
        if kernel is not None:
            _touch(self._disk_cache._cache_file)
        return kernel

    def save_overload(self, signature: Any, kernel: Any) -> None:
        """Save a compiled kernel, and remove kernels that have not been used for long."""
        self._disk_cache.save_overload(signature, kernel)
        _remove_unused_once()


def _touch(files: Any) -> None:
    index = Path(files._index_path)
    with suppress(OSError):  # another process may have removed them
        for file in (index, *index.parent.glob(f"{index.stem}.*.nbc")):
            os.utime(file)


@cache
def _remove_unused_once() -> None:
    remove_unused(cache_folder())


def cache_on_disk(kernel: Any, function: Callable[..., Any]) -> None:
    """Let a dispatcher cache its compiled kernels on disk."""
    kernel._cache = KernelCache(function)  # type: ignore[arg-type]
