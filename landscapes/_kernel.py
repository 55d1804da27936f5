"""What every compiled function of a surface shares: its signature, its decorator, its cache, its pointer.

A surface is one scalar function of a point and of a pointer to its parameters. It returns its whole second-order
Taylor expansion, the *jet* (f, fx, fy, fxx, fxy, fyy), because the six share most of their arithmetic.

A loss learned from data is the mean over its examples. Such a surface has a second function, the jet of one example's
loss, which reads its point i behind the same pointer.
"""

import hashlib
import math
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, TypeAlias, TypeVar

import numba
import numba.extending
from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher
from numba.np import arrayobj

Jet: TypeAlias = tuple[float, float, float, float, float, float]
Values: TypeAlias = Any  # a pointer to float64: parameters inside a kernel
Kernel: TypeAlias = Callable[..., Any]

types: Any = numba.types  # Numba is only partly annotated
config: Any = numba.config
float64: Any = types.float64

if config.DISABLE_JIT:
    raise ImportError("landscapes needs Numba's compiler, which NUMBA_DISABLE_JIT turns off: unset it, or set it to 0")

SURFACE = types.UniTuple(float64, 6)(float64, float64, types.CPointer(float64))
EXAMPLE = types.UniTuple(float64, 6)(float64, float64, types.CPointer(float64), types.int64)
VALUES = types.Array(float64, 1, "C", readonly=True)  # what is packed is frozen; a writable array is another type

_SOURCES = ("landscapes", "optimizers")
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def cache_places() -> Iterator[Path]:
    """Where compiled kernels may be kept, the best place first; each is looked up when it is asked for.

    A process without HOME, of a user whom the system does not know, has no cache folder of its own.
    """
    if os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(os.environ["NUMBA_CACHE_DIR"])
    home = Path(os.path.expanduser("~"))
    if os.environ.get("XDG_CACHE_HOME"):
        yield Path(os.environ["XDG_CACHE_HOME"]) / "slalom"
    elif home.is_absolute():
        yield home / ".cache" / "slalom"
    yield Path(tempfile.gettempdir()) / f"slalom-{os.getuid() if hasattr(os, 'getuid') else 'kernels'}"


def cache_folder() -> Path:
    """The folder of compiled kernels: one for each state of the sources.

    Numba stamps a cached kernel with its own file alone and would return a stale one after a change in a file that is
    inlined into it, so the sources' hash is part of the folder's name. The first writable place is taken:
    NUMBA_CACHE_DIR, the user's cache folder, the folder for temporary files.
    """
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for source in sorted(path for room in _SOURCES for path in (root / room).rglob("*.py")):
        digest.update(source.relative_to(root).as_posix().encode() + b"\0" + source.read_bytes())
    refused = []
    for place in cache_places():
        folder = place / digest.hexdigest()[:16]
        if _writable(folder):
            return folder
        refused.append(str(place))
    raise OSError(f"compiled kernels need a writable folder; none of {', '.join(refused)} is")


CACHE_FOLDER = cache_folder()

_making = threading.Lock()  # where a kernel is cached is a setting of the whole process while the kernel is made
if hasattr(os, "register_at_fork"):
    # A process forked while another thread compiles would wait for that thread, which it does not have, for ever.
    for _lock in (_making, global_compiler_lock):
        os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


def compiled(function: _Function) -> _Function:
    """A kernel at the top of a module: compiled on first use, then read from the cache, and free of the GIL.

    No fastmath, because outcomes rest on NaN and infinity; numpy's error model, because no division may raise. What is
    written at a prompt or in the cell of a notebook lies in no file, and is compiled in every process.
    """
    kernel: _Function = _compiled(function, cached=os.path.isfile(function.__code__.co_filename))
    return kernel


def _compiled(function: Any, cached: bool) -> Any:
    with _making:
        others, config.CACHE_DIR = config.CACHE_DIR, str(CACHE_FOLDER)
        try:
            return numba.njit(cache=cached, error_model="numpy", nogil=True)(function)
        finally:
            config.CACHE_DIR = others


def made(template: Callable[..., Any], name: str, **things: Any) -> Kernel:
    """A kernel with the code of `template`, in which `things` stand under their names.

    Made with a closure it would be compiled anew in every process: the cache does not know a closure again. It does
    know a name, so every kernel made of a template needs its own. Of things that are written elsewhere the cache knows
    neither the code nor, beside ours, the name: with them a kernel is compiled in every process.
    """
    function = FunctionType(template.__code__, {**template.__globals__, **things}, template.__name__)
    function.__qualname__ = name
    kernel: Kernel = _compiled(function, cached=all(map(_is_ours, filter(is_kernel, things.values()))))
    return kernel


def is_kernel(thing: object) -> bool:
    """Whether it is a function that the compiler knows."""
    return isinstance(thing, Dispatcher)


def _is_ours(kernel: Any) -> bool:
    """Whether a kernel is written in the sources that the name of the cache's folder stands for."""
    file, root = Path(kernel.py_func.__code__.co_filename).resolve(), Path(__file__).resolve().parent.parent
    return any(file.is_relative_to(root / room) for room in _SOURCES)


def inlined(function: _Function) -> _Function:
    """A helper that the compiler sees inside the kernels that call it."""
    helper: Any = numba.njit(error_model="numpy", forceinline=True)(function)
    return helper  # type: ignore[no-any-return]


def plain(helper: _Function) -> _Function:
    """The Python function that an inlined helper is made of: the same bits, not compiled. It may call no other."""
    return helper.py_func  # type: ignore[attr-defined, no-any-return]


