"""The kinds of values that a field of a race or of a view may have.

A kind parses untrusted data: every problem is reported in a sentence, and the value replaced by the nearest valid one,
so there is always a value. It converts a value to JSON and to the words of a link and reads the words back, and
describes the allowed values for the browser. A value that it has written is parsed to the same bits.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import landscapes
import optimizers
from landscapes import Parameter, Point, Surface
from optimizers import NOISES, Noise, Option, Race
from optimizers import Kind as OptionKind
from pages.protocol.axes import axes
from pages.protocol.opening import ZERO_NOISE
from pages.words import Message, message

T = TypeVar("T")
Words = deque[str]

WIDEST = 1e8
NARROWEST = 1e-9
LONGEST_TEXT = 40  # maximum length of a number, or of untrusted text in a sentence, in characters
LONGEST_NAME = 40
MOST_UNKNOWN = 20  # number of unknown settings that are reported


def number(value: Any) -> float | None:
    """A finite float from a number or from text, else None.

    >>> number("1e-3"), number("٣"), number(True), number("nan"), number("1_0")
    (0.001, None, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not (value.isascii() and len(value) <= LONGEST_TEXT and "_" not in value):
        return None
    try:
        converted = float(value)
    except (ValueError, OverflowError):
        return None
    return converted if math.isfinite(converted) else None


def shorten(value: Any) -> str:
    """Untrusted data for a sentence: short, on one line, in characters that can be encoded."""
    try:
        words = isinstance(value, list) and all(isinstance(word, str) for word in value)
        text = " ".join(value) if words else str(value)
    except (ValueError, RecursionError):  # integers with thousands of digits, deeply nested lists
        text = "…"
    text = " ".join(text.encode(errors="replace").decode().split())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


@dataclass
class Context:
    """The information available to a kind while it parses: the fields before its own, and the fallback.

    Attributes:
        fallback: Race or view that provides missing values; None for a lane, which has the defaults of its method.
        parsed: Values of the fields so far, by name; for a view also those of its race.
        problems: Problems found so far.
    """

    fallback: Any
    parsed: dict[str, Any] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)

    def complain(self, text: str, **values: object) -> None:
        """Add a problem."""
        self.problems.append(message(text, **values))

    @property
    def surface(self) -> Surface:
        """The surface of the race."""
        return landscapes.surfaces()[self.parsed["landscape"]][0]

    @property
    def same_landscape(self) -> bool:
        """Whether the race is on the landscape of the fallback race."""
        return bool(self.parsed["landscape"] == self.fallback.landscape)


class Kind(Generic[T]):
    """The kind of a field's value."""

    def parse(self, data: Any, fallback: T, name: Message | str, context: Context) -> T:
        """The parsed value; if invalid, report the field's `name` and return the nearest or fallback value."""
        raise NotImplementedError

    def inherit(self, value: T, context: Context) -> T:
        """The value of a missing field, if the fallback race or view has this `value`."""
        return value

    def to_json(self, value: T) -> Any:
        """The value for JSON."""
        return value

    def to_words(self, value: T) -> list[str]:
        """The words of the value in a link."""
        return [str(value)]

    def take(self, words: Words) -> Any:
        """The unparsed value from the words of a link; removes the words of this field."""
        text = " ".join(words)
        words.clear()
        return text

    def describe(self) -> dict[str, Any]:
        """The allowed values, for the browser."""
        return {}


@dataclass(frozen=True)
class Whole(Kind[int]):
    """A whole number; its maximum may depend on other fields."""

    least: int
    most: int | Callable[[Context], int]

    def parse(self, data: Any, fallback: int, name: Message | str, context: Context) -> int:
        most = self.most(context) if callable(self.most) else self.most
        return whole(data, fallback, self.least, most, name, context)

    def describe(self) -> dict[str, Any]:
        return {"least": self.least} | ({} if callable(self.most) else {"most": self.most})


