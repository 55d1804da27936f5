"""One run: an optimizer down a landscape."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from landscapes import Landscape, Point
from landscapes.tools.arguments import Floats, pair, whole, wrong_type
from landscapes.tools.compiler import address
from landscapes.tools.equality import ByValue
from optimizers._arguments import landscape_of, optimizer_of, option_of
from optimizers._method import Optimizer
from optimizers.engine import rules
from optimizers.engine.loop import COLUMNS, COUNTED, PROBED, STEPPED
from optimizers.engine.noise import KERNELS, NOISE
from optimizers.engine.run_config import RunConfig
from optimizers.options.average import Average
from optimizers.options.clip import CODES, Clip
from optimizers.options.noise import Noise
from optimizers.options.schedule import Schedule

MOST_STEPS = 10_000_000

_CONSTANT: Floats = np.ones(1)
_CONSTANT.setflags(write=False)
_NO_DECK = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Trajectory(ByValue):
    """The result of a run of n steps, where n is the number of steps actually taken.

    Attributes:
        path: Iterates, shape (n + 1, 2). The last one of a diverged run may lie far outside the map.
        loss: f at the iterates, shape (n + 1,).
        gradient: Gradient that the method used at every iterate, shape (n + 1, 2): with noise, before clipping, at the
            point where the method evaluates it (for Nesterov ahead, for SAM uphill). The last row is the one that it
            would use next; if the run left the box or its loss overflowed, the last row is the exact gradient.
        outcome: "converged", "saddle", "maximum", "stalled", "diverged", "out_of_steps" or "no_step"; see
            optimizers.engine.rules.
        reason: Why it diverged: "left" (|x| or |y| beyond 1e8), "loss" (beyond 1e300) or "nan"; why the method has no
            step: "singular" (the Hessian) or "nothing_lower" (the line search finds nothing lower); otherwise None.
        stopped_at: n, the step at which the run ended.
        price: Values, gradients and Hessians per step; the minimum for methods that count them.
        minimum: Index in `landscape.minima` of the minimum converged to, or None (not converged, or converged to a
            point of a curve of minima that is not in the list).
        best: Whether the final loss is the landscape's minimum value.
        record: Path, loss and gradient side by side, shape (n + 1, 5); with three more columns for methods that count
            evaluations, two more if the step is clipped, and four for methods with a second gradient.
        lr: Learning rate without its schedule; 1 for a method that has none.
        factors: Factors of the learning rate in the first steps; the last one holds for all later steps.
        average: Average of the iterates up to each of them, shape (n + 1, 2), or None without averaging.
        average_loss: f at the average, shape (n + 1,), or None.
        clip: Clipping of the run, or None.
    """

    path: Floats
    loss: Floats
    gradient: Floats
    outcome: rules.Outcome
    reason: rules.Reason | None
    stopped_at: int
    price: tuple[int, int, int]
    minimum: int | None
    best: bool
    record: Floats = field(repr=False)
    lr: float
    factors: Floats = field(repr=False)
    clip: Clip | None = None
    average: Floats | None = None
    average_loss: Floats | None = None

    @property
    def evaluations(self) -> NDArray[np.int64]:
        """Cumulative numbers of values, gradients and Hessians that the method evaluated, shape (n + 1, 3).

        Recording the loss is not counted. Line searches evaluate exact values and gradients even with noise, and each
        of them counts; a minibatch gradient counts as one, whatever its size.
        """
        counts = np.multiply.outer(np.arange(self.stopped_at + 1), self.price)
        if self.record.shape[1] == COUNTED:
            counts[:] = self.record[:, COLUMNS:]
        return counts

    @property
    def probes(self) -> Floats:
        """The points of the second gradients, shape (n + 1, 2); the path for a method without."""
        return self.record[:, STEPPED:PROBED] if self.record.shape[1] == PROBED else self.path

    @property
    def rates(self) -> Floats:
        """The learning rate of every step, shape (n,)."""
        last = len(self.factors) - 1
        with np.errstate(over="ignore"):
            return np.asarray(self.lr * self.factors[np.minimum(np.arange(self.stopped_at), last)])

    @property
    def unclipped(self) -> Floats:
        """The input of clipping at every step, shape (n, 2): the gradient, or the step over its learning rate."""
        if self.clip and self.clip.of_step:
            steps, rates = self.record[:-1, COLUMNS:STEPPED], self.rates[:, None]
            with np.errstate(over="ignore"):
                return np.divide(steps, rates, out=np.zeros_like(steps), where=rates != 0)
        return self.gradient[:-1]

    @property
    def clipped(self) -> NDArray[np.bool_]:
        """Whether clipping changed the step from each iterate, shape (n,)."""
        return self.clip.touches(self.unclipped) if self.clip else np.zeros(self.stopped_at, np.bool_)


def checked_start(landscape: Landscape, start: Point | None) -> Point:
    """The start as two finite floats; the start of the landscape if None."""
    place = landscape.start if start is None else pair("start", start)
    if not (math.isfinite(place[0]) and math.isfinite(place[1])):
        raise ValueError(f"a start must be two finite numbers, not {start!r}")
    return place


def checked_count(name: str, count: int, most: int, least: int = 0) -> int:
    """A whole number, checked to be from `least` to `most`."""
    return whole(name, count, least, most)


def checked_call(name: str, function: object) -> None:
    """Raise a TypeError unless the argument is a function or None."""
    if function is not None and not callable(function):
        raise wrong_type(name, "a function or None", function)


def trace(
    landscape: Landscape | str,
    optimizer: Optimizer | str,
    start: Point | None = None,
    steps: int = 300,
    *,
    schedule: Schedule | str | None = None,
    clip: Clip | str | None = None,
    noise: Noise | str | None = None,
    average: Average | str | None = None,
    seed: int = 0,
) -> Trajectory:
    """Run an optimizer on a landscape and record every iterate.

    The same call gives the same bits, in any thread, alone or among others. Nothing is clamped: the run goes where the
    method takes it, and ends by the rules in `optimizers.engine.rules`.

    Args:
        landscape: From `landscapes.get`, or a name for the landscape with its defaults.
        optimizer: From `optimizers.get`, or a name.
        start: (x, y), by default that of the landscape.
        steps: Step budget, 0 to 10,000,000.
        schedule: From `optimizers.schedule`, the name of a kind, or None for a constant learning rate.
        clip: From `optimizers.clip`, the name of a kind, or None.
        noise: From `optimizers.noise`, the name of a kind, or None.
        average: From `optimizers.average`, the name of a kind, or None.
        seed: Seed of the noise, a whole number from 0 to 2⁶³ - 1.

    Raises:
        KeyError: Unknown name; the message lists the choices.
        TypeError: Argument of a wrong type; the message says what is expected.
        ValueError: The start is not finite, steps or seed are out of range, the method has no learning rate for a
            schedule or clipped steps, or the landscape has no examples for minibatches.

    Example:
        >>> import landscapes, optimizers
        >>> run = trace(landscapes.get("quadratic", condition=10.0), optimizers.get("newton"), start=(3.0, 1.0))
        >>> run.outcome, run.stopped_at, run.path.shape
        ('converged', 1, (2, 2))
    """
    return trace_checked(
        landscape_of(landscape),
        optimizer_of(optimizer),
        start,
        steps,
        schedule=option_of(Schedule, schedule),
        clip=option_of(Clip, clip),
        noise=option_of(Noise, noise),
        average=option_of(Average, average),
        seed=seed,
    )


def trace_checked(
    landscape: Landscape,
    optimizer: Optimizer,
    start: Point | None,
    steps: int,
    *,
    schedule: Schedule | None,
    clip: Clip | None,
    noise: Noise | None,
    average: Average | None,
    seed: int,
) -> Trajectory:
    """`trace` of arguments that have been checked."""
    x, y = checked_start(landscape, start)
    n = checked_count("steps", steps, MOST_STEPS)
    config = run_config(landscape, optimizer, n, schedule, clip, noise, checked_count("seed", seed, 2**63 - 1))
    record = np.empty((n + 1, columns(optimizer, config)))
    code = optimizer.method.trace(landscape.address, landscape.packed, x, y, optimizer.packed, config, record)
    last, end = code >> 3, rules.End(code & 7)
    return _to_trajectory(landscape, optimizer, record[: last + 1], end, config.rates, clip, average)


def run_config(
    landscape: Landscape,
    optimizer: Optimizer,
    n: int,
    schedule: Schedule | None = None,
    clip: Clip | None = None,
    noise: Noise | None = None,
    seed: int = 0,
) -> RunConfig:
    """The configuration of a run, besides the method, as the loop reads it."""
    rates, deck = _CONSTANT, _NO_DECK
    if schedule is not None:
        if not optimizer.method.has_rate:
            raise ValueError(f"{optimizer.name} has no learning rate that a schedule could set")
        rates = schedule.factors(n + 1)
        rates.setflags(write=False)
    if noise is not None and noise.kind == "minibatch":
        if not landscape.size:
            problem = "is blurred" if landscape.sigma else "is not made of data"
            raise ValueError(f"{landscape.name} {problem}: it has no minibatches")
        deck = np.full(landscape.size + 1, -1)
    noise_values = dict(noise.values) if noise else {}
    return RunConfig(
        n=n,
        rates=rates,
        clip=_code(optimizer, clip),
        threshold=clip["threshold"] if clip else 0.0,
        noise=address(KERNELS[noise.kind], NOISE) if noise and noise.disturbs else 0,
        scale=noise_values.get("scale", 0.0),
        freedom=noise_values.get("freedom", 0.0),
        batch=int(noise_values.get("batch", 0)),
        drawn=int(noise_values.get("drawn", 0)),
        seed=np.uint64(seed),
        example=landscape.example_address,
        deck=deck,
        measure=rules.measure(landscape),
    )


def columns(optimizer: Optimizer, config: RunConfig) -> int:
    """The number of columns of the record."""
    method = optimizer.method
    return COUNTED if method.counts else PROBED if method.probes else STEPPED if config.clip < 0 else COLUMNS


def _code(optimizer: Optimizer, clip: Clip | None) -> int:
    """The code of a kind of clipping, as the loop reads it."""
    if clip is None:
        return 0
    if clip.of_step and not optimizer.method.has_rate:
        raise ValueError(f"{optimizer.name} has no learning rate, of which its clipped steps would be multiples")
    return -CODES[clip.kind] if clip.of_step else CODES[clip.kind]


def _to_trajectory(
    landscape: Landscape,
    optimizer: Optimizer,
    record: Floats,
    end: rules.End,
    factors: Floats,
    clip: Clip | None,
    average: Average | None,
) -> Trajectory:
    """The trajectory of a record, with its outcome."""
    x, y, *_ = record[-1].tolist()
    outcome = rules.outcome(landscape, end, x, y)
    near = rules.NEAR * rules.radius(landscape)
    if len(record) * 2 < (record.base.shape[0] if record.base is not None else 0):
        record = record.copy()  # frees the unused rows of a run that ended early
    path = record[:, :2]
    averaged = average.of(path) if average else None
    return Trajectory(
        path=path,
        loss=record[:, 2],
        gradient=record[:, 3:5],
        outcome=outcome,
        reason=rules.REASONS.get(end) if outcome in ("diverged", "no_step") else None,
        stopped_at=len(record) - 1,
        price=optimizer.method.evaluations,
        minimum=rules.nearest(landscape.minima, x, y, near) if outcome == "converged" else None,
        best=rules.is_best(landscape, x, y),
        record=record,
        lr=optimizer.values.get("lr", 1.0),
        factors=factors,
        clip=clip,
        average=averaged,
        average_loss=None if averaged is None else landscape.value(*averaged.T),
    )
