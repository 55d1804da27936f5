"""The loop for many runs at once. Its runs equal those of `_descent` bit for bit.

The numbers of `BLOCK` runs are stored side by side: a row for x, a row for y, and so on. The step of a method, and a
surface without exp and the like, are then vectorized with SIMD: a step costs about 1 ns, against 5 to 10 alone. This
requires a step without loops and calls. When a run ends, the last of the others takes its place.

Noise and clipping are not supported here: runs with them use the loop for one run.
"""

import math
from typing import Any

import numba
import numpy as np
from numba.core.types import float64, int64

from landscapes.jets import BLOCK, call, call_batched
from landscapes.tools.arguments import Floats
from landscapes.tools.compiler import (
    VALUES,
    Kernel,
    Values,
    device_function,
    offset,
    pointer,
    select,
    specialize,
    types,
)
from optimizers.engine.loop import Evaluation, State, no_lookahead
from optimizers.engine.rules import FAR, HUGE, MEASURE, REST, End, Measure, rests
from optimizers.engine.settings import HYPERS, SETTINGS, TOLERANCE, Settings, X, Y, spread

MOST_HYPERPARAMETERS = 6
MOST_STATE = 8
WIDTH = 16  # loops cover a multiple of this number of runs, so that the last iteration is as wide as the others

# The rows of a side: those of `landscapes.jets.BATCHED`, and the state. A step writes from one side to the other, so
# that the previous iterate is still available if the run turns out to have ended there.
_X, _Y, _LOSS, _GX, _GY, _HXX, _HXY, _HYY, _STATE = (BLOCK * row for row in range(9))
_SIDE = _STATE + BLOCK * MOST_STATE
# The rows shared by both sides: the points of look-ahead, and the other numbers of a run.
_ENOUGH, _FIRST, _SURE, _RUN, _HYPER = (BLOCK * row for row in range(8, 13))
ROOM = 2 * _SIDE + _HYPER + BLOCK * MOST_HYPERPARAMETERS
_LINE = 8  # float64 numbers per cache line
_MOST_H = (0.0,) * MOST_HYPERPARAMETERS

_LEFT, _LOST, _NAN, _SINGULAR = int(End.LEFT), int(End.LOSS), int(End.NAN), int(End.SINGULAR)
_AT_REST, _OUT_OF_STEPS = int(End.AT_REST), int(End.OUT_OF_STEPS)

# (addresses of the surface for many points and for one, its parameters, budget, factors of the rate, settings, measure,
BATCHED_LOOP = types.void(
    *(int64, int64, VALUES, int64, VALUES, SETTINGS, MEASURE, types.boolean),
    # whether to record rows near the infimum, buffer for the numbers, outputs: x, y and loss at the end,
    # 8 · last row + code of the end, first row near the infimum)
    *(float64[::1], float64[:, ::1], int64[::1], int64[::1]),
)


def _column(typing_context: Any, b: Any, i: Any, like: Any) -> Any:
    """Read as many numbers as `like` has from one column, starting at offset i."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        numbers = [builder.load(_place(context, builder, arguments, j)) for j in range(len(like))]
        return context.make_tuple(builder, signature.return_type, numbers)

    return like(b, i, like), build


def _write(typing_context: Any, b: Any, i: Any, numbers: Any) -> Any:
    """Write these numbers to one column, starting at offset i."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        for j in range(len(numbers)):
            builder.store(builder.extract_value(arguments[2], j), _place(context, builder, arguments, j))
        return context.get_dummy_value()

    return types.void(b, i, numbers), build


def _place(context: Any, builder: Any, arguments: Any, j: int) -> Any:
    i = builder.add(arguments[1], context.get_constant(types.int64, j * BLOCK))
    return builder.gep(arguments[0], [i])


column: Any = numba.extending.intrinsic(_column)
write: Any = numba.extending.intrinsic(_write)


@device_function
def evaluation_at(b: Values, i: int, p: Values) -> Evaluation:
    """The evaluation of run i at its current point, with the gradient that the step uses."""
    return Evaluation(
        b[_X + i], b[_Y + i], b[_LOSS + i], b[_GX + i], b[_GY + i], b[_HXX + i], b[_HXY + i], b[_HYY + i], 0, p
    )