def whole(data: Any, fallback: int, least: int, most: int, name: Message | str, context: Context) -> int:
    """A whole number from `least` to `most`: the nearest one for another number, the fallback for anything else."""
    value = number(data)
    if value is not None and value == int(value) and least <= value <= most:
        return int(value)
    nearest = fallback if value is None else int(min(max(value, least), most))
    context.complain(
        "“{name}” is a whole number from {least} to {most}, not {value}. {nearest} is used.",
        name=name,
        least=least,
        most=most,
        value=shorten(data),
        nearest=nearest,
    )
    return nearest


@dataclass(frozen=True)
class Index(Whole):
    """An index from 0; in a link it is counted from 1."""

    def parse(self, data: Any, fallback: int, name: Message | str, context: Context) -> int:
        if not isinstance(data, OneBased):
            return super().parse(data, fallback, name, context)
        assert callable(self.most)
        return whole(str(data), 1, 1, self.most(context) + 1, name, context) - 1

    def to_words(self, value: int) -> list[str]:
        return [str(value + 1)]

    def take(self, words: Words) -> Any:
        return OneBased(super().take(words))


class OneBased(str):
    """The text of a number that is counted from 1."""

    __slots__ = ()


@dataclass(frozen=True)
class Nullable(Kind[Any]):
    """A value of another kind, or None; `unreadable` returns the replacement of an invalid value."""

    kind: Kind[Any]
    unreadable: Callable[[Context], Any] = lambda context: 0

    def parse(self, data: Any, fallback: Any, name: Message | str, context: Context) -> Any:
        return None if data is None else self.kind.parse(data, self.unreadable(context), name, context)

    def to_json(self, value: Any) -> Any:
        return None if value is None else self.kind.to_json(value)

    def to_words(self, value: Any) -> list[str]:
        return self.kind.to_words(value)

    def take(self, words: Words) -> Any:
        return self.kind.take(words)

    def describe(self) -> dict[str, Any]:
        return self.kind.describe()


@dataclass(frozen=True)
class Real(Kind[float]):
    """A number within the bounds of a `Parameter`."""

    parameter: Parameter

    def parse(self, data: Any, fallback: float, name: Message | str, context: Context) -> float:
        return setting(name, self.parameter, data, context)

    def to_words(self, value: float) -> list[str]:
        return [repr(value)]

    def describe(self) -> dict[str, Any]:
        return {"least": self.parameter.at_least, "most": self.parameter.at_most}


@dataclass(frozen=True)
class Choice(Kind[str]):
    """One of a few names."""

    choices: tuple[str, ...]

    def parse(self, data: Any, fallback: str, name: Message | str, context: Context) -> str:
        if data in self.choices:
            return str(data)
        context.complain(
            "“{name}” is one of {choices}, not {value}. {nearest} is used.",
            name=name,
            choices=", ".join(self.choices),
            value=shorten(data),
            nearest=self.choices[0],
        )
        return self.choices[0]

    def describe(self) -> dict[str, Any]:
        return {"choices": self.choices}


class Identifier(Kind[str]):
    """A name that is resolved later, where the choices are known; "" for anything that is not an identifier."""

    def parse(self, data: Any, fallback: str, name: Message | str, context: Context) -> str:
        return data if isinstance(data, str) and data.isidentifier() and len(data) <= LONGEST_NAME else ""


class Start(Kind[Point]):
    """A start, by default that of the landscape."""

    def inherit(self, value: Point, context: Context) -> Point:
        return value if context.same_landscape else context.surface.start

    def parse(self, data: Any, fallback: Point, name: Message | str, context: Context) -> Point:
        if isinstance(data, (list, tuple)) and len(data) == 2:
            x, y = number(data[0]), number(data[1])
            if x is not None and y is not None and abs(x) <= WIDEST and abs(y) <= WIDEST:
                return x, y
        x, y = self.inherit(fallback, context)
        context.complain(
            "A start is two numbers from -1e8 to 1e8, not {value}. ({x}, {y}) is used.",
            value=shorten(data),
            x=f"{x:g}",
            y=f"{y:g}",
        )
        return x, y

    def to_json(self, value: Point) -> Any:
        return list(value)

    def to_words(self, value: Point) -> list[str]:
        return list(map(repr, value))

    def take(self, words: Words) -> Any:
        return [words.popleft() for _ in range(len(words))]


