"""Random races, parsed races and invalid data for the tests of the pages."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

import landscapes
import optimizers
from landscapes import Parameter, Surface
from optimizers import NOISES, Kind, Lane, Noise, Race
from pages.protocol.fields import (
    BLUR,
    CLOCKS,
    MOST_COST,
    MOST_LANES,
    MOST_PARTS,
    MOST_SEED,
    MOST_SEEDS,
    MOST_SIDE,
    MOST_STEPS,
    OPTIONS,
    PRICE,
    RULES,
    View,
)
from pages.protocol.kinds import NARROWEST, WIDEST
from pages.protocol.opening import ZERO_NOISE
from pages.protocol.parsing import ParsedRace, race_to_dict, view_to_dict

MOST = 1.7976931348623157e308
EXTREMES = (
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    0.1,
    1 / 3,
    1.0,
    1e8,
    -1e8,
    1e300,
    1.7976931348623157e308,
)

foreign = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=50)
    | st.sampled_from(["adam", "saddle", "nan", "1e400", "1_0", "٣", "own", 10**400, "\ud800", "{x}"]),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=12) | st.sampled_from(["lr"]), inner),
    max_leaves=12,
)


def value(one: Parameter) -> st.SearchStrategy[float]:
    """Any value that a parameter allows, often an extreme one."""
    if one.integer:
        return st.integers(math.ceil(one.at_least), math.floor(one.at_most)).map(float)
    whole = {
        "min_value": None if one.at_least == -math.inf else one.at_least,
        "max_value": None if one.at_most == math.inf else one.at_most,
    }
    inside = st.floats(**whole, allow_nan=False, allow_infinity=False)
    return st.sampled_from([x for x in (*EXTREMES, one.default) if one.allows(x)]) | inside


def values(declared: tuple[Parameter, ...]) -> st.SearchStrategy[tuple[tuple[str, float], ...]]:
    return st.tuples(*(st.tuples(st.just(one.name), value(one)) for one in declared))


@st.composite
def option(draw: st.DrawFn, kinds: Mapping[str, Kind], make: Callable[..., Any]) -> Any:
    """Any kind of an option with any parameters, or none."""
    kind = draw(st.none() | st.sampled_from(sorted(kinds)))
    return kind and make(kind, **dict(draw(values(kinds[kind].parameters))))


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    method, _family = optimizers.methods()[draw(st.sampled_from(optimizers.names()))]
    options = {name: draw(option(*one)) for name, one in OPTIONS.items() if name != "schedule" or method.has_rate}
    lane = Lane(method.name, draw(values(method.hyperparameters)), draw(st.booleans()), **options)
    clip = optimizers.clip(lane.clip.kind, lane.clip["threshold"]) if lane.clip else None
    return lane if method.has_rate else replace(lane, clip=clip)  # clipped steps need a learning rate


def noises(surface: Surface) -> st.SearchStrategy[Noise]:
    kinds = {name: kind for name, kind in NOISES.items() if name != "minibatch" or surface.example}
    return option(kinds, optimizers.noise).map(lambda drawn: drawn or ZERO_NOISE)


coordinates = st.sampled_from([x for x in EXTREMES if abs(x) <= WIDEST]) | st.floats(-WIDEST, WIDEST)
windows = st.tuples(coordinates, coordinates, coordinates, coordinates).filter(
    lambda w: w[1] - w[0] >= NARROWEST and w[3] - w[2] >= NARROWEST
)


@st.composite
def parsed_races(draw: st.DrawFn, most_steps: int = MOST_STEPS) -> ParsedRace:
    """Any possible race with any view."""
    surface, _challenge = landscapes.surfaces()[draw(st.sampled_from(landscapes.names()))]
    runners = draw(st.lists(lanes(), max_size=MOST_LANES))
    steps = draw(st.integers(0, most_steps))
    noise = draw(noises(surface))
    sharp = not surface.blurred or noise.kind == "minibatch"
    race = Race(
        landscape=surface.name,
        lanes=tuple(runners),
        start=draw(st.tuples(coordinates, coordinates)),
        values=draw(values(surface.parameters)),
        steps=steps,
        noise=noise,
        seed=draw(st.sampled_from([0, MOST_SEED]) | st.integers(0, MOST_SEED)),
        blur=0.0 if sharp else draw(value(BLUR)) or 0.0,  # a link omits a zero of either sign
    )
    clock = draw(st.sampled_from(CLOCKS))
    view = View(
        rule=draw(st.sampled_from(RULES)),
        at=draw(st.none() | st.integers(0, steps if clock == "steps" else MOST_COST)),
        mode=draw(st.sampled_from(["map", "3d"])),
        window=draw(st.none() | windows),
        chosen=draw(st.integers(0, max(len(runners) - 1, 0))),
        case=draw(st.sampled_from(["", "valley"])),
        seeds=draw(st.sampled_from([1, 2, MOST_SEEDS])),
        axes=draw(st.sampled_from(["", "x y"])) if runners else "",
        measure=draw(st.sampled_from(["loss", "steps"])),
        part=draw(st.none() | st.integers(0, MOST_PARTS)),
        clock=clock,
        price=draw(value(PRICE)),
        side=draw(st.sampled_from([1, 16, MOST_SIDE])),
    )
    return ParsedRace(race, view)


def stage_data(parsed: ParsedRace) -> dict[str, Any]:
    """A race and a view as the stage sends them."""
    return {**race_to_dict(parsed.race), **view_to_dict(parsed.view)}


def bits(parsed: ParsedRace) -> str:
    """A parsed race to the last bit: `==` does not distinguish -0.0 from 0.0."""
    return repr((parsed.race, parsed.view))
