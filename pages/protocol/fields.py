"""The table of the fields of a race, of its runners and of a view: each stands here once.

Links, JSON, checks, defaults, labels and what the browser knows are driven by it. A new setting of a view is one line
of `View`; a new one of a race or a runner is its attribute in `optimizers.Race` or `optimizers.Lane` and one line here.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import optimizers
from landscapes import Parameter
from optimizers import AVERAGES, CLIPS, SCHEDULES, Lane
from optimizers import Kind as OptionKind
from pages.protocol.kinds import (
    Area,
    Blur,
    Choice,
    Context,
    Counted,
    GradientNoise,
    HeatAxes,
    Identifier,
    Kind,
    LandscapeName,
    LandscapeSettings,
    LaneOption,
    Method,
    MethodSettings,
    Perhaps,
    Place,
    Real,
    Shown,
    Whole,
    Window,
    Words,
    shorten,
)
from pages.words import Message, message

HIDDEN = "hidden"  # before the name of a runner in a link
NONE = "none"  # in the place of all runners

MOST_LANES = 9
MOST_STEPS = 20_000
MOST_SEEDS = 512
MOST_PARTS = 100
MOST_SIDE = 64
MOST_COST = 10**9
MOST_SEED = 2**53 - 1  # a browser's numbers are exact up to here

RULES = ("own", "same", "default", "tuned")
CLOCKS = ("steps", "gradients", "all")
MODES = ("map", "3d")
MEASURES = ("loss", "steps")

BLUR = Parameter("blur", r"\sigma", 0.0, 0.0, 2.0, at_least=0.0, at_most=100.0, meaning=message("blur").text)
PRICE = Parameter(
    "price", "h", 2.0, 0.0, 10.0, at_least=0.0, at_most=1000.0, meaning=message("price of a Hessian, in gradients").text
)

# What may be set for every runner beside its hyperparameters, and how it is made.
OPTIONS: dict[str, tuple[Mapping[str, OptionKind], Callable[..., Any]]] = {
    "schedule": (SCHEDULES, optimizers.schedule),
    "clip": (CLIPS, optimizers.clip),
    "average": (AVERAGES, optimizers.average),
}


@dataclass(frozen=True)
class Field:
    """A field of a race, of a runner or of a view.

    Attributes:
        name: of the attribute, and in JSON.
        kind: of its value.
        label: what a person reads; its name where there is none.
        key: in a link; its name where there is none. Fields that share a key stand behind each other in its words.
        default: its value where nothing is said and no usual one stands in.
        always: whether a link says it where it has its default too, so that it means the same when defaults change.
        inherits: whether the usual race or view stands in for what is not said, and not the default.
    """

    name: str
    kind: Kind[Any]
    label: Message | None = None
    key: str = ""
    default: Any = None
    always: bool = False
    inherits: bool = True

    @property
    def link_key(self) -> str:
        """Its key in a link."""
        return self.key or self.name


def parse_fields(table: tuple[Field, ...], given: Mapping[Any, Any], context: Context) -> dict[str, Any]:
    """The values of all fields of a table, in its order: those that come later may depend on those before."""
    values = {}
    for field in table:
        usual = getattr(context.usual, field.name) if field.inherits else field.default
        if field.name in given:
            value = field.kind.parse(given[field.name], usual, field.label or field.name, context)
        else:
            value = field.kind.usual(usual, context)
        values[field.name] = context.parsed[field.name] = value
    return values


def fields_to_json(table: tuple[Field, ...], record: Any) -> dict[str, Any]:
    """All fields of a record as JSON has them."""
    return {field.name: field.kind.to_json(getattr(record, field.name)) for field in table}


def fields_to_words(table: tuple[Field, ...], record: Any) -> list[str]:
    """All fields of a record in words, behind each other."""
    return [word for field in table for word in field.kind.to_words(getattr(record, field.name))]


def take_fields(table: tuple[Field, ...], words: Words) -> dict[str, Any]:
    """What words say of all fields, each of which takes its own."""
    return {field.name: field.kind.take(words) for field in table}


STOPS = frozenset(OPTIONS)


def _option(name: str, label: Message) -> Field:
    return Field(name, LaneOption(name, *OPTIONS[name], STOPS), label, inherits=False)


LANE = (
    Field("shown", Shown(HIDDEN), default=True, inherits=False),
    Field("optimizer", Method(), inherits=False),
    Field("values", MethodSettings(STOPS), inherits=False),
    _option("schedule", message("Schedule")),
    _option("clip", message("Clipping")),
    _option("average", message("Averaging")),
)


class Lanes(Kind[tuple[Lane, ...]]):
    """The runners. A link repeats their key for each of them; one that does not exist is left out."""

    def parse(self, given: Any, usual: tuple[Lane, ...], name: Message | str, context: Context) -> tuple[Lane, ...]:
        if not isinstance(given, Iterable) or isinstance(given, (str, Mapping)):
            context.complain("The runners cannot be read. The usual ones are shown.")
            return usual
        asked = list(given)
        if len(asked) > MOST_LANES:
            context.complain("At most {most} runners can race. The first {most} are shown.", most=MOST_LANES)
        lanes = [lane for one in asked[:MOST_LANES] if (lane := parse_lane(one, context))]
        return tuple(lanes) if lanes or not asked else usual

    def to_json(self, value: tuple[Lane, ...]) -> Any:
        return [fields_to_json(LANE, lane) for lane in value]

    def to_texts(self, value: tuple[Lane, ...]) -> str | list[str]:
        """The texts of a link, one for every runner."""
        return [" ".join(fields_to_words(LANE, lane)) for lane in value] or NONE

    def from_texts(self, texts: Sequence[str]) -> Any:
        """What the texts of a link say, not yet parsed."""
        return [] if list(texts) == [NONE] else [take_fields(LANE, Words(text.split())) for text in texts]

    def describe(self) -> dict[str, Any]:
        return {"most": MOST_LANES}


def parse_lane(given: Any, context: Context) -> Lane | None:
    """A runner, from its name or from what is set for it; None, with a complaint, if there is no such method."""
    try:
        lane, problems = _parse_lane_once(Content(given))
    except TypeError:  # lists, which no runner has
        lane, problems = _parse_lane(given)
    context.problems += problems
    return lane


class Content:
    """Plain data that is equal to other data of the same types and bits."""

    __slots__ = ("_key", "given")

    def __init__(self, given: Any) -> None:
        self.given = given
        self._key = _content(given)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _content(given: Any) -> Any:
    if type(given) is dict:
        return tuple([(name, _content(value)) for name, value in given.items()])
    return type(given), given if given else repr(given)  # zeros have signs


# While a finger moves, the same runners come again and again, all but one as they were.
@lru_cache(maxsize=4096)
def _parse_lane_once(content: Content) -> tuple[Lane | None, list[Message]]:
    return _parse_lane(content.given)


def _parse_lane(given: Any) -> tuple[Lane | None, list[Message]]:
    given = given if isinstance(given, Mapping) else {"optimizer": given}
    name = given.get("optimizer")
    if not isinstance(name, str) or name not in optimizers.names():
        choices = ", ".join(optimizers.names())
        return None, [
            message(
                "There is no optimizer “{name}”. The optimizers are: {choices}.", name=shorten(name), choices=choices
            )
        ]
    context = Context(None, {"optimizer": name})
    return Lane(**parse_fields(LANE, given, context)), context.problems


def _last_step(context: Context) -> int:
    """The last place of the playhead, in units of the clock."""
    steps: int = context.parsed["steps"]
    return steps if context.parsed["clock"] == "steps" else MOST_COST


def _last_lane(context: Context) -> int:
    return max(len(context.parsed["lanes"]) - 1, 0)


RACE = (
    Field("landscape", LandscapeName(), always=True),
    Field("values", LandscapeSettings(), key="landscape", always=True),
    Field("lanes", Lanes(), key="lane", always=True),
    Field("start", Place(), always=True),
    Field("steps", Whole(0, MOST_STEPS), message("Steps"), always=True),
    Field("noise", GradientNoise(), message("Gradient noise"), always=True),
    Field("seed", Whole(0, MOST_SEED), message("Seed"), always=True),
    Field("blur", Blur(BLUR), default=0.0),
)


_AREA = Perhaps(Area())
_PLACE = Perhaps(Whole(0, _last_step), _last_step)


def _view(kind: Kind[Any], default: Any, label: Message | None = None, key: str = "", **more: bool) -> Any:
    """A field of a view: its kind, its default, its label and its key in a link."""
    return dataclasses.field(
        default=default, metadata={"field": Field("", kind, label, key, default, **{"inherits": False, **more})}
    )


@dataclass(frozen=True)
class View:
    """How a race is looked at. It decides nothing about the runs.

    Attributes:
        rule: "own", as they are set; "same", one learning rate for all first-order runners; "default", each with the
            defaults of its method; "tuned", each tuned for this race: see `optimizers.tuned`.
        clock: what the playhead counts: "steps"; "gradients"; or "all" evaluations, where a value and a gradient cost
            1 each and a Hessian its price.
        price: of a Hessian, in gradients.
        at: where the playhead stands, in units of the clock, None for the end.
        mode: "map" or "3d".
        window: the part of the plane that is shown, (x0, x1, y0, y1), None for the landscape's own.
        chosen: the runner whose knobs are shown, counted from 0.
        case: the case of a page that it began with, "" for none.
        seeds: how many runs with seeds of their own are shown at once.
        axes: the names of the two axes of the heat map, "" for the first two there are; see `pages.protocol.axes`.
        measure: what the heat map shows: "loss" at the end, or "steps" to a tolerance.
        part: up to which part of a step its parts are shown, counted from 0; None for all of them.
        side: how many starts a side the lattice of a tournament has.
    """

    rule: str = _view(Choice(RULES), "own", always=True, inherits=True)
    clock: str = _view(Choice(CLOCKS), "steps")
    price: float = _view(Real(PRICE), PRICE.default, message("Clock"), key="hessian")
    at: int | None = _view(_PLACE, None, message("Step"))
    mode: str = _view(Choice(MODES), "map", key="view")
    window: Window | None = _view(_AREA, None)  # noqa: RUF009
    chosen: int = _view(Counted(0, _last_lane), 0, message("runner"), key="runner")
    case: str = _view(Identifier(), "")
    seeds: int = _view(Whole(1, MOST_SEEDS), 1, message("Seeds"))
    axes: str = _view(HeatAxes(), "")
    measure: str = _view(Choice(MEASURES), "loss")
    part: int | None = _view(Perhaps(Whole(0, MOST_PARTS)), None, message("Part"))
    side: int = _view(Whole(1, MOST_SIDE), 16, message("Starts a side"))


VIEW = tuple(dataclasses.replace(one.metadata["field"], name=one.name) for one in dataclasses.fields(View))


def label(table: tuple[Field, ...], name: str) -> Message:
    """What a person reads for a field that has a label."""
    found = next(field.label for field in table if field.name == name)
    assert found is not None, f"the field {name} has no label"
    return found


def describe_fields() -> dict[str, Any]:
    """What the browser knows of the fields of races and views: what their values may be."""
    return {field.name: allowed for table in (RACE, VIEW) for field in table if (allowed := field.kind.describe())}
