"""The one loop for many runs at once. Its runs are those of `_descent`, bit for bit.

The numbers of `LANES` runs lie side by side, a row for x, a row for y, and so on. The step of a method, and a surface
without exp and its like, then take several of them in one instruction: a step costs about 1 ns, against 5 to 10 alone.
That asks for a step without loops and calls. A run that ends makes room for the last of the others.

No noise, no clipping: who asks for them gets the loop for one run.
"""

import math
from typing import Any

import numba
import numpy as np
from numba.core.types import float64, int64

from landscapes._kernel import LANES, VALUES, Kernel, Values, after, call_abreast, inlined, made, pointer, types
from landscapes._landscape import Floats
from optimizers._descent import Site, State, here
from optimizers._rules import FAR, HUGE, REST, End

MOST_HYPERPARAMETERS = 6
MOST_STATE = 8
WIDTH = 16  # a loop goes over a multiple of so many runs: its last round is as wide as the others

# The rows: what `landscapes._kernel.ABREAST` says, the same for the points looked at, and what else a run has.
_X, _Y, _LOSS, _GX, _GY, _HXX, _HXY, _HYY = (LANES * row for row in range(8))
_LOOK, _ENOUGH, _FIRST, _SURE, _RUN, _HYPER = (LANES * row for row in (8, 16, 17, 18, 19, 20))
_STATE = _HYPER + LANES * MOST_HYPERPARAMETERS
ROOM = _STATE + LANES * MOST_STATE
_LINE = 8  # numbers in a line of the cache
_MOST_H = (0.0,) * MOST_HYPERPARAMETERS

_LEFT, _LOST, _NAN, _SINGULAR = int(End.LEFT), int(End.LOSS), int(End.NAN), int(End.SINGULAR)
_AT_REST, _OUT_OF_STEPS = int(End.AT_REST), int(End.OUT_OF_STEPS)

# (address of the surface, its values, budget, shares of the rate, x, y, rows of hyperparameters, infimum, whether rows
TOGETHER = types.void(
    *(int64, VALUES, int64, VALUES, VALUES, VALUES, types.Array(float64, 2, "C", readonly=True)),
    # near it are noted, how near, room for the numbers, for x, y and loss at the end, for 8 · last row + how it ended,
    *(float64, types.boolean, VALUES),
    # for the first row near enough)
    *(float64[::1], float64[:, ::1], int64[::1], int64[::1]),
)


def _column(typing_context: Any, b: Any, i: Any, like: Any) -> Any:
    """As many numbers as `like` has, one below the other, from the place i on."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        numbers = [builder.load(_place(context, builder, arguments, j)) for j in range(len(like))]
        return context.make_tuple(builder, signature.return_type, numbers)

    return like(b, i, like), build


def _write(typing_context: Any, b: Any, i: Any, which: Any, one: Any, other: Any) -> Any:
    """Writes the numbers of `one` if `which`, else those of the `other`, one below the other, from the place i on."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        truth = context.cast(builder, arguments[2], which, types.boolean)
        for j in range(len(one)):
            pair = [builder.extract_value(numbers, j) for numbers in arguments[3:]]
            builder.store(builder.select(truth, *pair), _place(context, builder, arguments, j))
        return context.get_dummy_value()

    return types.void(b, i, which, one, other), build


def _place(context: Any, builder: Any, arguments: Any, j: int) -> Any:
    i = builder.add(arguments[1], context.get_constant(types.int64, j * LANES))
    return builder.gep(arguments[0], [i])


column: Any = numba.extending.intrinsic(_column)
write: Any = numba.extending.intrinsic(_write)


@inlined
def site(b: Values, i: int, p: Values) -> Site:
    """Where run i takes its step; the gradient is the one it uses."""
    return Site(b[_X + i], b[_Y + i], b[_LOSS + i], b[_GX + i], b[_GY + i], b[_HXX + i], b[_HXY + i], b[_HYY + i], 0, p)


@inlined
def enter(b: Values, begin: int, x: Any, y: Any, hypers: Any, tolerance: Any, start: State) -> int:
    """Sets the next runs at their starts, and returns how many they are; the last is there again to fill up."""
    count = min(LANES, len(x) - begin)
    for i in range(LANES):
        run = begin + min(i, count - 1)
        b[_X + i], b[_Y + i], b[_RUN + i] = x[run], y[run], run
        b[_ENOUGH + i], b[_FIRST + i] = tolerance[run], -1.0
        write(b, _STATE + i, True, start, start)
    for j in range(len(hypers)):
        for i in range(LANES):
            b[_HYPER + j * LANES + i] = hypers[j, begin + min(i, count - 1)]
    return count


@inlined
def note(b: Values, wide: int, k: int, infimum: float) -> None:
    """Notes for every run the first row whose loss is near enough to the infimum."""
    for i in range(wide):
        first = b[_FIRST + i]
        b[_FIRST + i] = k if (b[_LOSS + i] - infimum <= b[_ENOUGH + i]) & (first < 0) else first


@numba.njit(inline="always")
def look_around(look: Kernel, start: State, surface: int, wide: int, b: Values, p: Values) -> None:
    """Replaces the gradients by those at the points that a method looks at."""
    for i in range(wide):
        s, h = column(b, _STATE + i, start), column(b, _HYPER + i, _MOST_H)
        b[_LOOK + _X + i], b[_LOOK + _Y + i] = look(b[_X + i], b[_Y + i], s, h)
    call_abreast(surface, wide, after(b, _LOOK), p)
    for i in range(wide):
        here = (b[_LOOK + _X + i] == b[_X + i]) & (b[_LOOK + _Y + i] == b[_Y + i])
        gx, gy = b[_GX + i], b[_GY + i]
        b[_GX + i] = gx if here else b[_LOOK + _GX + i]
        b[_GY + i] = gy if here else b[_LOOK + _GY + i]


