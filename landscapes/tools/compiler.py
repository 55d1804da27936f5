"""Compilation of functions to kernels: the decorators, the address of a kernel, and a few low-level instructions."""

import os
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, TypeAlias, TypeVar

import numba
import numba.extending
from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher
from numba.np import arrayobj

from landscapes.tools.kernel_cache import cache_on_disk

Values: TypeAlias = Any  # a pointer to float64: parameters inside a kernel
Kernel: TypeAlias = Callable[..., Any]

types: Any = numba.types  # Numba is only partly annotated
config: Any = numba.config
float64: Any = types.float64

if config.DISABLE_JIT:
    raise ImportError("landscapes needs Numba's compiler, which NUMBA_DISABLE_JIT turns off: unset it, or set it to 0")

VALUES = types.Array(float64, 1, "C", readonly=True)  # packed parameters are read-only: another type than writable ones

_Function = TypeVar("_Function", bound=Callable[..., Any])

if hasattr(os, "register_at_fork"):
    # A process forked while another thread holds the compiler lock would wait for that lock forever.
    os.register_at_fork(
        before=global_compiler_lock.acquire,
        after_in_parent=global_compiler_lock.release,
        after_in_child=global_compiler_lock.release,
    )


def compiled(function: _Function) -> _Function:
    """Make a module-level function a kernel: compiled on first use, then read from the disk cache; releases the GIL.

    No fastmath, because outcomes depend on NaN and infinity; NumPy's error model, because divisions must not raise.
    Functions defined at a prompt or in a notebook have no source file and are compiled in every process.
    """
    kernel: _Function = _compiled(function)
    return kernel


def _compiled(function: Any) -> Any:
    kernel = numba.njit(error_model="numpy", nogil=True)(function)
    if os.path.isfile(function.__code__.co_filename):
        cache_on_disk(kernel, function)
    return kernel


def specialize(template: Callable[..., Any], name: str, **things: Any) -> Kernel:
    """A kernel with the code of `template` in which the names of `things` have these values.

    Each specialization needs a name of its own: it becomes part of the symbol that the compiler generates.
    """
    function = FunctionType(template.__code__, {**template.__globals__, **things}, template.__name__)
    function.__qualname__ = name
    kernel: Kernel = _compiled(function)
    return kernel


def is_kernel(thing: object) -> bool:
    """Whether the object is a compiled function."""
    return isinstance(thing, Dispatcher)


def device_function(function: _Function) -> _Function:
    """Make a function a helper that is inlined into the kernels that call it."""
    helper: Any = numba.njit(error_model="numpy", forceinline=True)(function)
    return helper  # type: ignore[no-any-return]


def python_function(helper: _Function) -> _Function:
    """The Python function behind an inlined helper: the same bits, not compiled. It must call no other helper."""
    return helper.py_func  # type: ignore[attr-defined, no-any-return]


def is_compiled(kernel: Kernel, signature: Any) -> bool:
    """Whether a kernel is compiled for its signature in this process."""
    return signature.args in kernel.overloads  # type: ignore[attr-defined]


def prepare(kernel: Kernel, signature: Any) -> None:
    """Compile a kernel for its one signature, or read it from the cache. Thread-safe: only one thread compiles."""
    if not is_compiled(kernel, signature):
        kernel.compile(signature)  # type: ignore[attr-defined]


def _pointer(typing_context: Any, array: Any) -> Any:
    """The address of the first element of an array. The caller keeps the array alive."""
    make_array: Any = arrayobj.make_array

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), build


pointer: Any = numba.extending.intrinsic(_pointer)


def _offset(typing_context: Any, p: Any, count: Any) -> Any:
    """The pointer past the first `count` values."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return p(p, types.int64), build


offset: Any = numba.extending.intrinsic(_offset)


def _select(typing_context: Any, condition: Any, a: Any, b: Any) -> Any:
    """a if the condition holds, else b. Both are computed, so there is no branch, unlike in `a if condition else b`."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.select(*arguments)

    return float64(types.boolean, float64, float64), build


select: Any = numba.extending.intrinsic(_select)


def _reread(source: Any, target: Any) -> Any:
    """Reinterpret the 64 bits of a number as another type."""

    def typed(typing_context: Any, x: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(target))

        return target(source), build

    return numba.extending.intrinsic(typed)


bits: Any = _reread(float64, types.int64)
number: Any = _reread(types.int64, float64)


@cache
def address(kernel: Kernel, signature: Any) -> int:
    """The address of a kernel compiled for its one signature. The module that defines the kernel keeps it alive."""
    prepare(kernel, signature)
    result = kernel.get_compile_result(signature)  # type: ignore[attr-defined]
    return int(result.library.get_pointer_to_function(result.fndesc.llvm_func_name))


def call_by_address(signature: Any) -> Any:
    """The code of a call to a kernel by its address, to be returned by an intrinsic.

    The same call as through a `FunctionType`, but cheaper: there, every run spends 20 µs on finding the address, and
    the loop is compiled once for every surface.
    """

    def build(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        kind = context.call_conv.get_function_type(signature.return_type, signature.args)
        kernel = builder.inttoptr(arguments[0], kind.as_pointer())
        _, jet = context.call_conv.call_function(builder, kernel, signature.return_type, signature.args, arguments[1:])
        return jet

    return signature.return_type(types.int64, *signature.args), build
