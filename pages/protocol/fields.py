"""The table of the fields of a race, of its runners and of a view; each field is defined once.

It drives links, JSON, checks, defaults, labels and the data for the browser. A new setting of a view is one line of
`View`; a new one of a race or a runner is an attribute of `optimizers.Race` or `optimizers.Lane` and one line here.
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
    GradientNoise,
    HeatAxes,
    Identifier,
    Index,
    Kind,
    LandscapeName,
    LandscapeSettings,
    LaneOption,
    Method,
    MethodSettings,
    Nullable,
    Real,
    Start,
    Visibility,
    Whole,
    Window,
    Words,
    shorten,
)
from pages.words import Message, message

HIDDEN = "hidden"  # written before the name of a hidden runner in a link
NONE = "none"  # written if there are no runners

MOST_LANES = 9
MOST_STEPS = 20_000
MOST_SEEDS = 512
MOST_PARTS = 100
MOST_SIDE = 64
MOST_COST = 10**9
MOST_SEED = 2**53 - 1  # largest integer that a browser's numbers represent exactly

RULES = ("own", "same", "default", "tuned")
CLOCKS = ("steps", "gradients", "all")
MODES = ("map", "3d")
MEASURES = ("loss", "steps")

BLUR = Parameter("blur", r"\sigma", 0.0, 0.0, 2.0, at_least=0.0, at_most=100.0, meaning=message("blur").text)
PRICE = Parameter(
    "price", "h", 2.0, 0.0, 10.0, at_least=0.0, at_most=1000.0, meaning=message("price of a Hessian, in gradients").text
)

# Options of a runner besides its hyperparameters: their kinds and factories.
OPTIONS: dict[str, tuple[Mapping[str, OptionKind], Callable[..., Any]]] = {
    "schedule": (SCHEDULES, optimizers.schedule),
    "clip": (CLIPS, optimizers.clip),
    "average": (AVERAGES, optimizers.average),
}


@dataclass(frozen=True)
class Field:
    """A field of a race, of a runner or of a view.

    Attributes:
        name: Name of the attribute, and in JSON.
        kind: Kind of its value.
        label: Name on the screen, by default its name.
        key: Key in a link, by default its name. Fields with the same key are written one after the other.
        default: Value if it is missing and not inherited.
        always: Whether links contain it even with its default value, so that they stay valid when defaults change.
        inherits: Whether a missing value is taken from the fallback race or view instead of the default.
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
        """The key in a link."""
        return self.key or self.name


def parse_fields(table: tuple[Field, ...], data: Mapping[Any, Any], context: Context) -> dict[str, Any]:
    """The values of all fields of a table, in order: later ones may depend on earlier ones."""
    values = {}
    for field in table:
        fallback = getattr(context.fallback, field.name) if field.inherits else field.default
        if field.name in data:
            value = field.kind.parse(data[field.name], fallback, field.label or field.name, context)
        else:
            value = field.kind.inherit(fallback, context)
        values[field.name] = context.parsed[field.name] = value
    return values


def fields_to_json(table: tuple[Field, ...], record: Any) -> dict[str, Any]:
    """All fields of a record, for JSON."""
    return {field.name: field.kind.to_json(getattr(record, field.name)) for field in table}


def fields_to_words(table: tuple[Field, ...], record: Any) -> list[str]:
    """The words of all fields of a record in a link, concatenated."""
    return [word for field in table for word in field.kind.to_words(getattr(record, field.name))]


def take_fields(table: tuple[Field, ...], words: Words) -> dict[str, Any]:
    """The unparsed values of all fields from the words of a link; each field takes its own words."""
    return {field.name: field.kind.take(words) for field in table}


STOPS = frozenset(OPTIONS)


def _option(name: str, label: Message) -> Field:
    return Field(name, LaneOption(name, *OPTIONS[name], STOPS), label, inherits=False)


LANE = (
    Field("shown", Visibility(HIDDEN), default=True, inherits=False),
    Field("optimizer", Method(), inherits=False),
    Field("values", MethodSettings(STOPS), inherits=False),
    _option("schedule", message("Schedule")),
    _option("clip", message("Clipping")),
    _option("average", message("Averaging")),
)


class Lanes(Kind[tuple[Lane, ...]]):
    """The runners. A link repeats their key for each; unknown ones are omitted."""

    def parse(self, data: Any, fallback: tuple[Lane, ...], name: Message | str, context: Context) -> tuple[Lane, ...]:
        if not isinstance(data, Iterable) or isinstance(data, (str, Mapping)):
            context.complain("The runners cannot be read. The usual ones are shown.")
            return fallback
        items = list(data)
        if len(items) > MOST_LANES:
            context.complain("At most {most} runners can race. The first {most} are shown.", most=MOST_LANES)
        lanes = [lane for one in items[:MOST_LANES] if (lane := parse_lane(one, context))]
        return tuple(lanes) if lanes or not items else fallback

    def to_json(self, value: tuple[Lane, ...]) -> Any:
        return [fields_to_json(LANE, lane) for lane in value]

    def to_texts(self, value: tuple[Lane, ...]) -> str | list[str]:
        """The values of a link, one for every runner."""
        return [" ".join(fields_to_words(LANE, lane)) for lane in value] or NONE

    def from_texts(self, texts: Sequence[str]) -> Any:
        """The unparsed runners from the values of a link."""
        return [] if list(texts) == [NONE] else [take_fields(LANE, Words(text.split())) for text in texts]

    def describe(self) -> dict[str, Any]:
        return {"most": MOST_LANES}