Window = tuple[float, float, float, float]


class Area(Kind[Window | None]):
    """A part of the plane, (x0, x1, y0, y1)."""

    def parse(self, data: Any, fallback: Window | None, name: Message | str, context: Context) -> Window | None:
        if isinstance(data, (list, tuple)) and len(data) == 4:
            sides = [number(side) for side in data]
            x0, x1, y0, y1 = (side if side is not None and abs(side) <= WIDEST else math.nan for side in sides)
            if x1 - x0 >= NARROWEST and y1 - y0 >= NARROWEST:
                return x0, x1, y0, y1
        context.complain("The part of the map cannot be read. The whole map is shown.")
        return None

    def to_words(self, value: Window | None) -> list[str]:
        return list(map(repr, value or ()))

    def take(self, words: Words) -> Any:
        return [words.popleft() for _ in range(len(words))]


class HeatAxes(Kind[str]):
    """Two different axes of the heat map of any of the runners, or "" for the default ones."""

    def parse(self, data: Any, fallback: str, name: Message | str, context: Context) -> str:
        race = Race(context.parsed["landscape"], context.parsed["lanes"], (0.0, 0.0))
        if data == "" or not race.lanes:
            return ""
        choices = list(dict.fromkeys(name for lane in range(len(race.lanes)) for name in axes(race, lane)))
        names = data.split() if isinstance(data, str) else []
        if len(names) == 2 and names[0] != names[1] and all(name in choices for name in names):
            return " ".join(names)
        context.complain(
            "The axes are two different ones of {choices}, not {value}. The first two are used.",
            choices=", ".join(choices),
            value=shorten(data),
        )
        return ""


class LandscapeName(Kind[str]):
    """The name of a landscape."""

    def parse(self, data: Any, fallback: str, name: Message | str, context: Context) -> str:
        if isinstance(data, str) and data in landscapes.names():
            return data
        context.complain(
            "There is no landscape “{name}”. The landscapes are: {choices}.",
            name=shorten(data),
            choices=", ".join(landscapes.names()),
        )
        return fallback

    def take(self, words: Words) -> Any:
        return words.popleft() if words else ""


Values = tuple[tuple[str, float], ...]


def setting(owner: Message | str, parameter: Parameter, data: Any, context: Context) -> float:
    """The value of a declared parameter."""
    if isinstance(data, str) and data in parameter.choices:
        return float(parameter.choices.index(data))
    value = number(data)
    if value is not None and parameter.allows(value):
        return value
    nearest = parameter.default if value is None else parameter.nearest(value)
    context.complain(
        "{owner}: {name} cannot be {value}. It can be a number from {low} to {high}; {nearest} is used.",
        owner=owner,
        name=Message(parameter.meaning, {}) if parameter.meaning else parameter.name,
        value=shorten(data),
        low=f"{parameter.at_least:g}".replace("inf", "∞"),
        high=f"{parameter.at_most:g}".replace("inf", "∞"),
        nearest=f"{nearest:g}",
    )
    return nearest


def settings(title: str, parameters: Sequence[Parameter], data: Any, context: Context) -> Values:
    """The value of every declared parameter, in order."""
    owner = Message(title, {})
    if not isinstance(data, Mapping):
        context.complain("The settings of {owner} cannot be read. The usual ones are used.", owner=owner)
        data = {}
    names = [parameter.name for parameter in parameters]
    for name in [name for name in list(data)[:MOST_UNKNOWN] if name not in names]:
        context.complain(
            "{owner} has no setting “{name}”. It has: {choices}.",
            owner=owner,
            name=shorten(name),
            choices=", ".join(names) or "–",
        )
    return tuple((one.name, setting(owner, one, data.get(one.name, one.default), context)) for one in parameters)


