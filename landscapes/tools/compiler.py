"""How functions become kernels: the decorators, a kernel's address, and the few instructions that Python lacks."""

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

from landscapes.tools.kernel_cache import keep

Values: TypeAlias = Any  # a pointer to float64: parameters inside a kernel
Kernel: TypeAlias = Callable[..., Any]

types: Any = numba.types  # Numba is only partly annotated
config: Any = numba.config
float64: Any = types.float64

if config.DISABLE_JIT:
    raise ImportError("landscapes needs Numba's compiler, which NUMBA_DISABLE_JIT turns off: unset it, or set it to 0")

VALUES = types.Array(float64, 1, "C", readonly=True)  # what is packed is frozen; a writable array is another type

_Function = TypeVar("_Function", bound=Callable[..., Any])

if hasattr(os, "register_at_fork"):
    # A process forked while another thread compiles would wait for that thread, which it does not have, for ever.
    os.register_at_fork(
        before=global_compiler_lock.acquire,
        after_in_parent=global_compiler_lock.release,
        after_in_child=global_compiler_lock.release,
    )


def compiled(function: _Function) -> _Function:
    """A kernel at the top of a module: compiled on first use, then read from the cache, and free of the GIL.

    No fastmath, because outcomes rest on NaN and infinity; numpy's error model, because no division may raise. What is
    written at a prompt or in the cell of a notebook lies in no file, and is compiled in every process.
    """
    kernel: _Function = _compiled(function)
    return kernel


def _compiled(function: Any) -> Any:
    kernel = numba.njit(error_model="numpy", nogil=True)(function)
    if os.path.isfile(function.__code__.co_filename):
        keep(kernel, function)
    return kernel


def specialize(template: Callable[..., Any], name: str, **things: Any) -> Kernel:
    """A kernel with the code of `template`, in which `things` stand under their names.

    The same code with other things is another kernel, and each needs a name of its own: it is part of the name that
    the compiler gives it.
    """
    function = FunctionType(template.__code__, {**template.__globals__, **things}, template.__name__)
    function.__qualname__ = name
    kernel: Kernel = _compiled(function)
    return kernel


def is_kernel(thing: object) -> bool:
    """Whether it is a function that the compiler knows."""
    return isinstance(thing, Dispatcher)


def device_function(function: _Function) -> _Function:
    """A helper that the compiler sees inside the kernels that call it."""
    helper: Any = numba.njit(error_model="numpy", forceinline=True)(function)
    return helper  # type: ignore[no-any-return]


def python_function(helper: _Function) -> _Function:
    """The Python function that an inlined helper is made of: the same bits, not compiled. It may call no other."""
    return helper.py_func  # type: ignore[attr-defined, no-any-return]


def is_compiled(kernel: Kernel, signature: Any) -> bool:
    """Whether a kernel is compiled for its signature in this process."""
    return signature.args in kernel.overloads  # type: ignore[attr-defined]


def prepare(kernel: Kernel, signature: Any) -> None:
    """Compiles a kernel for its one signature, or reads it from the cache. Threads may race here: one compiles."""
    if not is_compiled(kernel, signature):
        kernel.compile(signature)  # type: ignore[attr-defined]


def _pointer(typing_context: Any, array: Any) -> Any:
    """The address of an array's first element. The caller keeps the array alive."""
    make_array: Any = arrayobj.make_array

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), build


pointer: Any = numba.extending.intrinsic(_pointer)


def _offset(typing_context: Any, p: Any, count: Any) -> Any:
    """The pointer to what comes after the first `count` values."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return p(p, types.int64), build


offset: Any = numba.extending.intrinsic(_offset)


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
def address(kernel: Kernel, signature: Any) -> int:
    """The address of a kernel compiled for its one signature. The modules keep the kernels alive."""
    prepare(kernel, signature)
    result = kernel.get_compile_result(signature)  # type: ignore[attr-defined]
    return int(result.library.get_pointer_to_function(result.fndesc.llvm_func_name))


def call_by_address(signature: Any) -> Any:
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