@device_function
def load_runs(a: Values, b: Values, begin: int, run_settings: Settings, start: State) -> int:
    """Load the next runs at their starts and return their number; the last one is repeated as padding."""
    count = min(BLOCK, run_settings.total - begin)
    for i in range(BLOCK):
        a[_RUN + i], a[_FIRST + i] = begin + min(i, count - 1), -1.0
        write(b, _STATE + i, start)
    spread(run_settings, X, begin, count, BLOCK, b, _X)
    spread(run_settings, Y, begin, count, BLOCK, b, _Y)
    spread(run_settings, TOLERANCE, begin, count, BLOCK, a, _ENOUGH)
    for j in range(len(run_settings.places) - HYPERS):
        spread(run_settings, HYPERS + j, begin, count, BLOCK, a, _HYPER + j * BLOCK)
    return count


@device_function
def record_first(a: Values, b: Values, wide: int, k: int, infimum: float) -> None:
    """Record for every run the first row whose loss is within the tolerance of the infimum."""
    for i in range(wide):
        first = a[_FIRST + i]
        a[_FIRST + i] = k if (b[_LOSS + i] - infimum <= a[_ENOUGH + i]) & (first < 0) else first


@numba.njit(inline="always")
def apply_lookahead(lookahead: Kernel, start: State, surface: int, wide: int, a: Values, b: Values, p: Values) -> None:
    """Replace the gradients by those at the look-ahead points."""
    for i in range(wide):
        s, h = column(b, _STATE + i, start), column(a, _HYPER + i, _MOST_H)
        a[_X + i], a[_Y + i] = lookahead(b[_X + i], b[_Y + i], s, h)
    call_batched(surface, wide, a, p)
    for i in range(wide):
        no_lookahead = (a[_X + i] == b[_X + i]) & (a[_Y + i] == b[_Y + i])
        gx, gy = b[_GX + i], b[_GY + i]
        b[_GX + i] = gx if no_lookahead else a[_GX + i]
        b[_GY + i] = gy if no_lookahead else a[_GY + i]


@device_function
def surely_continues(at: Evaluation, dx: float, dy: float, radius: float) -> bool:
    """Whether a run certainly continues: a few comparisons without branches. Other cases are left to `end_code`."""
    inside = (abs(at.x) + abs(at.y) <= FAR) & (abs(at.loss) <= HUGE)
    return inside & (abs(dx) + abs(dy) > 2 * REST * radius)


@numba.njit(inline="always")
def step_all(
    step: Kernel,
    start: State,
    wide: int,
    k: int,
    share: float,
    radius: float,
    a: Values,
    b: Values,
    c: Values,
    p: Values,
) -> bool:
    """Take a step with all runs, from side b to side c, and mark those that certainly continue.

    Returns whether all of them do.
    """
    all_sure = True
    for i in range(wide):
        s, h, at = column(b, _STATE + i, start), column(a, _HYPER + i, _MOST_H), evaluation_at(b, i, p)
        dx, dy, later = step(k + 1, h[0] * share, at, s, h)
        c[_X + i], c[_Y + i] = at.x + dx, at.y + dy
        write(c, _STATE + i, later)
        sure = surely_continues(at, dx, dy, radius)
        a[_SURE + i] = select(sure, 1.0, 0.0)
        all_sure = all_sure & sure
    return all_sure


@numba.njit(inline="always")
def finish(
    step: Kernel,
    start: State,
    count: int,
    k: int,
    share: float,
    over: bool,
    surface: int,
    measure: Measure,
    a: Values,
    b: Values,
    c: Values,
    p: Values,
    ends: Any,
    codes: Any,
    first: Any,
) -> int:
    """Decide which of the uncertain runs end; when the budget is used up, all of them.

    Other runs take the places of those that end. Returns the number of remaining runs.
    """
    for i in range(count - 1, -1, -1):
        if over or a[_SURE + i] == 0.0:
            s, h, at = column(b, _STATE + i, start), column(a, _HYPER + i, _MOST_H), evaluation_at(b, i, p)
            dx, dy, _later = step(k + 1, h[0] * share, at, s, h)
            end = end_code(surface, measure, at, dx, dy)
            if over or end != _OUT_OF_STEPS:
                run = int(a[_RUN + i])
                ends[0, run], ends[1, run], ends[2, run] = at.x, at.y, at.loss
                codes[run], first[run] = 8 * k + end, int(a[_FIRST + i])
                count -= 1
                replace(a, c, i, count, start)
    return count


