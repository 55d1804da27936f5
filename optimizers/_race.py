"""Races, as plain values, and their trajectories."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from typing import Any, TypeAlias

import landscapes
from landscapes import Landscape, Point
from landscapes.tools.arguments import instance, named_values, pair, real, sequence, text, whole, wrong_type
from landscapes.tools.declarations import set_fields
from optimizers._arguments import landscape_of, optimizer_of, option_of
from optimizers._method import Optimizer
from optimizers._registry import get, is_registered
from optimizers._trajectory import Trajectory, checked_count, trace, trace_checked
from optimizers.options.average import Average
from optimizers.options.clip import Clip
from optimizers.options.noise import Noise
from optimizers.options.schedule import Schedule


@dataclass(frozen=True)
class Lane:
    """One runner: a method, its hyperparameters as (name, value) pairs, its options, and whether it is shown.

    Arguments are converted to plain values: an optimizer from `optimizers.get` to its name and hyperparameters, a dict
    of hyperparameters to pairs, the name of an option's kind to that kind with its defaults.

    >>> Lane("sgd", {"lr": 1}, clip="norm").clip["threshold"]
    1.0
    """

    optimizer: str
    values: tuple[tuple[str, float], ...] = ()
    shown: bool = True
    schedule: Schedule | None = None
    clip: Clip | None = None
    average: Average | None = None

    def __post_init__(self) -> None:
        optimizer: Any = self.optimizer
        values = named_values("values of a lane", self.values)
        if isinstance(optimizer, Optimizer):
            if not is_registered(optimizer):
                raise wrong_type(
                    "optimizer of a lane", "one of `optimizers.names()`: a race is plain values", optimizer
                )
            optimizer, values = optimizer.name, tuple({**optimizer.values, **dict(values)}.items())
        set_fields(
            self,
            optimizer=text("optimizer of a lane", optimizer, "one of `optimizers.names()`, or from `optimizers.get`"),
            values=values,
            shown=instance("shown", bool, "True or False", self.shown),
            schedule=option_of(Schedule, self.schedule),
            clip=option_of(Clip, self.clip),
            average=option_of(Average, self.average),
        )

    def build_optimizer(self) -> Optimizer:
        """The optimizer of this lane."""
        return _optimizer(self.optimizer, self.values)


@dataclass(frozen=True)
class Race:
    """Everything that determines a race, as plain values, for links, presets and tests.

    A landscape or an optimizer from `get` is converted to its name and values; the name of an optimizer becomes a lane
    with its default hyperparameters.

    Attributes:
        landscape: A name from `landscapes.names()`.
        values: Its parameters as (name, value) pairs.
        lanes: The runners. They share start, steps and noise draws.
        start: (x, y).
        steps: Step budget of every runner.
        noise: Noise in every gradient, or None.
        seed: Seed of the noise.
        blur: Standard deviation of the Gaussian with which the landscape is blurred.
    """

    landscape: str
    lanes: tuple[Lane, ...]
    start: Point
    values: tuple[tuple[str, float], ...] = ()
    steps: int = 300
    noise: Noise | None = None
    seed: int = 0
    blur: float = 0.0

    def __post_init__(self) -> None:
        values = named_values("values of a race", self.values)
        landscape, values, blur = _to_plain_values(self.landscape, values, real("blur", self.blur))
        set_fields(
            self,
            landscape=landscape,
            lanes=lanes_of(self.lanes),
            start=pair("start", self.start),
            values=values,
            steps=whole("steps", self.steps),
            noise=option_of(Noise, self.noise),
            seed=whole("seed", self.seed),
            blur=blur,
        )

    def build_landscape(self) -> Landscape:
        """The landscape with its parameters set, blurred if `blur` is not 0."""
        return _build_landscape(self.landscape, self.values, self.blur)


def _to_plain_values(landscape: Any, values: tuple[tuple[str, Any], ...], width: float) -> tuple[str, Any, float]:
    """The name, the values and the blur of a landscape."""
    if isinstance(landscape, str):
        return landscape, values, width
    if not isinstance(landscape, Landscape):
        raise wrong_type("landscape of a race", "one of `landscapes.names()`, or from `landscapes.get`", landscape)
    if landscape.sigma:
        landscape, width = landscape.sharp, hypot(width, landscape.sigma) if width else landscape.sigma
    if not landscapes.is_registered(landscape):
        raise wrong_type("landscape of a race", "one of `landscapes.names()`: a race is plain values", landscape)
    return landscape.name, tuple({**landscape.values, **dict(values)}.items()), width


Runner: TypeAlias = Lane | Optimizer | str


def lanes_of(runners: object) -> tuple[Lane, ...]:
    """A tuple of lanes from lanes, optimizers and names, or from one of them."""
    if type(runners) is tuple and all(type(one) is Lane for one in runners):
        return runners
    if isinstance(runners, (Lane, Optimizer, str)):
        runners = (runners,)
    wanted = 'lanes, or optimizers or their names, such as ("sgd", "adam")'
    return tuple(_lane_of(one, wanted) for one in sequence("lanes", runners, wanted))


def _lane_of(runner: object, wanted: str) -> Lane:
    if isinstance(runner, Lane):
        return runner
    if not isinstance(runner, (Optimizer, str)):
        raise wrong_type("lanes", wanted, runner)
    return Lane(runner)  # type: ignore[arg-type]


def race_of(race: Race) -> Race:
    """The race, checked to be a `Race`."""
    return instance("race", Race, 'an `optimizers.Race`, such as Race("rosenbrock", ("sgd",), (-1.5, 1.0))', race)


def lane_of(race: Race, lane: int | str) -> Lane:
    """A lane of a race: by index, or the only one with this optimizer's name."""
    lanes = race_of(race).lanes
    if not isinstance(lane, str):
        return lanes[checked_count("lane", lane, len(lanes) - 1)]
    matches = [one for one in lanes if one.optimizer == lane]
    if len(matches) != 1:
        names = ", ".join(one.optimizer for one in lanes) or "none"
        raise ValueError(f"lane must be a number or the name of one lane alone, not {lane!r}; there are {names}")
    return matches[0]