class Settings(Kind[Values]):
    """Declared parameters of the landscape or method named in the words before them."""

    stops: frozenset[str] = frozenset()  # words that start another field

    def declaration(self, context: Context) -> tuple[str, tuple[Parameter, ...]]:
        """The title and the declared parameters of their owner."""
        raise NotImplementedError

    def inherit(self, value: Values, context: Context) -> Values:
        _title, parameters = self.declaration(context)
        return tuple((one.name, one.default) for one in parameters)

    def parse(self, data: Any, fallback: Values, name: Message | str, context: Context) -> Values:
        title, parameters = self.declaration(context)
        return settings(title, parameters, data, context)

    def to_json(self, value: Values) -> Any:
        return dict(value)

    def to_words(self, value: Values) -> list[str]:
        return pairs_to_words(value)

    def take(self, words: Words) -> Any:
        return take_pairs(words, self.stops)


def pairs_to_words(values: Values) -> list[str]:
    """Names and numbers, alternating."""
    return [word for name, value in values for word in (name, repr(value))]


def take_pairs(words: Words, stops: frozenset[str] = frozenset()) -> dict[str, str]:
    """Names and the texts of their numbers, up to a word that starts another field."""
    pairs: dict[str, str] = {}
    while words and words[0] not in stops:
        name = words.popleft()
        pairs[name] = words.popleft() if words and words[0] not in stops else ""
    return pairs


class LandscapeSettings(Settings):
    """The parameters of the landscape."""

    def declaration(self, context: Context) -> tuple[str, tuple[Parameter, ...]]:
        return context.surface.title, context.surface.parameters

    def inherit(self, value: Values, context: Context) -> Values:
        return value if context.same_landscape else super().inherit(value, context)


