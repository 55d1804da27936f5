"""The loop of a run. Every optimizer compiles it with its own step; there is no other descent loop in the project.

An optimizer is a pure step from the state before to the state after:

    step(k, lr, at, s, h) -> dx, dy, s

with k = 1, 2, ... the number of the step, lr its learning rate from the schedule, `at` the `Evaluation`: the point, the
loss, the gradient (noisy and clipped) and the Hessian there, s the state (a tuple of as many floats as the method
needs) and h a pointer to the hyperparameters in the order in which they are declared. The gradient is evaluated at
`lookahead(x, y, s, h)`, which is (x, y) itself for most methods. A method may evaluate a second gradient with the same
noise at `probe(x, y, gx, gy, h)`, computed from that point and its gradient; the step then uses the second gradient.
"""

import math
from typing import Any, NamedTuple, TypeAlias

import numba
from numba.core.types import float64, int64

from landscapes.jets import call
from landscapes.tools.compiler import VALUES, Kernel, Values, call_by_address, device_function, pointer, specialize
from optimizers.engine.clipping import clipped
from optimizers.engine.noise import call_noise
from optimizers.engine.rules import FAR, HUGE, REST, End, rests
from optimizers.engine.run_config import RUN_CONFIG, RunConfig

State: TypeAlias = tuple[float, ...]
Update: TypeAlias = tuple[float, float, State]
Hyper: TypeAlias = Values

COLUMNS = 5  # of the record: x, y, loss, and the gradient as used, before clipping
STEPPED = 7  # with the step of the method before it is clipped
PROBED = 9  # with the point of the second gradient, after the columns for the step
COUNTED = 8  # with the numbers of values, gradients and Hessians evaluated, for methods that count them
_LEFT, _LOSS, _NAN, _NOTHING_LOWER = int(End.LEFT), int(End.LOSS), int(End.NAN), int(End.NOTHING_LOWER)
_AT_REST, _OUT_OF_STEPS = int(End.AT_REST), int(End.OUT_OF_STEPS)


class Evaluation(NamedTuple):
    """The point of a step, and the loss, gradient and Hessian there."""

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


# (address of the surface, its parameters, x, y, hyperparameters, config, record) -> 8 · last row + code of the end
TRACE = int64(int64, VALUES, float64, float64, VALUES, RUN_CONFIG, float64[:, ::1])


def _call_trace(
    typing_context: Any, method: Any, surface: Any, p: Any, x: Any, y: Any, h: Any, config: Any, record: Any
) -> Any:
    """method(surface, p, x, y, h, config, record), given the address of a method's loop."""
    return call_by_address(TRACE)


call_trace: Any = numba.extending.intrinsic(_call_trace)


@device_function
def no_lookahead(x: float, y: float, s: State, h: Hyper) -> tuple[float, float]:
    """The default point of the gradient: the iterate itself."""
    return x, y


@device_function
def no_probe(x: float, y: float, gx: float, gy: float, h: Hyper) -> tuple[float, float]:
    """The default point of the second gradient, for methods without one."""
    return x, y


@device_function
def no_counts(s: State) -> tuple[float, float, float]:
    """The default counts, for methods whose evaluations per step are constant and declared."""
    return 0.0, 0.0, 0.0


@device_function
def no_extent(s: State) -> float:
    """The default extent: a single point."""
    return 0.0


_lookahead: Any = None  # placeholders in the template: the parts of a method
_step: Any = None
_state: Any = None
_evaluation_counts: Any = None
_probe: Any = None
_extent: Any = None
_probes = False
_no_step = int(End.SINGULAR)


def _descend(surface: int, values: Any, x: float, y: float, hyper: Any, config: RunConfig, record: Any) -> int:
    """Descend from (x, y) and write a row for every iterate, by the rules of `_rules`."""
    p, h, s = pointer(values), pointer(hyper), _state
    last, counted, probed = len(config.rates) - 1, record.shape[1] == COUNTED, record.shape[1] == PROBED
    k = 0
    end = _OUT_OF_STEPS
    while True:
        loss, gx, gy, hxx, hxy, hyy = call(surface, x, y, p)
        record[k, 0], record[k, 1], record[k, 2], record[k, 3], record[k, 4] = x, y, loss, gx, gy
        if counted:
            record[k, 5], record[k, 6], record[k, 7] = _evaluation_counts(s)
        if probed:
            record[k, 5], record[k, 6], record[k, 7], record[k, 8] = 0.0, 0.0, x, y
        if not (abs(x) <= FAR and abs(y) <= FAR):
            end = _LEFT
            break
        if not abs(loss) <= HUGE:
            end = _NAN if math.isnan(loss) else _LOSS
            break
        u, v = _lookahead(x, y, s, h)
        if u != x or v != y:
            _, gx, gy, _, _, _ = call(surface, u, v, p)
        if config.noise != 0:
            gx, gy = call_noise(config.noise, config, k, u, v, p, gx, gy)
        if _probes:
            u, v = _probe(u, v, gx, gy, h)
            _, gx, gy, _, _, _ = call(surface, u, v, p)
            if config.noise != 0:
                gx, gy = call_noise(config.noise, config, k, u, v, p, gx, gy)
            if probed:
                record[k, 7], record[k, 8] = u, v
        record[k, 3], record[k, 4] = gx, gy
        cx, cy = gx, gy
        if config.clip > 0:
            cx, cy = clipped(config.clip, config.threshold, gx, gy)
        rate = h[0] * config.rates[min(k, last)]
        dx, dy, after = _step(k + 1, rate, Evaluation(x, y, loss, cx, cy, hxx, hxy, hyy, surface, p), s, h)
        if config.clip < 0:
            record[k, 5], record[k, 6] = dx, dy
            dx, dy = clipped(-config.clip, config.threshold * rate, dx, dy)
        small = not _extent(after) > REST * config.measure.radius
        if small and rests(config.measure, loss, gx, gy, dx, dy, hxx, hxy, hyy):
            end = _AT_REST
            break
        if math.isnan(dx) or math.isnan(dy):
            if _no_step != _NOTHING_LOWER or config.noise == 0 or not math.isfinite(gx + gy):
                end = _no_step if math.isfinite(gx) and math.isfinite(gy) else _NAN
                break
            dx, dy = 0.0, 0.0  # do not end the run: the noise of the next gradient differs
        if k == config.n:
            break
        x += dx
        y += dy
        s = after
        k += 1
    return 8 * k + end


def specialize_loop(
    name: str,
    step: Kernel,
    state: State,
    lookahead: Kernel = no_lookahead,
    evaluation_counts: Kernel = no_counts,
    no_step: End = End.SINGULAR,
    probe: Kernel = no_probe,
    extent: Kernel = no_extent,
) -> Kernel:
    """The loop of a method, compiled with its step, initial state and functions.

    `evaluation_counts` reads the numbers of values, gradients and Hessians computed from the state, for methods that
    count them; `no_step` is how a run ends if the method has no step, which it signals with NaN; `extent` reads the
    size of the method's figure around the point from the state.
    """
    things = {
        "_step": step,
        "_state": state,
        "_lookahead": lookahead,
        "_evaluation_counts": evaluation_counts,
        "_extent": extent,
    }
    return specialize(
        _descend, f"loop.{name}", **things, _no_step=int(no_step), _probe=probe, _probes=probe is not no_probe
    )