# Cached: both are called repeatedly during a drag, and their results are immutable.


@lru_cache(maxsize=1024)
def _optimizer(name: str, values: tuple[tuple[str, float], ...]) -> Optimizer:
    return get(name, **dict(values))


@lru_cache(maxsize=256)
def _build_landscape(name: str, values: tuple[tuple[str, float], ...], blur: float) -> Landscape:
    return landscapes.blurred(landscapes.get(name, **dict(values)), blur)


def run(race: Race) -> tuple[Trajectory, ...]:
    """Run every lane of a race; one trajectory for each, in order.

    >>> asked = Race("rosenbrock", (Lane("newton"), Lane("adam", (("lr", 0.1),))), (-1.5, 2.3), steps=50)
    >>> [trajectory.outcome for trajectory in run(asked)]
    ['converged', 'out_of_steps']
    """
    landscape = race_of(race).build_landscape()
    return tuple(
        trace_checked(
            landscape,
            lane.build_optimizer(),
            race.start,
            race.steps,
            schedule=lane.schedule,
            clip=lane.clip,
            noise=race.noise,
            average=lane.average,
            seed=race.seed,
        )
        for lane in race.lanes
    )


def race(
    landscape: Landscape | str,
    lanes: Mapping[str, Runner] | Iterable[Runner] | Runner,
    start: Point | None = None,
    steps: int = 300,
    *,
    schedule: Schedule | str | None = None,
    clip: Clip | str | None = None,
    noise: Noise | str | None = None,
    average: Average | str | None = None,
    seed: int = 0,
) -> dict[str, Trajectory]:
    """Run several optimizers from one start, with the same noise draws for all.

    Args:
        landscape: From `landscapes.get`, or a name.
        lanes: Optimizers by label, or several optimizers, which are labelled by their names: the second one with the
            same name is "sgd 2", the third "sgd 3". Each is an optimizer, a name, or a `Lane`, whose own options
            override the shared ones.
        start, steps, schedule, clip, noise, average, seed: As for `trace`, the same for all.

    Returns:
        A trajectory for every label, in the order of the lanes.

    Example:
        >>> import landscapes, optimizers
        >>> bowl = landscapes.get("quadratic", condition=10.0)
        >>> finish = race(bowl, {"full": optimizers.get("newton"), "half": optimizers.get("newton", lr=0.5)})
        >>> {label: run.stopped_at for label, run in finish.items()}
        {'full': 1, 'half': 30}
    """
    lanes_by_label = lanes if isinstance(lanes, Mapping) else _label(lanes)
    landscape = landscape_of(landscape)
    return {
        label: trace(
            landscape,
            lane.build_optimizer() if isinstance(lane, Lane) else optimizer_of(lane),
            start,
            steps,
            schedule=(isinstance(lane, Lane) and lane.schedule) or schedule,
            clip=(isinstance(lane, Lane) and lane.clip) or clip,
            noise=noise,
            average=(isinstance(lane, Lane) and lane.average) or average,
            seed=seed,
        )
        for label, lane in lanes_by_label.items()
    }


def _label(lanes: Iterable[Runner] | Runner) -> dict[str, Runner]:
    lanes_by_label: dict[str, Runner] = {}
    counts: dict[str, int] = {}
    wanted = 'optimizers by label, or several of them or of their names, such as ("sgd", "adam")'
    for lane in (lanes,) if isinstance(lanes, (Lane, Optimizer, str)) else sequence("lanes", lanes, wanted):
        if not isinstance(lane, (Lane, Optimizer, str)):
            raise wrong_type("lanes", wanted, lane)
        name = lane.optimizer if isinstance(lane, Lane) else optimizer_of(lane).name
        counts[name] = counts.get(name, 0) + 1
        lanes_by_label[name if counts[name] == 1 else f"{name} {counts[name]}"] = lane
    return lanes_by_label
