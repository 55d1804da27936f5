"""Dissection of one step of a run."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from landscapes import Landscape, Point
from landscapes.tools.arguments import instance
from landscapes.tools.equality import same
from optimizers._arguments import landscape_of, optimizer_of
from optimizers._method import Optimizer
from optimizers._trajectory import Trajectory, checked_count
from optimizers.anatomy.parts import Instant, Moment, Part, Vector, adding, arrow, dot, length, pair

ROUNDING = 1e-6  # times the largest arrow: much larger than rounding errors, much smaller than another method's step


class Dissection(NamedTuple):
    """A step d from θ, and its effect on the loss.

    Attributes:
        parts: Sub-steps in order; the last one, "step", is the whole step.
        step: d = (dx, dy), as recorded.
        slope: gᵀd with the exact gradient at θ: the first-order change of the loss.
        curvature: ½ dᵀHd with the exact Hessian at θ: the second-order change.
        real: f(θ + d) - f(θ), the actual change of the loss.

    For SGD without noise slope + curvature is equation 8.10 of the book: -ε gᵀg + ½ ε² gᵀHg.
    """

    parts: tuple[Part, ...]
    step: Point
    slope: float
    curvature: float
    real: float

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dissection) and same(tuple(self), tuple(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(tuple(part.term for part in self.parts))

    @property
    def predicted(self) -> float:
        """gᵀd + ½ dᵀHd: the change of the loss by the second-order Taylor series at θ."""
        return self.slope + self.curvature

    @property
    def curvature_wins(self) -> bool:
        """Whether ½ dᵀHd > -gᵀd: the second-order Taylor series predicts that the step goes uphill."""
        return self.curvature > -self.slope


def dissect(landscape: Landscape | str, optimizer: Optimizer | str, run: Trajectory, k: int) -> Dissection:
    """Dissect the step from iterate k of a run, 0 <= k < run.stopped_at.

    Args:
        landscape, optimizer: Those of the call to `trace`, or their names. The options of the run are stored in it.
        run: From `trace`.
        k: Index of the iterate from which the step is taken; the number of the step in formulas is k + 1.

    Raises:
        TypeError, ValueError: There is no such step, or the run is from another landscape or optimizer.

    Example:
        >>> import landscapes, optimizers
        >>> bowl, sgd = landscapes.get("quadratic", condition=4.0, angle=0.0), optimizers.get("sgd", lr=3.0)
        >>> run = optimizers.trace(bowl, sgd, start=(0.0, 1.0), steps=2)
        >>> first = optimizers.dissect(bowl, sgd, run, 0)
        >>> [(part.term, part.shape.vector) for part in first.parts]
        [('gradient', (0.0, 1.0)), ('push', (-0.0, -3.0)), ('step', (0.0, -3.0))]
        >>> first.slope, first.curvature, first.real, first.curvature_wins
        (-3.0, 4.5, 1.5, True)
    """
    landscape, optimizer = landscape_of(landscape), optimizer_of(optimizer)
    instance("run", Trajectory, "a run from `optimizers.trace`", run)
    if run.stopped_at == 0:
        raise ValueError("a run of 0 steps has no step to take apart")
    k = checked_count("k", k, run.stopped_at)
    if k == run.stopped_at:
        raise ValueError(f"the run ends at {k}: no step is taken from there; k must be from 0 to {k - 1}")
    # Squares of distant points overflow, as they do in the compiled loops, which raise no errors either.
    with np.errstate(all="ignore"):
        moment = _moment(landscape, optimizer, run, k)
        parts = (*optimizer.method.anatomy(moment), *_clipping_part(run, k, moment), _whole_step(moment))
        _check(moment, parts)
        g = landscape.gradient(moment.x, moment.y)
        slope, bend = dot(g, moment.step), dot(moment.step, moment.hessian @ moment.step) / 2
        change = float(run.loss[k + 1] - run.loss[k])
    return Dissection(parts, pair(moment.step), slope, bend, change)


def _moment(landscape: Landscape, optimizer: Optimizer, run: Trajectory, k: int) -> Moment:
    *past, now = _instants(run, k + 1)
    if landscape.at(now.x, now.y)[0] != now.loss:
        raise ValueError(f"the run was not made on this landscape, {landscape!r}")
    return Moment(
        **vars(now),
        hessian=landscape.hessian(now.x, now.y),
        values=optimizer.values,
        past=tuple(past),
        step=run.path[k + 1] - run.path[k],
        landscape=landscape,
    )


def _instants(run: Trajectory, count: int) -> Iterator[Instant]:
    """The first steps of a run, as the anatomy sees them."""
    raw = run.gradient[:count]
    used = run.clip.of(raw) if run.clip and not run.clip.of_step else raw
    rates, probes = run.rates, run.probes
    for i, (x, y, loss) in enumerate(run.record[:count, :3].tolist()):
        yield Instant(i + 1, float(rates[i]), x, y, loss, raw[i], used[i], probes[i])


def _clipping_part(run: Trajectory, k: int, moment: Moment) -> tuple[Part, ...]:
    """The part of the method's step that clipping of the whole step removes."""
    if not (run.clip and run.clip.of_step and run.clipped[k]):
        return ()
    made = run.rates[k] * run.unclipped[k]
    return (arrow("held", moment.theta + made, moment.step - made, adds=True, threshold=run.clip["threshold"]),)


def _whole_step(moment: Moment) -> Part:
    return arrow("step", moment.theta, moment.step, length=length(moment.step))


def _check(moment: Moment, parts: tuple[Part, ...]) -> None:
    """Raise a ValueError unless the arrows sum to the recorded step: the run is from another optimizer or schedule."""
    arrows: list[Vector] = [np.array(one.vector) for one in adding(parts)]
    apart = length(sum(arrows, np.zeros(2)) - moment.step)
    largest = max(map(length, [moment.step, *arrows]))
    # θ + d is rounded, so far from the origin the recorded step is only as exact as θ.
    if not apart <= ROUNDING * largest + 1e-15 * length(moment.theta):
        raise ValueError("the run was not made by this optimizer: their steps differ")
