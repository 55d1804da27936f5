"""A race: what was asked, written down; and what happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import landscapes
from landscapes import Landscape, Point
from optimizers._average import Average
from optimizers._clip import Clip
from optimizers._method import Optimizer
from optimizers._noise import Noise
from optimizers._registry import get
from optimizers._schedule import Schedule
from optimizers._trajectory import Trajectory, trace


@dataclass(frozen=True)
class Lane:
    """One runner: a method, its hyperparameters as (name, value) pairs, its options, and whether it is shown."""

    optimizer: str
    values: tuple[tuple[str, float], ...] = ()
    shown: bool = True
    schedule: Schedule | None = None
    clip: Clip | None = None
    average: Average | None = None

    def made(self) -> Optimizer:
        """The optimizer of this lane."""
        return _optimizer(self.optimizer, self.values)


@dataclass(frozen=True)
class Race:
    """Everything that decides a race, as plain values: what a link, a preset or a test writes down.

    Attributes:
        landscape: a name of `landscapes.names()`.
        values: its parameters as (name, value) pairs.
        lanes: the runners. They share start, steps and noise draws.
        start: (x, y).
        steps: the budget of every runner.
        noise: in every gradient, or None.
        seed: of the noise.
        blur: the standard deviation of the Gaussian that the landscape is blurred with.
    """

    landscape: str
    lanes: tuple[Lane, ...]
    start: Point
    values: tuple[tuple[str, float], ...] = ()
    steps: int = 300
    noise: Noise | None = None
    seed: int = 0
    blur: float = 0.0

    def ground(self) -> Landscape:
        """The landscape with its parameters set, blurred if that is asked for."""
        return _ground(self.landscape, self.values, self.blur)


# Both are asked for again and again while a finger moves, and never change.


@lru_cache(maxsize=1024)
def _optimizer(name: str, values: tuple[tuple[str, float], ...]) -> Optimizer:
    return get(name, **dict(values))


@lru_cache(maxsize=256)
def _ground(name: str, values: tuple[tuple[str, float], ...], blur: float) -> Landscape:
    return landscapes.blurred(landscapes.get(name, **dict(values)), blur)


def run(asked: Race) -> tuple[Trajectory, ...]:
    """Runs every lane of a race; one trajectory for each, in their order.

    >>> asked = Race("rosenbrock", (Lane("newton"), Lane("adam", (("lr", 0.1),))), (-1.5, 2.3), steps=50)
    >>> [trajectory.outcome for trajectory in run(asked)]
    ['converged', 'out_of_steps']
    """
    ground = asked.ground()
    return tuple(
        trace(
            ground,
            lane.made(),
            asked.start,
            asked.steps,
            schedule=lane.schedule,
            clip=lane.clip,
            noise=asked.noise,
            average=lane.average,
            seed=asked.seed,
        )
        for lane in asked.lanes
    )


def race(
    landscape: Landscape,
    lanes: Mapping[str, Optimizer] | Iterable[Optimizer],
    start: Point | None = None,
    steps: int = 300,
    *,
    schedule: Schedule | None = None,
    clip: Clip | None = None,
    noise: Noise | None = None,
    average: Average | None = None,
    seed: int = 0,
) -> dict[str, Trajectory]:
    """Runs several optimizers from one start, with the same noise draws for all.

    Args:
        landscape: from `landscapes.get`.
        lanes: optimizers by label, or several optimizers; those are labelled by their names, the second of a name
            "sgd 2", the third "sgd 3".
        start, steps, schedule, clip, noise, average, seed: as for `trace`, the same for all.

    Returns:
        A trajectory for every label, in the order of the lanes.

    Example:
        >>> import landscapes, optimizers
        >>> bowl = landscapes.get("quadratic", condition=10.0)
        >>> finish = race(bowl, {"full": optimizers.get("newton"), "half": optimizers.get("newton", lr=0.5)})
        >>> {label: run.stopped_at for label, run in finish.items()}
        {'full': 1, 'half': 29}
    """
    labelled = lanes if isinstance(lanes, Mapping) else _labelled(lanes)
    return {
        label: trace(
            landscape,
            optimizer,
            start,
            steps,
            schedule=schedule,
            clip=clip,
            noise=noise,
            average=average,
            seed=seed,
        )
        for label, optimizer in labelled.items()
    }


def _labelled(lanes: Iterable[Optimizer]) -> dict[str, Optimizer]:
    labelled: dict[str, Optimizer] = {}
    counts: dict[str, int] = {}
    for lane in lanes:
        counts[lane.name] = counts.get(lane.name, 0) + 1
        labelled[lane.name if counts[lane.name] == 1 else f"{lane.name} {counts[lane.name]}"] = lane
    return labelled
