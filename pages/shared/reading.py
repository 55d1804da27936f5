"""Reads a race from plain data that anyone may have written: a link's query, a socket's message.

Whatever is wrong is told in a sentence and replaced by the nearest thing that is right, so there is always a race.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import landscapes
import optimizers
from landscapes import Parameter, Point, Surface
from optimizers import AVERAGES, CLIPS, NOISES, SCHEDULES, Kind, Lane, Noise, Option, Race
from pages.shared.axes import axes
from pages.shared.opening import CALM
from pages.words import Message, message

# What a person sees these called.
LABELS = {
    "steps": message("Steps"),
    "seed": message("Seed"),
    "at": message("Step"),
    "chosen": message("runner"),
    "seeds": message("Seeds"),
    "part": message("Part"),
    "side": message("Starts a side"),
    "clock": message("Clock"),
    "schedule": message("Schedule"),
    "clip": message("Clipping"),
    "average": message("Averaging"),
}

# What may be set for every runner beside its hyperparameters, and how it is made.
OPTIONS: dict[str, tuple[Mapping[str, Kind], Callable[..., Any]]] = {
    "schedule": (SCHEDULES, optimizers.schedule),
    "clip": (CLIPS, optimizers.clip),
    "average": (AVERAGES, optimizers.average),
}

BLUR = Parameter("blur", r"\sigma", 0.0, 0.0, 2.0, at_least=0.0, at_most=100.0, meaning=message("blur").text)

PRICE = Parameter(
    "price", "h", 2.0, 0.0, 10.0, at_least=0.0, at_most=1000.0, meaning=message("price of a Hessian, in gradients").text
)

RULES = ("own", "same", "default", "tuned")
CLOCKS = ("steps", "gradients", "all")

MOST_LANES = 9
MOST_STEPS = 20_000
MOST_SEEDS = 512
MOST_PARTS = 100
MOST_SIDE = 64
MOST_COST = 10**9
MOST_SEED = 2**53 - 1  # a browser's numbers are exact up to here
WIDEST = 1e8
NARROWEST = 1e-9

DEFAULT_LANDSCAPE = "rosenbrock"


class View(NamedTuple):
    """How a race is looked at. It decides nothing about the runs.

    Attributes:
        rule: "own", as they are set; "same", one learning rate for all first-order runners; "default", each with the
            defaults of its method; "tuned", each tuned for this race: see `optimizers.tuned`.
        at: where the playhead stands, in units of the clock, None for the end.
        mode: "map" or "3d".
        window: the part of the plane that is shown, (x0, x1, y0, y1), None for the landscape's own.
        chosen: the runner whose knobs are shown, counted from 0.
        case: the case of a page that it began with, "" for none.
        seeds: how many runs with seeds of their own are shown at once.
        axes: the names of the two axes of the heat map, "" for the first two there are; see `pages.shared.axes`.
        measure: what the heat map shows: "loss" at the end, or "steps" to a tolerance.
        part: up to which part of a step its parts are shown, counted from 0; None for all of them.
        clock: what the playhead counts: "steps"; "gradients"; or "all" evaluations, where a value and a gradient cost
            1 each and a Hessian its price.
        price: of a Hessian, in gradients.
        side: how many starts a side the lattice of a tournament has.
    """

    rule: str = "own"
    at: int | None = None
    mode: str = "map"
    window: tuple[float, float, float, float] | None = None
    chosen: int = 0
    case: str = ""
    seeds: int = 1
    axes: str = ""
    measure: str = "loss"
    part: int | None = None
    clock: str = "steps"
    price: float = PRICE.default
    side: int = 16


USUAL_VIEW = View()


@dataclass(frozen=True)
class Reading:
    """A race and how it is looked at, and what had to be said while they were read."""

    race: Race
    view: View = USUAL_VIEW
    problems: tuple[Message, ...] = ()


def plain(race: Race) -> dict[str, Any]:
    """A race as plain data: what `read` reads back."""
    return {
        "landscape": race.landscape,
        "values": dict(race.values),
        "lanes": [_plain_lane(lane) for lane in race.lanes],
        "start": list(race.start),
        "steps": race.steps,
        "noise": _plain_option(race.noise),
        "seed": race.seed,
        "blur": race.blur,
    }


def _plain_lane(lane: Lane) -> dict[str, Any]:
    options = {name: _plain_option(getattr(lane, name)) for name in OPTIONS}
    return {"optimizer": lane.optimizer, "values": dict(lane.values), "shown": lane.shown, **options}


def _plain_option(option: Option | None) -> dict[str, Any] | None:
    return {"kind": option.kind, "values": dict(option.values)} if option else None


def read(plain: Any, otherwise: Reading) -> Reading:
    """The race and the view that plain data ask for; what they do not say is taken from `otherwise`."""
    if not isinstance(plain, Mapping):
        return Reading(otherwise.race, otherwise.view, (message("Invalid link. The default race is shown."),))
    problems: list[Message] = []
    race = _race(plain, otherwise.race, problems)
    return Reading(race, _view(plain, race, otherwise.view, problems), tuple(problems))


def started(reading: Reading, start: Any) -> Reading:
    """The same from another start."""
    problems = list(reading.problems)
    race = replace(reading.race, start=_start(start, reading.race.start, problems))
    return replace(reading, race=race, problems=tuple(problems))


def _race(plain: Mapping[Any, Any], usual: Race, problems: list[Message]) -> Race:
    landscape = _landscape(plain.get("landscape", usual.landscape), usual.landscape, problems)
    surface, _ = landscapes.surfaces()[landscape]
    same = landscape == usual.landscape
    start = usual.start if same else surface.start
    noise = _noise(surface, plain["noise"], problems) if "noise" in plain else usual.noise
    given = plain.get("values", dict(usual.values) if same else {})
    return Race(
        landscape=landscape,
        values=_values(surface.title, surface.parameters, given, problems),
        lanes=_lanes(plain["lanes"], usual.lanes, problems) if "lanes" in plain else usual.lanes,
        start=_start(plain["start"], start, problems) if "start" in plain else start,
        steps=_whole("steps", plain.get("steps", usual.steps), usual.steps, MOST_STEPS, problems),
        noise=noise,
        seed=_whole("seed", plain.get("seed", usual.seed), usual.seed, MOST_SEED, problems),
        blur=_blur(surface, plain.get("blur", usual.blur if same else 0.0), noise, problems),
    )


def _view(plain: Mapping[Any, Any], race: Race, usual: View, problems: list[Message]) -> View:
    at, window, count = plain.get("at"), plain.get("window"), max(len(race.lanes), 1)
    case, part = plain.get("case", ""), plain.get("part")
    clock = _choice("clock", plain.get("clock", "steps"), CLOCKS, problems)
    end = race.steps if clock == "steps" else MOST_COST
    return View(
        rule=_choice("rule", plain.get("rule", usual.rule), RULES, problems),
        at=None if at is None else _whole("at", at, end, end, problems),
        mode=_choice("view", plain.get("mode", "map"), ("map", "3d"), problems),
        window=None if window is None else _window(window, problems),
        chosen=(
            _whole("chosen", plain["runner"], 1, count, problems, least=1) - 1  # links count from 1, as people do
            if "runner" in plain
            else _whole("chosen", plain.get("chosen", 0), 0, count - 1, problems)
        ),
        case=case if isinstance(case, str) and case.isidentifier() and len(case) <= 40 else "",
        seeds=_whole("seeds", plain.get("seeds", 1), 1, MOST_SEEDS, problems, least=1),
        axes=_axes(plain.get("axes", ""), race, problems),
        measure=_choice("measure", plain.get("measure", "loss"), ("loss", "steps"), problems),
        part=None if part is None else _whole("part", part, 0, MOST_PARTS, problems),
        clock=clock,
        price=_value(LABELS["clock"], PRICE, plain.get("price", PRICE.default), problems),
        side=_whole("side", plain.get("side", USUAL_VIEW.side), USUAL_VIEW.side, MOST_SIDE, problems, least=1),
    )


def number(value: Any) -> float | None:
    """A finite float from a number or from text, else None.

    >>> number("1e-3"), number("٣"), number(True), number("nan"), number("1_0")
    (0.001, None, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not (value.isascii() and len(value) <= 40 and "_" not in value):
        return None
    try:
        converted = float(value)
    except (ValueError, OverflowError):
        return None
    return converted if math.isfinite(converted) else None


def shown(value: Any) -> str:
    """A foreign value for a sentence: short, on one line, in letters that can be sent."""
    try:
        words = isinstance(value, list) and all(isinstance(word, str) for word in value)
        text = " ".join(value) if words else str(value)
    except (ValueError, RecursionError):  # whole numbers of thousands of digits, lists in lists in lists
        text = "…"
    text = " ".join(text.encode(errors="replace").decode().split())
    return text if len(text) <= 40 else text[:39] + "…"


def _landscape(name: Any, otherwise: str, problems: list[Message]) -> str:
    if isinstance(name, str) and name in landscapes.names():
        return name
    problems.append(
        message(
            "There is no landscape “{name}”. The landscapes are: {choices}.",
            name=shown(name),
            choices=", ".join(landscapes.names()),
        )
    )
    return otherwise


def _values(
    title: str, declared: Sequence[Parameter], given: Any, problems: list[Message]
) -> tuple[tuple[str, float], ...]:
    """The value of every declared parameter, in the order declared."""
    owner = Message(title, {})
    if not isinstance(given, Mapping):
        problems.append(message("The settings of {owner} cannot be read. The usual ones are used.", owner=owner))
        given = {}
    names = [parameter.name for parameter in declared]
    unknown = [name for name in list(given)[:20] if name not in names]
    for name in unknown:
        problems.append(
            message(
                "{owner} has no setting “{name}”. It has: {choices}.",
                owner=owner,
                name=shown(name),
                choices=", ".join(names) or "–",
            )
        )
    return tuple((one.name, _value(owner, one, given.get(one.name, one.default), problems)) for one in declared)


def _value(owner: Message, parameter: Parameter, given: Any, problems: list[Message]) -> float:
    if isinstance(given, str) and given in parameter.choices:
        return float(parameter.choices.index(given))
    value = number(given)
    if value is not None and parameter.allows(value):
        return value
    nearest = parameter.default if value is None else parameter.nearest(value)
    problems.append(
        message(
            "{owner}: {name} cannot be {value}. It can be a number from {low} to {high}; {nearest} is used.",
            owner=owner,
            name=Message(parameter.meaning, {}) if parameter.meaning else parameter.name,
            value=shown(given),
            low=f"{parameter.at_least:g}".replace("inf", "∞"),
            high=f"{parameter.at_most:g}".replace("inf", "∞"),
            nearest=f"{nearest:g}",
        )
    )
    return nearest


def _lanes(given: Any, otherwise: tuple[Lane, ...], problems: list[Message]) -> tuple[Lane, ...]:
    if not isinstance(given, Iterable) or isinstance(given, (str, Mapping)):
        problems.append(message("The runners cannot be read. The usual ones are shown."))
        return otherwise
    asked = list(given)
    if len(asked) > MOST_LANES:
        problems.append(message("At most {most} runners can race. The first {most} are shown.", most=MOST_LANES))
    lanes = [lane for one in asked[:MOST_LANES] if (lane := _lane(one, problems))]
    return tuple(lanes) if lanes or not asked else otherwise


def _lane(given: Any, problems: list[Message]) -> Lane | None:
    given = given if isinstance(given, Mapping) else {"optimizer": given}
    name = given.get("optimizer")
    if not isinstance(name, str) or name not in optimizers.names():
        choices = ", ".join(optimizers.names())
        problems.append(
            message("There is no optimizer “{name}”. The optimizers are: {choices}.", name=shown(name), choices=choices)
        )
        return None
    method, _ = optimizers.methods()[name]
    options = {
        option: _option(LABELS[option], kinds, make, given.get(option), problems)
        for option, (kinds, make) in OPTIONS.items()
    }
    if options["schedule"] and not method.has_rate:
        owner = Message(method.title, {})
        problems.append(message("{owner} has no learning rate that a schedule could set.", owner=owner))
        options["schedule"] = None
    if options["clip"] and options["clip"].of_step and not method.has_rate:
        owner = Message(method.title, {})
        problems.append(message("{owner} has no learning rate, so only its gradient can be clipped.", owner=owner))
        options["clip"] = optimizers.clip(options["clip"].kind, options["clip"]["threshold"])
    return Lane(
        name,
        _values(method.title, method.hyperparameters, given.get("values", {}), problems),
        given.get("shown", True) is not False,
        **options,
    )


def _start(given: Any, otherwise: Point, problems: list[Message]) -> Point:
    if isinstance(given, (list, tuple)) and len(given) == 2:
        x, y = number(given[0]), number(given[1])
        if x is not None and y is not None and abs(x) <= WIDEST and abs(y) <= WIDEST:
            return x, y
    problems.append(
        message(
            "A start is two numbers from -1e8 to 1e8, not {value}. ({x}, {y}) is used.",
            value=shown(given),
            x=f"{otherwise[0]:g}",
            y=f"{otherwise[1]:g}",
        )
    )
    return otherwise


def _blur(surface: Surface, given: Any, noise: Noise | None, problems: list[Message]) -> float:
    """The width of a blur that can follow the finger: one with a closed form, because quadrature takes too long."""
    owner = Message(surface.title, {})
    sigma = _value(owner, BLUR, given, problems)
    if sigma and not surface.blurred:
        problems.append(message("{owner} has no closed form of its blur, so it stays sharp here.", owner=owner))
        return 0.0
    if sigma and noise and noise.kind == "minibatch":
        problems.append(message("A blurred landscape has no minibatches, so {owner} stays sharp.", owner=owner))
        return 0.0
    return sigma


def _noise(surface: Surface, given: Any, problems: list[Message]) -> Noise:
    """Noise as a kind with its numbers, or as a number: the scale of Gaussian noise."""
    if not isinstance(given, Mapping):
        given = {"kind": "gaussian", "values": {"scale": 0.0 if given is None else given}}
    asked = _option(message("Gradient noise"), NOISES, optimizers.noise, given, problems) or CALM
    if asked.kind == "minibatch" and surface.example is None:
        problems.append(
            message("{owner} is not made of data, so it has no minibatches.", owner=Message(surface.title, {}))
        )
        return CALM
    return asked


def _option(
    owner: Message, kinds: Mapping[str, Kind], make: Callable[..., Any], given: Any, problems: list[Message]
) -> Any:
    """A kind of an option with its numbers; None is none."""
    if given is None:
        return None
    kind = given.get("kind") if isinstance(given, Mapping) else given
    if not isinstance(kind, str) or kind not in kinds:
        problems.append(
            message(
                "{owner}: there is no “{name}”. There are: {choices}.",
                owner=owner,
                name=shown(kind),
                choices=", ".join(kinds),
            )
        )
        return None
    values = given.get("values", {}) if isinstance(given, Mapping) else {}
    return make(kind, **dict(_values(kinds[kind].title, kinds[kind].parameters, values, problems)))


def _axes(given: Any, race: Race, problems: list[Message]) -> str:
    """Two different axes of the heat map of any of the runners."""
    if given == "" or not race.lanes:
        return ""
    choices = list(dict.fromkeys(name for lane in range(len(race.lanes)) for name in axes(race, lane)))
    names = given.split() if isinstance(given, str) else []
    if len(names) == 2 and names[0] != names[1] and all(name in choices for name in names):
        return " ".join(names)
    problems.append(
        message(
            "The axes are two different ones of {choices}, not {value}. The first two are used.",
            choices=", ".join(choices),
            value=shown(given),
        )
    )
    return ""


def _choice(name: str, given: Any, choices: tuple[str, ...], problems: list[Message]) -> str:
    if given in choices:
        return str(given)
    problems.append(
        message(
            "“{name}” is one of {choices}, not {value}. {nearest} is used.",
            name=name,
            choices=", ".join(choices),
            value=shown(given),
            nearest=choices[0],
        )
    )
    return choices[0]


def _window(given: Any, problems: list[Message]) -> tuple[float, float, float, float] | None:
    if isinstance(given, (list, tuple)) and len(given) == 4:
        sides = [number(side) for side in given]
        x0, x1, y0, y1 = (side if side is not None and abs(side) <= WIDEST else math.nan for side in sides)
        if x1 - x0 >= NARROWEST and y1 - y0 >= NARROWEST:
            return x0, x1, y0, y1
    problems.append(message("The part of the map cannot be read. The whole map is shown."))
    return None


def _whole(name: str, given: Any, otherwise: int, most: int, problems: list[Message], least: int = 0) -> int:
    value = number(given)
    if value is not None and value == int(value) and least <= value <= most:
        return int(value)
    nearest = otherwise if value is None else int(min(max(value, least), most))
    problems.append(
        message(
            "“{name}” is a whole number from {least} to {most}, not {value}. {nearest} is used.",
            name=LABELS.get(name, name),
            least=least,
            most=most,
            value=shown(given),
            nearest=nearest,
        )
    )
    return nearest