class Blur(Kind[float]):
    """The width of a blur. Only with a closed form: quadrature is too slow during a drag."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter

    def inherit(self, value: float, context: Context) -> float:
        return self.parse(value if context.same_landscape else 0.0, 0.0, "", context)

    def parse(self, data: Any, fallback: float, name: Message | str, context: Context) -> float:
        surface, noise = context.surface, context.parsed["noise"]
        owner = Message(surface.title, {})
        sigma = setting(owner, self.parameter, data, context)
        if sigma and not surface.blurred:
            context.complain("{owner} has no closed form of its blur, so it stays sharp here.", owner=owner)
            return 0.0
        if sigma and noise and noise.kind == "minibatch":
            context.complain("A blurred landscape has no minibatches, so {owner} stays sharp.", owner=owner)
            return 0.0
        return sigma

    def to_words(self, value: float) -> list[str]:
        return [repr(value)]


def option_to_json(option: Option | None) -> Any:
    """The kind of an option and its parameters, for JSON."""
    return option and {"kind": option.kind, "values": dict(option.values)}


def parse_option(
    owner: Message | str, kinds: Mapping[str, OptionKind], make: Callable[..., Any], data: Any, context: Context
) -> Any:
    """An option from its kind and parameters; None for none."""
    if data is None:
        return None
    kind = data.get("kind") if isinstance(data, Mapping) else data
    if not isinstance(kind, str) or kind not in kinds:
        context.complain(
            "{owner}: there is no “{name}”. There are: {choices}.",
            owner=owner,
            name=shorten(kind),
            choices=", ".join(kinds),
        )
        return None
    values = data.get("values", {}) if isinstance(data, Mapping) else {}
    return make(kind, **dict(settings(kinds[kind].title, kinds[kind].parameters, values, context)))


class GradientNoise(Kind[Noise | None]):
    """Noise, as a kind with its parameters or as a number, the scale of Gaussian noise."""

    def inherit(self, value: Noise | None, context: Context) -> Noise | None:
        return value if self.is_possible(value, context) else ZERO_NOISE

    def parse(self, data: Any, fallback: Noise | None, name: Message | str, context: Context) -> Noise:
        if not isinstance(data, Mapping):
            data = {"kind": "gaussian", "values": {"scale": 0.0 if data is None else data}}
        noise: Noise = parse_option(name, NOISES, optimizers.noise, data, context) or ZERO_NOISE
        if self.is_possible(noise, context):
            return noise
        owner = Message(context.surface.title, {})
        context.complain("{owner} is not made of data, so it has no minibatches.", owner=owner)
        return ZERO_NOISE

    @staticmethod
    def is_possible(noise: Noise | None, context: Context) -> bool:
        """Whether the landscape supports the noise."""
        return noise is None or noise.kind != "minibatch" or context.surface.example is not None

    def to_json(self, value: Noise | None) -> Any:
        return option_to_json(value)

    def to_words(self, value: Noise | None) -> list[str]:
        return [value.kind, *pairs_to_words(value.values)] if value else ["0.0"]

    def take(self, words: Words) -> Any:
        kind = words.popleft() if words else ""
        values = take_pairs(words)
        return kind if number(kind) is not None else {"kind": kind, "values": values}


class Method(Kind[str]):
    """The name of an optimizer. Lanes with an unknown name are omitted before this is called."""

    def parse(self, data: Any, fallback: str, name: Message | str, context: Context) -> str:
        return str(data)

    def take(self, words: Words) -> Any:
        return words.popleft() if words else ""


class MethodSettings(Settings):
    """The hyperparameters of a lane."""

    def __init__(self, stops: Iterable[str]) -> None:
        self.stops = frozenset(stops)

    def declaration(self, context: Context) -> tuple[str, tuple[Parameter, ...]]:
        method, _family = optimizers.methods()[context.parsed["optimizer"]]
        return method.title, method.hyperparameters


@dataclass(frozen=True)
class Visibility(Kind[bool]):
    """Whether a runner is shown; in a link the word `hidden` before its name says that it is not."""

    hidden: str

    def parse(self, data: Any, fallback: bool, name: Message | str, context: Context) -> bool:
        return data is not False

    def to_words(self, value: bool) -> list[str]:
        return [] if value else [self.hidden]

    def take(self, words: Words) -> Any:
        if not words or words[0] != self.hidden:
            return True
        words.popleft()
        return False


@dataclass(frozen=True)
class LaneOption(Kind[Any]):
    """An option of a runner besides its hyperparameters: a kind of the option, after the option's name."""

    option: str
    kinds: Mapping[str, OptionKind]
    make: Callable[..., Any]
    stops: frozenset[str]

    def parse(self, data: Any, fallback: Any, name: Message | str, context: Context) -> Any:
        parsed = parse_option(name, self.kinds, self.make, data, context)
        method, _family = optimizers.methods()[context.parsed["optimizer"]]
        if parsed is None or method.has_rate:
            return parsed
        return self._without_rate(parsed, Message(method.title, {}), context)

    def _without_rate(self, parsed: Any, owner: Message, context: Context) -> Any:
        """The option, reduced to what is possible for a method without a learning rate."""
        if self.option == "schedule":
            context.complain("{owner} has no learning rate that a schedule could set.", owner=owner)
            return None
        if self.option == "clip" and parsed.of_step:
            context.complain("{owner} has no learning rate, so only its gradient can be clipped.", owner=owner)
            return optimizers.clip(parsed.kind, parsed["threshold"])
        return parsed

    def to_json(self, value: Any) -> Any:
        return option_to_json(value)

    def to_words(self, value: Any) -> list[str]:
        return [self.option, value.kind, *pairs_to_words(value.values)] if value else []

    def take(self, words: Words) -> Any:
        """Read options in any order, each after its name; the last one of a name counts."""
        result, others = None, Words()
        while words:
            name = words.popleft()
            if name != self.option:
                others.append(name)
                continue
            kind = words.popleft() if words and words[0] not in self.stops else ""
            result = {"kind": kind, "values": take_pairs(words, self.stops)}
        words.extend(others)
        return result
