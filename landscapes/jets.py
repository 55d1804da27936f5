"""Surfaces as kernels: their signature, calls by address, and evaluation of many points at once.

A surface is one scalar function of a point and of a pointer to its parameters. It returns the second-order Taylor
expansion, the *jet* (f, fx, fy, fxx, fxy, fyy), because the six share most of their arithmetic.

A loss learned from data is the mean over its examples. Such a surface has a second function, the jet of the loss of
one example, which reads example i behind the same pointer.
"""

from functools import cache
from typing import Any, TypeAlias

import numba.extending

from landscapes.tools.compiler import (
    VALUES,
    Kernel,
    Values,
    call_by_address,
    compiled,
    float64,
    pointer,
    specialize,
    types,
)

Jet: TypeAlias = tuple[float, float, float, float, float, float]

SURFACE = types.UniTuple(float64, 6)(float64, float64, types.CPointer(float64))
EXAMPLE = types.UniTuple(float64, 6)(float64, float64, types.CPointer(float64), types.int64)


def _call(typing_context: Any, surface: Any, x: Any, y: Any, p: Any) -> Any:
    """surface(x, y, p), given the address of a surface."""
    return call_by_address(SURFACE)


def _call_example(typing_context: Any, example: Any, x: Any, y: Any, p: Any, i: Any) -> Any:
    """example(x, y, p, i), given the address of an example's kernel."""
    return call_by_address(EXAMPLE)


call: Any = numba.extending.intrinsic(_call)
call_example: Any = numba.extending.intrinsic(_call_example)


BLOCK = 128  # points per block: all their numbers fit in the L1 cache, and the cost of a call is negligible

# (number of points, x, y, f, fx, fy, fxx, fxy, fyy of all points as rows of BLOCK, parameters)
BATCHED = types.void(types.int64, types.CPointer(float64), types.CPointer(float64))

_surface: Any = None  # placeholders in the template: the kernel of a surface, and whether to compute Hessians
_curved = True


def _evaluate(count: int, b: Values, p: Values) -> None:
    for i in range(count):
        f, fx, fy, fxx, fxy, fyy = _surface(b[i], b[BLOCK + i], p)
        b[2 * BLOCK + i], b[3 * BLOCK + i], b[4 * BLOCK + i] = f, fx, fy
        if _curved:
            b[5 * BLOCK + i], b[6 * BLOCK + i], b[7 * BLOCK + i] = fxx, fxy, fyy


@cache
def batched(kernel: Kernel, curved: bool) -> Kernel:
    """The kernel of a surface for many points at once: the same bits, but vectorized with SIMD.

    Only surfaces without exp and the like vectorize. The Hessian is half of the work, so it is optional.
    """
    function: Any = kernel
    name = f"{function.__module__}.{function.__name__}.{'curved' if curved else 'sloped'}"
    return specialize(_evaluate, name, _surface=kernel, _curved=curved)


def _call_batched(typing_context: Any, surface: Any, count: Any, b: Any, p: Any) -> Any:
    """surface(count, b, p), given the address of a kernel from `batched`."""
    return call_by_address(BATCHED)


call_batched: Any = numba.extending.intrinsic(_call_batched)

# (address of the surface, packed parameters, points (2, n), jets (n, 6))
SAMPLE = types.void(types.int64, VALUES, float64[:, ::1], float64[:, ::1])


@compiled
def sample(surface: int, values: Any, points: Any, jets: Any) -> None:
    """Write the jet of `surface` at every point (points[0, i], points[1, i]) into the row jets[i]."""
    p = pointer(values)
    for i in range(points.shape[1]):
        jet = call(surface, points[0, i], points[1, i], p)
        jets[i, 0], jets[i, 1], jets[i, 2], jets[i, 3], jets[i, 4], jets[i, 5] = jet