@device_function
def end_code(surface: int, measure: Measure, at: Evaluation, dx: float, dy: float) -> int:
    """How a run ends here, by the rules of `optimizers.engine.loop` in order; out of steps if no other rule applies."""
    if not (abs(at.x) <= FAR and abs(at.y) <= FAR):
        return _LEFT
    if not abs(at.loss) <= HUGE:
        return _NAN if math.isnan(at.loss) else _LOST
    _, _, _, hxx, hxy, hyy = call(surface, at.x, at.y, at.p)  # the batched kernel may have omitted the Hessian
    if rests(measure, at.loss, at.gx, at.gy, dx, dy, hxx, hxy, hyy):
        return _AT_REST
    if math.isnan(dx) or math.isnan(dy):
        return _SINGULAR if math.isfinite(at.gx) and math.isfinite(at.gy) else _NAN
    return _OUT_OF_STEPS


@device_function
def replace(a: Values, c: Values, i: int, other: int, like: State) -> None:
    """Copy another run, with a state like this, from the side that the step wrote to, to place i."""
    a[_RUN + i], a[_ENOUGH + i], a[_FIRST + i] = a[_RUN + other], a[_ENOUGH + other], a[_FIRST + other]
    c[_X + i], c[_Y + i] = c[_X + other], c[_Y + other]
    write(a, _HYPER + i, column(a, _HYPER + other, _MOST_H))
    write(c, _STATE + i, column(c, _STATE + other, like))


_lookahead: Any = None  # placeholders in the template: the parts of a method
_step: Any = None
_start: Any = None
_looks_ahead = False


def _descend(
    batched_surface: int,
    surface: int,
    values: Any,
    n: int,
    rates: Any,
    run_settings: Settings,
    measure: Measure,
    wants_first: bool,
    room: Any,
    ends: Any,
    codes: Any,
    first: Any,
) -> None:
    even, p = pointer(room), pointer(values)
    odd, a = offset(even, _SIDE), offset(even, 2 * _SIDE)
    for begin in range(0, run_settings.total, BLOCK):
        count = load_runs(a, even, begin, run_settings, _start)
        k = 0
        while count > 0:
            wide = (count + WIDTH - 1) // WIDTH * WIDTH
            share = rates[min(k, len(rates) - 1)]
            b, c = (even, odd) if k % 2 == 0 else (odd, even)
            call_batched(batched_surface, wide, b, p)
            if _looks_ahead:
                apply_lookahead(_lookahead, _start, batched_surface, wide, a, b, p)
            if wants_first:
                record_first(a, b, wide, k, measure.infimum)
            # Two calls, because the loop is vectorized only if the compiler knows both sides.
            if k % 2 == 0:
                all_sure = step_all(_step, _start, wide, k, share, measure.radius, a, even, odd, p)
            else:
                all_sure = step_all(_step, _start, wide, k, share, measure.radius, a, odd, even, p)
            if k == n or not all_sure:
                count = finish(_step, _start, count, k, share, k == n, surface, measure, a, b, c, p, ends, codes, first)
                for i in range(count, wide):
                    if a[_SURE + i] == 0.0:
                        replace(a, c, i, 0, _start)  # padding: a copy of a running run
            k += 1


def room() -> Floats:
    """A buffer for the numbers of `BLOCK` runs. Rows are aligned to cache lines so that no vector crosses two."""
    numbers = np.zeros(ROOM + _LINE)
    begin = -numbers.ctypes.data // numbers.itemsize % _LINE
    return numbers[begin : begin + ROOM]


def check_room(name: str, state: int, hyperparameters: int) -> None:
    """Raise a ValueError if a method has more numbers than fit in the buffer of the batched loop.

    Raises:
        ValueError: There are too many states or hyperparameters; the message says what to do.
    """
    for what, count, most in (("state", state, MOST_STATE), ("hyperparameters", hyperparameters, MOST_HYPERPARAMETERS)):
        if count > most:
            raise ValueError(
                f"{what} of {name} must be at most {most} numbers, not {count}, for many runs at once; "
                "simd=False declares a method whose runs go one by one"
            )


def specialize_batched(name: str, step: Kernel, state: State, lookahead: Kernel = no_lookahead) -> Kernel:
    """The batched loop of a method, from its step, its initial state and its look-ahead."""
    return specialize(
        _descend,
        f"batched.{name}",
        _step=step,
        _start=state,
        _lookahead=lookahead,
        _looks_ahead=lookahead is not no_lookahead,
    )