def parse_lane(data: Any, context: Context) -> Lane | None:
    """A runner from its name or its settings; None, with a complaint, if there is no such method."""
    try:
        lane, problems = _parse_lane_once(Content(data))
    except TypeError:  # unhashable: it contains lists, which are invalid anyway
        lane, problems = _parse_lane(data)
    context.problems += problems
    return lane


class Content:
    """Plain data as a cache key: equal if types and bits are equal."""

    __slots__ = ("_key", "data")

    def __init__(self, data: Any) -> None:
        self.data = data
        self._key = _content(data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _content(data: Any) -> Any:
    if type(data) is dict:
        return tuple([(name, _content(value)) for name, value in data.items()])
    return type(data), data if data else repr(data)  # 0.0 and -0.0 are equal, but must be distinguished


# Cached: during a drag the same runners are parsed repeatedly, all but one unchanged.
@lru_cache(maxsize=4096)
def _parse_lane_once(content: Content) -> tuple[Lane | None, list[Message]]:
    return _parse_lane(content.data)


def _parse_lane(data: Any) -> tuple[Lane | None, list[Message]]:
    data = data if isinstance(data, Mapping) else {"optimizer": data}
    name = data.get("optimizer")
    if not isinstance(name, str) or name not in optimizers.names():
        choices = ", ".join(optimizers.names())
        return None, [
            message(
                "There is no optimizer “{name}”. The optimizers are: {choices}.", name=shorten(name), choices=choices
            )
        ]
    context = Context(None, {"optimizer": name})
    return Lane(**parse_fields(LANE, data, context)), context.problems


def _last_step(context: Context) -> int:
    """The last position of the playhead, in units of the clock."""
    steps: int = context.parsed["steps"]
    return steps if context.parsed["clock"] == "steps" else MOST_COST


def _last_lane(context: Context) -> int:
    return max(len(context.parsed["lanes"]) - 1, 0)


RACE = (
    Field("landscape", LandscapeName(), always=True),
    Field("values", LandscapeSettings(), key="landscape", always=True),
    Field("lanes", Lanes(), key="lane", always=True),
    Field("start", Start(), always=True),
    Field("steps", Whole(0, MOST_STEPS), message("Steps"), always=True),
    Field("noise", GradientNoise(), message("Gradient noise"), always=True),
    Field("seed", Whole(0, MOST_SEED), message("Seed"), always=True),
    Field("blur", Blur(BLUR), default=0.0),
)


_AREA = Nullable(Area())
_PLACE = Nullable(Whole(0, _last_step), _last_step)


def _view(kind: Kind[Any], default: Any, label: Message | None = None, key: str = "", **more: bool) -> Any:
    """A dataclass field of a view, with its kind, default, label and key in a link."""
    return dataclasses.field(
        default=default, metadata={"field": Field("", kind, label, key, default, **{"inherits": False, **more})}
    )


@dataclass(frozen=True)
class View:
    """The view of a race. It does not affect the runs.

    Attributes:
        rule: "own", the numbers as set; "same", one learning rate for all first-order runners; "default", the defaults
            of each method; "tuned", each tuned for this race: see `optimizers.tuned`.
        clock: Unit of the playhead: "steps"; "gradients"; or "all" evaluations, where a value and a gradient cost 1
            each and a Hessian its price.
        price: Price of a Hessian, in gradients.
        at: Position of the playhead, in units of the clock; None for the end.
        mode: "map" or "3d".
        window: Visible part of the plane, (x0, x1, y0, y1); None for that of the landscape.
        chosen: Index of the runner whose knobs are shown.
        case: The case of a page from which it started; "" for none.
        seeds: Number of runs with different seeds that are shown at once.
        axes: Names of the two axes of the heat map; "" for the default ones, see `pages.protocol.axes`.
        measure: Quantity of the heat map: "loss" at the end, or "steps" to a tolerance.
        part: Index of the last visible part of a step; None for all parts.
        side: Number of starts on each side of the lattice of a tournament.
    """

    rule: str = _view(Choice(RULES), "own", always=True, inherits=True)
    clock: str = _view(Choice(CLOCKS), "steps")
    price: float = _view(Real(PRICE), PRICE.default, message("Clock"), key="hessian")
    at: int | None = _view(_PLACE, None, message("Step"))
    mode: str = _view(Choice(MODES), "map", key="view")
    window: Window | None = _view(_AREA, None)  # noqa: RUF009
    chosen: int = _view(Index(0, _last_lane), 0, message("runner"), key="runner")
    case: str = _view(Identifier(), "")
    seeds: int = _view(Whole(1, MOST_SEEDS), 1, message("Seeds"))
    axes: str = _view(HeatAxes(), "")
    measure: str = _view(Choice(MEASURES), "loss")
    part: int | None = _view(Nullable(Whole(0, MOST_PARTS)), None, message("Part"))
    side: int = _view(Whole(1, MOST_SIDE), 16, message("Starts a side"))


VIEW = tuple(dataclasses.replace(one.metadata["field"], name=one.name) for one in dataclasses.fields(View))


def label(table: tuple[Field, ...], name: str) -> Message:
    """The label of a field that has one."""
    text = next(field.label for field in table if field.name == name)
    assert text is not None, f"the field {name} has no label"
    return text


def describe_fields() -> dict[str, Any]:
    """The allowed values of the fields of races and views, for the browser."""
    return {field.name: allowed for table in (RACE, VIEW) for field in table if (allowed := field.kind.describe())}