def ready(kernel: Kernel, signature: Any) -> bool:
    """Whether a kernel is compiled for its signature in this process."""
    return signature.args in kernel.overloads  # type: ignore[attr-defined]


def prepare(kernel: Kernel, signature: Any) -> None:
    """Compiles a kernel for its one signature, or reads it from the cache. Threads may race here: one compiles."""
    if not ready(kernel, signature):
        kernel.compile(signature)  # type: ignore[attr-defined]


def _pointer(typing_context: Any, array: Any) -> Any:
    """The address of an array's first element. The caller keeps the array alive."""
    make_array: Any = arrayobj.make_array

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), build


pointer: Any = numba.extending.intrinsic(_pointer)


def _after(typing_context: Any, p: Any, count: Any) -> Any:
    """The pointer to what comes after the first `count` values."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return p(p, types.int64), build


after: Any = numba.extending.intrinsic(_after)


def _select(typing_context: Any, condition: Any, a: Any, b: Any) -> Any:
    """a where the condition holds, else b, both of them computed: never a branch, unlike `a if condition else b`."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.select(*arguments)

    return float64(types.boolean, float64, float64), build


select: Any = numba.extending.intrinsic(_select)


def _reread(source: Any, target: Any) -> Any:
    """The 64 bits of a number, read as one of another type."""

    def typed(typing_context: Any, x: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(target))

        return target(source), build

    return numba.extending.intrinsic(typed)


bits: Any = _reread(float64, types.int64)
number: Any = _reread(types.int64, float64)


@cache
def address(kernel: Kernel, signature: Any = SURFACE) -> int:
    """The address of a kernel compiled for its one signature. The modules keep the kernels alive."""
    prepare(kernel, signature)
    result = kernel.get_compile_result(signature)  # type: ignore[attr-defined]
    return int(result.library.get_pointer_to_function(result.fndesc.llvm_func_name))


def called(signature: Any) -> Any:
    """A call of a kernel by its address, for an intrinsic to return.

    The same call as that of a `FunctionType`, without its cost: finding the address takes 20 µs for every run, and the
    compiler makes a loop for every surface it meets.
    """

    def build(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        kind = context.call_conv.get_function_type(signature.return_type, signature.args)
        kernel = builder.inttoptr(arguments[0], kind.as_pointer())
        _, jet = context.call_conv.call_function(builder, kernel, signature.return_type, signature.args, arguments[1:])
        return jet

    return signature.return_type(types.int64, *signature.args), build


def _call(typing_context: Any, surface: Any, x: Any, y: Any, p: Any) -> Any:
    """surface(x, y, p), for the address of a surface."""
    return called(SURFACE)


def _call_example(typing_context: Any, example: Any, x: Any, y: Any, p: Any, i: Any) -> Any:
    """example(x, y, p, i), for the address of an example's kernel."""
    return called(EXAMPLE)


call: Any = numba.extending.intrinsic(_call)
call_example: Any = numba.extending.intrinsic(_call_example)

LANES = 128  # points side by side: all their numbers lie in the nearest cache, and a call for them costs little

# (how many points, where x, y, f, fx, fy, fxx, fxy, fyy of all of them lie in rows of LANES, parameters)
ABREAST = types.void(types.int64, types.CPointer(float64), types.CPointer(float64))

_surface: Any = None  # in the template: a surface's kernel, and whether its Hessian is asked for
_curved = True


def _over(count: int, b: Values, p: Values) -> None:
    for i in range(count):
        f, fx, fy, fxx, fxy, fyy = _surface(b[i], b[LANES + i], p)
        b[2 * LANES + i], b[3 * LANES + i], b[4 * LANES + i] = f, fx, fy
        if _curved:
            b[5 * LANES + i], b[6 * LANES + i], b[7 * LANES + i] = fxx, fxy, fyy


@cache
def abreast(kernel: Kernel, curved: bool) -> Kernel:
    """The kernel of a surface for many points at once: the same bits, and several points in one instruction.

    That takes a surface without exp and its like. The Hessian, half of the work, is left out unless it is asked for.
    """
    function: Any = kernel
    name = f"{function.__module__}.{function.__name__}.{'curved' if curved else 'sloped'}"
    return made(_over, name, _surface=kernel, _curved=curved)


def _call_abreast(typing_context: Any, surface: Any, count: Any, b: Any, p: Any) -> Any:
    """surface(count, b, p), for the address of a surface made by `abreast`."""
    return called(ABREAST)


call_abreast: Any = numba.extending.intrinsic(_call_abreast)

# (address of the surface, its values, points (2, n), jets (n, 6))
SAMPLE = types.void(types.int64, VALUES, float64[:, ::1], float64[:, ::1])


@compiled
def sample(surface: int, values: Any, points: Any, jets: Any) -> None:
    """Writes the jet of `surface` at every point (points[0, i], points[1, i]) into the row jets[i]."""
    p = pointer(values)
    for i in range(points.shape[1]):
        jet = call(surface, points[0, i], points[1, i], p)
        jets[i, 0], jets[i, 1], jets[i, 2], jets[i, 3], jets[i, 4], jets[i, 5] = jet


@inlined
def sigmoid(z: float) -> float:
    """1 / (1 + exp(-z)), without overflow on either side."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    e = math.exp(z)
    return e / (1 + e)


@inlined
def sigmoid_jet(z: float) -> tuple[float, float, float]:
    """(σ, σ', σ'') at z, each to full relative accuracy however small it is."""
    e = math.exp(-abs(z))
    slope = e / ((1 + e) * (1 + e))
    bend = slope * (1 - e) / (1 + e)
    if z >= 0:
        return 1 / (1 + e), slope, -bend
    return e / (1 + e), slope, bend
