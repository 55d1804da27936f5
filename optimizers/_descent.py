"""The one loop. Every optimizer compiles it with its own step; nothing else in the project descends.

An optimizer is a pure step from the state before to the state after:

    step(k, lr, at, s, h) -> dx, dy, s

with k = 1, 2, ... the number of the step, lr the learning rate that the schedule gives it, `at` the `Site`: the point,
the loss, the gradient (with noise, clipped) and the Hessian there, s the state (a tuple of as many floats as the method
needs) and h a pointer to the hyperparameters in the order they are declared. The gradient is taken at
`look(x, y, s, h)`, which is (x, y) itself for most. A method may take a second gradient, which is then the one it uses,
at `probe(x, y, gx, gy, h)` of that point and the gradient there, with the same noise.
"""

import math
from typing import Any, NamedTuple, TypeAlias

import numba
from numba.core.types import float64, int64

from landscapes._kernel import VALUES, Kernel, Values, call, called, inlined, made, pointer
from optimizers._clip import clipped
from optimizers._course import COURSE, Course
from optimizers._noise import call_noise
from optimizers._rules import FAR, HUGE, REST, End, rests

State: TypeAlias = tuple[float, ...]
Shift: TypeAlias = tuple[float, float, State]
Hyper: TypeAlias = Values

COLUMNS = 5  # of the record: x, y, loss, and the gradient as used, before it is clipped
STEPPED = 7  # with the step as the method makes it, before it is clipped
PROBED = 9  # with the point of a second gradient, behind room for the step
COUNTED = 8  # with the values, gradients and Hessians asked for, where their number differs from step to step
_LEFT, _LOSS, _NAN, _NOTHING_LOWER = int(End.LEFT), int(End.LOSS), int(End.NAN), int(End.NOTHING_LOWER)
_AT_REST, _OUT_OF_STEPS = int(End.AT_REST), int(End.OUT_OF_STEPS)


class Site(NamedTuple):
    """Where a step is taken, and what is known there."""

    x: float
    y: float
    loss: float
    gx: float
    gy: float
    hxx: float
    hxy: float
    hyy: float
    surface: int
    p: Values


# (address of the surface, its values, x, y, hyperparameters, course, record) -> 8 · last row + how it ended
TRACE = int64(int64, VALUES, float64, float64, VALUES, COURSE, float64[:, ::1])


def _call_trace(
    typing_context: Any, method: Any, surface: Any, p: Any, x: Any, y: Any, h: Any, course: Any, record: Any
) -> Any:
    """method(surface, p, x, y, h, course, record), for the address of a method's loop."""
    return called(TRACE)


call_trace: Any = numba.extending.intrinsic(_call_trace)


@inlined
def here(x: float, y: float, s: State, h: Hyper) -> tuple[float, float]:
    """Where most methods take their gradient: at the point itself."""
    return x, y


@inlined
def stay(x: float, y: float, gx: float, gy: float, h: Hyper) -> tuple[float, float]:
    """Where a method that takes one gradient would take a second."""
    return x, y


@inlined
def nothing(s: State) -> tuple[float, float, float]:
    """What a method has asked for of which every step asks for the same: that is declared, and not counted."""
    return 0.0, 0.0, 0.0


@inlined
def point(s: State) -> float:
    """How far most methods reach from the point they stand on: not at all."""
    return 0.0


_look: Any = None  # in the template: what a method is made of
_step: Any = None
_state: Any = None
_asked: Any = None
_probe: Any = None
_extent: Any = None
_probes = False
_no_step = int(End.SINGULAR)


def _descend(surface: int, values: Any, x: float, y: float, hyper: Any, course: Course, record: Any) -> int:
    """Descends from (x, y), with a row for every iterate, by the rules of `_rules`."""
    p, h, s = pointer(values), pointer(hyper), _state
    last, counted, probed = len(course.rates) - 1, record.shape[1] == COUNTED, record.shape[1] == PROBED
    k = 0
    end = _OUT_OF_STEPS
    while True:
        loss, gx, gy, hxx, hxy, hyy = call(surface, x, y, p)
        record[k, 0], record[k, 1], record[k, 2], record[k, 3], record[k, 4] = x, y, loss, gx, gy
        if counted:
            record[k, 5], record[k, 6], record[k, 7] = _asked(s)
        if probed:
            record[k, 5], record[k, 6], record[k, 7], record[k, 8] = 0.0, 0.0, x, y
        if not (abs(x) <= FAR and abs(y) <= FAR):
            end = _LEFT
            break
        if not abs(loss) <= HUGE:
            end = _NAN if math.isnan(loss) else _LOSS
            break
        u, v = _look(x, y, s, h)
        if u != x or v != y:
            _, gx, gy, _, _, _ = call(surface, u, v, p)
        if course.noise != 0:
            gx, gy = call_noise(course.noise, course, k, u, v, p, gx, gy)
        if _probes:
            u, v = _probe(u, v, gx, gy, h)
            _, gx, gy, _, _, _ = call(surface, u, v, p)
            if course.noise != 0:
                gx, gy = call_noise(course.noise, course, k, u, v, p, gx, gy)
            if probed:
                record[k, 7], record[k, 8] = u, v
        record[k, 3], record[k, 4] = gx, gy
        cx, cy = gx, gy
        if course.clip > 0:
            cx, cy = clipped(course.clip, course.threshold, gx, gy)
        rate = h[0] * course.rates[min(k, last)]
        dx, dy, after = _step(k + 1, rate, Site(x, y, loss, cx, cy, hxx, hxy, hyy, surface, p), s, h)
        if course.clip < 0:
            record[k, 5], record[k, 6] = dx, dy
            dx, dy = clipped(-course.clip, course.threshold * rate, dx, dy)
        small = not _extent(after) > REST * course.measure.radius
        if small and rests(course.measure, loss, gx, gy, dx, dy, hxx, hxy, hyy):
            end = _AT_REST
            break
        if math.isnan(dx) or math.isnan(dy):
            if _no_step != _NOTHING_LOWER or course.noise == 0 or not math.isfinite(gx + gy):
                end = _no_step if math.isfinite(gx) and math.isfinite(gy) else _NAN
                break
            dx, dy = 0.0, 0.0  # the next gradient has other noise
        if k == course.n:
            break
        x += dx
        y += dy
        s = after
        k += 1
    return 8 * k + end


def descent(
    name: str,
    step: Kernel,
    state: State,
    look: Kernel = here,
    asked: Kernel = nothing,
    no_step: End = End.SINGULAR,
    probe: Kernel = stay,
    extent: Kernel = point,
) -> Kernel:
    """The loop of a method: of its step, its state before the first, and where it looks, and looks again.

    `asked` reads from the state how many values, gradients and Hessians the method has asked for, if it counts them;
    `no_step` is how a run ends where the method has no step, which it says by NaN; `extent` reads from the state how
    far from the point it reaches with a figure of its own.
    """
    things = {"_step": step, "_state": state, "_look": look, "_asked": asked, "_extent": extent}
    return made(_descend, f"descent.{name}", **things, _no_step=int(no_step), _probe=probe, _probes=probe is not stay)
