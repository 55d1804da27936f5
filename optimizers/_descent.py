"""The one loop. Every optimizer compiles it with its own step; nothing else in the project descends.

An optimizer is a pure step from the state before to the state after:

    step(k, x, y, gx, gy, hxx, hxy, hyy, s, h) -> dx, dy, s

with k = 1, 2, ... the number of the step, (x, y) the point, (gx, gy) the gradient, noise included, (hxx, hxy, hyy) the
Hessian at (x, y), s the state (a tuple of as many floats as the method needs, given to `descend` as it is before the
first step) and h a pointer to the hyperparameters in the order they are declared. The gradient is taken at
`look(x, y, s, h)`, which is (x, y) itself for most.
"""

import math
from typing import Any, TypeAlias

import numba
import numpy as np
from numba.core.types import float64, int64, uint64

from landscapes._kernel import VALUES, Kernel, Values, call, compiled, inlined, pointer
from optimizers._noise import gaussian
from optimizers._rules import FAR, HUGE, REST, End

__all__ = ["COLUMNS", "TRACE", "Hyper", "Shift", "State", "compiled", "descend", "here", "inlined"]

State: TypeAlias = tuple[float, ...]
Shift: TypeAlias = tuple[float, float, State]
Hyper: TypeAlias = Values

COLUMNS = 5  # of the record: x, y, loss, and the gradient as used
_LEFT, _LOSS, _NAN, _SINGULAR = int(End.LEFT), int(End.LOSS), int(End.NAN), int(End.SINGULAR)
_AT_REST, _OUT_OF_STEPS = int(End.AT_REST), int(End.OUT_OF_STEPS)

# (address of the surface, its values, x, y, hyperparameters, steps, noise scale, seed, record)
# -> 8 · last row + how it ended
TRACE = int64(int64, VALUES, float64, float64, VALUES, int64, float64, uint64, float64[:, ::1])


@inlined
def here(x: float, y: float, s: State, h: Hyper) -> tuple[float, float]:
    """Where most methods take their gradient: at the point itself."""
    return x, y


@numba.njit(inline="always")
def descend(
    look: Kernel,
    step: Kernel,
    s: State,
    surface: int,
    values: Any,
    x: float,
    y: float,
    hyper: Any,
    n: int,
    sigma: float,
    seed: Any,
    record: Any,
) -> int:
    """Descends at most n steps from (x, y) and the state s, with a row for every iterate, by the rules of `_rules`."""
    p, h = pointer(values), pointer(hyper)
    k = 0
    end = _OUT_OF_STEPS
    while True:
        loss, gx, gy, hxx, hxy, hyy = call(surface, x, y, p)
        record[k, 0], record[k, 1], record[k, 2], record[k, 3], record[k, 4] = x, y, loss, gx, gy
        if not (abs(x) <= FAR and abs(y) <= FAR):
            end = _LEFT
            break
        if not abs(loss) <= HUGE:
            end = _NAN if math.isnan(loss) else _LOSS
            break
        u, v = look(x, y, s, h)
        if u != x or v != y:
            _, gx, gy, _, _, _ = call(surface, u, v, p)
        if sigma > 0:
            z, w = gaussian(seed, np.uint64(k))
            gx += sigma * z
            gy += sigma * w
        record[k, 3], record[k, 4] = gx, gy
        dx, dy, after = step(k + 1, x, y, gx, gy, hxx, hxy, hyy, s, h)
        if gx * gx + gy * gy <= REST * REST and not (dx * dx + dy * dy > REST * REST):
            end = _AT_REST
            break
        if math.isnan(dx) or math.isnan(dy):
            end = _SINGULAR if math.isfinite(gx) and math.isfinite(gy) else _NAN
            break
        if k == n:
            break
        x += dx
        y += dy
        s = after
        k += 1
    return 8 * k + end