@numba.njit(inline="always")
def go(step: Kernel, start: State, wide: int, k: int, share: float, b: Values, p: Values) -> bool:
    """Takes a step with all runs that surely go on, marks them, and returns whether these are all.

    What is sure takes a few comparisons and no branch; what is not is left to `settle`.
    """
    all_sure = True
    for i in range(wide):
        s, h, at = column(b, _STATE + i, start), column(b, _HYPER + i, _MOST_H), site(b, i, p)
        dx, dy, later = step(k + 1, h[0] * share, at, s, h)
        inside = (abs(at.x) + abs(at.y) <= FAR) & (abs(at.loss) <= HUGE)
        sure = inside & (abs(at.gx) + abs(at.gy) > 2 * REST) & (dx == dx) & (dy == dy)
        write(b, _X + i, sure, (at.x + dx, at.y + dy), (at.x, at.y))
        write(b, _STATE + i, sure, later, s)
        b[_SURE + i] = 1.0 if sure else 0.0
        all_sure = all_sure & sure
    return all_sure


@numba.njit(inline="always")
def settle(
    step: Kernel,
    start: State,
    count: int,
    k: int,
    share: float,
    over: bool,
    b: Values,
    p: Values,
    ends: Any,
    codes: Any,
    first: Any,
) -> int:
    """Decides about the runs that are not sure to go on, and when the budget is used up about all.

    They take their step, or they end and another one takes their place. Returns how many are left.
    """
    for i in range(count - 1, -1, -1):
        if over or b[_SURE + i] == 0.0:
            s, h, at = column(b, _STATE + i, start), column(b, _HYPER + i, _MOST_H), site(b, i, p)
            dx, dy, later = step(k + 1, h[0] * share, at, s, h)
            end = ending(at, dx, dy)
            if end == _OUT_OF_STEPS and not over:
                b[_X + i], b[_Y + i] = at.x + dx, at.y + dy
                write(b, _STATE + i, True, later, s)
            else:
                run = int(b[_RUN + i])
                ends[0, run], ends[1, run], ends[2, run] = at.x, at.y, at.loss
                codes[run], first[run] = 8 * k + end, int(b[_FIRST + i])
                count -= 1
                replace(b, i, count, start)
    return count


@inlined
def ending(at: Site, dx: float, dy: float) -> int:
    """How a run ends here, by the rules of `optimizers._descent` in their order; out of steps if it need not end."""
    if not (abs(at.x) <= FAR and abs(at.y) <= FAR):
        return _LEFT
    if not abs(at.loss) <= HUGE:
        return _NAN if math.isnan(at.loss) else _LOST
    if at.gx * at.gx + at.gy * at.gy <= REST * REST and not (dx * dx + dy * dy > REST * REST):
        return _AT_REST
    if math.isnan(dx) or math.isnan(dy):
        return _SINGULAR if math.isfinite(at.gx) and math.isfinite(at.gy) else _NAN
    return _OUT_OF_STEPS


@inlined
def replace(b: Values, i: int, other: int, like: State) -> None:
    """Puts another run, with a state like this, into the place i."""
    b[_X + i], b[_Y + i], b[_RUN + i] = b[_X + other], b[_Y + other], b[_RUN + other]
    b[_ENOUGH + i], b[_FIRST + i] = b[_ENOUGH + other], b[_FIRST + other]
    write(b, _HYPER + i, True, column(b, _HYPER + other, _MOST_H), _MOST_H)
    write(b, _STATE + i, True, column(b, _STATE + other, like), like)


_look: Any = None  # in the template: what a method is made of
_step: Any = None
_start: Any = None
_looks = False


def _descend(
    surface: int,
    values: Any,
    n: int,
    rates: Any,
    x: Any,
    y: Any,
    hypers: Any,
    infimum: float,
    noted: bool,
    tolerance: Any,
    room: Any,
    ends: Any,
    codes: Any,
    first: Any,
) -> None:
    b, p = pointer(room), pointer(values)
    for begin in range(0, len(x), LANES):
        count = enter(b, begin, x, y, hypers, tolerance, _start)
        k = 0
        while count > 0:
            wide = (count + WIDTH - 1) // WIDTH * WIDTH
            share = rates[min(k, len(rates) - 1)]
            call_abreast(surface, wide, b, p)
            if _looks:
                look_around(_look, _start, surface, wide, b, p)
            if noted:
                note(b, wide, k, infimum)
            if k == n or not go(_step, _start, wide, k, share, b, p):
                count = settle(_step, _start, count, k, share, k == n, b, p, ends, codes, first)
                for i in range(count, wide):
                    if b[_SURE + i] == 0.0:
                        replace(b, i, 0, _start)  # what fills up goes on with the others
            k += 1


def room() -> Floats:
    """Room for the numbers of `LANES` runs. Every row begins with a line of the cache: none crosses two."""
    numbers = np.zeros(ROOM + _LINE)
    begin = -numbers.ctypes.data // numbers.itemsize % _LINE
    return numbers[begin : begin + ROOM]


def together(name: str, step: Kernel, state: State, look: Kernel = here) -> Kernel:
    """The loop of a method for many runs at once: of its step, its state before the first, and where it looks.

    Raises:
        ValueError: there is no room for so large a state.
    """
    if len(state) > MOST_STATE:
        raise ValueError(f"there is no room for the state of {name}: {len(state)} numbers, at most {MOST_STATE}")
    return made(_descend, f"together.{name}", _step=step, _start=state, _look=look, _looks=look is not here)
