"""The kinds of values that a field of a race or of a view may have.

A kind parses what anyone may have written. Whatever is wrong is told in a sentence and replaced by the nearest thing
that is right, so there is always a value. It writes a value as JSON and as the words of a link, and reads the words
back, and it tells the browser what the value may be. All of that both ways: what it writes it parses to the same bits.
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
from pages.protocol.opening import CALM
from pages.words import Message, message

T = TypeVar("T")
Words = deque[str]

WIDEST = 1e8
NARROWEST = 1e-9
LONGEST_TEXT = 40  # characters of a number, or of a foreign value in a sentence
LONGEST_NAME = 40
MOST_UNKNOWN = 20  # settings that do not exist and are complained of


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
    """A foreign value for a sentence: short, on one line, in letters that can be sent."""
    try:
        words = isinstance(value, list) and all(isinstance(word, str) for word in value)
        text = " ".join(value) if words else str(value)
    except (ValueError, RecursionError):  # whole numbers of thousands of digits, lists in lists in lists
        text = "…"
    text = " ".join(text.encode(errors="replace").decode().split())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


@dataclass
class Context:
    """What a kind may look at while it parses: all fields before its own, and what stands in for what is not said.

    Attributes:
        usual: the race or the view whose values stand in; None for a lane, which has the defaults of its method.
        parsed: the values of the fields so far, by name; while a view is parsed those of its race too.
        problems: what had to be said.
    """

    usual: Any
    parsed: dict[str, Any] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)

    def complain(self, text: str, **values: object) -> None:
        """Notes what was wrong."""
        self.problems.append(message(text, **values))

    @property
    def surface(self) -> Surface:
        """The surface of the race."""
        return landscapes.surfaces()[self.parsed["landscape"]][0]

    @property
    def same_landscape(self) -> bool:
        """Whether the race is on the landscape of the usual one."""
        return bool(self.parsed["landscape"] == self.usual.landscape)


class Kind(Generic[T]):
    """The kind of a field's value."""

    def parse(self, given: Any, usual: T, name: Message | str, context: Context) -> T:
        """The value that was given, else the nearest or the `usual` one, with a complaint that calls it by its name."""
        raise NotImplementedError

    def usual(self, value: T, context: Context) -> T:
        """The value of a field that is not said, where the usual race or view has this one."""
        return value

    def to_json(self, value: T) -> Any:
        """The value as JSON has it."""
        return value

    def to_words(self, value: T) -> list[str]:
        """The value in the words of a link."""
        return [str(value)]

    def take(self, words: Words) -> Any:
        """What the words of a link say, not yet parsed; takes those words that are this field's own."""
        text = " ".join(words)
        words.clear()
        return text

    def describe(self) -> dict[str, Any]:
        """What the browser is told of the values that are allowed."""
        return {}


@dataclass(frozen=True)
class Whole(Kind[int]):
    """A whole number, of which the last one allowed may depend on other fields."""

    least: int
    most: int | Callable[[Context], int]

    def parse(self, given: Any, usual: int, name: Message | str, context: Context) -> int:
        most = self.most(context) if callable(self.most) else self.most
        return whole(given, usual, self.least, most, name, context)

    def describe(self) -> dict[str, Any]:
        return {"least": self.least} | ({} if callable(self.most) else {"most": self.most})


def whole(given: Any, usual: int, least: int, most: int, name: Message | str, context: Context) -> int:
    """A whole number from `least` to `most`; the nearest one to another number, the usual one for what is no number."""
    value = number(given)
    if value is not None and value == int(value) and least <= value <= most:
        return int(value)
    nearest = usual if value is None else int(min(max(value, least), most))
    context.complain(
        "“{name}” is a whole number from {least} to {most}, not {value}. {nearest} is used.",
        name=name,
        least=least,
        most=most,
        value=shorten(given),
        nearest=nearest,
    )
    return nearest


@dataclass(frozen=True)
class Counted(Whole):
    """One of several, counted from 0; a link counts from 1, as people do."""

    def parse(self, given: Any, usual: int, name: Message | str, context: Context) -> int:
        if not isinstance(given, FromOne):
            return super().parse(given, usual, name, context)
        assert callable(self.most)
        return whole(str(given), 1, 1, self.most(context) + 1, name, context) - 1

    def to_words(self, value: int) -> list[str]:
        return [str(value + 1)]

    def take(self, words: Words) -> Any:
        return FromOne(super().take(words))


class FromOne(str):
    """The text of a number that is counted from 1."""

    __slots__ = ()


@dataclass(frozen=True)
class Perhaps(Kind[Any]):
    """A value of another kind, or none; `unreadable` says what stands in for what cannot be read."""

    kind: Kind[Any]
    unreadable: Callable[[Context], Any] = lambda context: 0

    def parse(self, given: Any, usual: Any, name: Message | str, context: Context) -> Any:
        return None if given is None else self.kind.parse(given, self.unreadable(context), name, context)

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
    """A number as a `Parameter` declares it."""

    parameter: Parameter

    def parse(self, given: Any, usual: float, name: Message | str, context: Context) -> float:
        return setting(name, self.parameter, given, context)

    def to_words(self, value: float) -> list[str]:
        return [repr(value)]

    def describe(self) -> dict[str, Any]:
        return {"least": self.parameter.at_least, "most": self.parameter.at_most}


@dataclass(frozen=True)
class Choice(Kind[str]):
    """One of a few names."""

    choices: tuple[str, ...]

    def parse(self, given: Any, usual: str, name: Message | str, context: Context) -> str:
        if given in self.choices:
            return str(given)
        context.complain(
            "“{name}” is one of {choices}, not {value}. {nearest} is used.",
            name=name,
            choices=", ".join(self.choices),
            value=shorten(given),
            nearest=self.choices[0],
        )
        return self.choices[0]

    def describe(self) -> dict[str, Any]:
        return {"choices": self.choices}


class Identifier(Kind[str]):
    """A name that is looked up later, where it is known what there is; what is none is ""."""

    def parse(self, given: Any, usual: str, name: Message | str, context: Context) -> str:
        return given if isinstance(given, str) and given.isidentifier() and len(given) <= LONGEST_NAME else ""


class Place(Kind[Point]):
    """A start, by default that of the landscape."""

    def usual(self, value: Point, context: Context) -> Point:
        return value if context.same_landscape else context.surface.start

    def parse(self, given: Any, usual: Point, name: Message | str, context: Context) -> Point:
        if isinstance(given, (list, tuple)) and len(given) == 2:
            x, y = number(given[0]), number(given[1])
            if x is not None and y is not None and abs(x) <= WIDEST and abs(y) <= WIDEST:
                return x, y
        x, y = self.usual(usual, context)
        context.complain(
            "A start is two numbers from -1e8 to 1e8, not {value}. ({x}, {y}) is used.",
            value=shorten(given),
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

    def parse(self, given: Any, usual: Window | None, name: Message | str, context: Context) -> Window | None:
        if isinstance(given, (list, tuple)) and len(given) == 4:
            sides = [number(side) for side in given]
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
    """Two different axes of the heat map of any of the runners, or "" for the first two there are."""

    def parse(self, given: Any, usual: str, name: Message | str, context: Context) -> str:
        race = Race(context.parsed["landscape"], context.parsed["lanes"], (0.0, 0.0))
        if given == "" or not race.lanes:
            return ""
        choices = list(dict.fromkeys(name for lane in range(len(race.lanes)) for name in axes(race, lane)))
        names = given.split() if isinstance(given, str) else []
        if len(names) == 2 and names[0] != names[1] and all(name in choices for name in names):
            return " ".join(names)
        context.complain(
            "The axes are two different ones of {choices}, not {value}. The first two are used.",
            choices=", ".join(choices),
            value=shorten(given),
        )
        return ""


class LandscapeName(Kind[str]):
    """The name of a landscape."""

    def parse(self, given: Any, usual: str, name: Message | str, context: Context) -> str:
        if isinstance(given, str) and given in landscapes.names():
            return given
        context.complain(
            "There is no landscape “{name}”. The landscapes are: {choices}.",
            name=shorten(given),
            choices=", ".join(landscapes.names()),
        )
        return usual

    def take(self, words: Words) -> Any:
        return words.popleft() if words else ""


Values = tuple[tuple[str, float], ...]


def setting(owner: Message | str, parameter: Parameter, given: Any, context: Context) -> float:
    """The value of a declared number."""
    if isinstance(given, str) and given in parameter.choices:
        return float(parameter.choices.index(given))
    value = number(given)
    if value is not None and parameter.allows(value):
        return value
    nearest = parameter.default if value is None else parameter.nearest(value)
    context.complain(
        "{owner}: {name} cannot be {value}. It can be a number from {low} to {high}; {nearest} is used.",
        owner=owner,
        name=Message(parameter.meaning, {}) if parameter.meaning else parameter.name,
        value=shorten(given),
        low=f"{parameter.at_least:g}".replace("inf", "∞"),
        high=f"{parameter.at_most:g}".replace("inf", "∞"),
        nearest=f"{nearest:g}",
    )
    return nearest


def settings(title: str, declared: Sequence[Parameter], given: Any, context: Context) -> Values:
    """The value of every declared number, in the order declared."""
    owner = Message(title, {})
    if not isinstance(given, Mapping):
        context.complain("The settings of {owner} cannot be read. The usual ones are used.", owner=owner)
        given = {}
    names = [parameter.name for parameter in declared]
    for name in [name for name in list(given)[:MOST_UNKNOWN] if name not in names]:
        context.complain(
            "{owner} has no setting “{name}”. It has: {choices}.",
            owner=owner,
            name=shorten(name),
            choices=", ".join(names) or "–",
        )
    return tuple((one.name, setting(owner, one, given.get(one.name, one.default), context)) for one in declared)


class Settings(Kind[Values]):
    """The declared numbers of what is named before them."""

    stops: frozenset[str] = frozenset()  # words that begin something else

    def declared(self, context: Context) -> tuple[str, tuple[Parameter, ...]]:
        """The title of their owner, and how they are declared."""
        raise NotImplementedError

    def usual(self, value: Values, context: Context) -> Values:
        _title, declared = self.declared(context)
        return tuple((one.name, one.default) for one in declared)

    def parse(self, given: Any, usual: Values, name: Message | str, context: Context) -> Values:
        title, declared = self.declared(context)
        return settings(title, declared, given, context)

    def to_json(self, value: Values) -> Any:
        return dict(value)

    def to_words(self, value: Values) -> list[str]:
        return pairs_to_words(value)

    def take(self, words: Words) -> Any:
        return take_pairs(words, self.stops)


def pairs_to_words(values: Values) -> list[str]:
    """Names and numbers, one after the other."""
    return [word for name, value in values for word in (name, repr(value))]


def take_pairs(words: Words, stops: frozenset[str] = frozenset()) -> dict[str, str]:
    """Names and the texts of their numbers, up to a word that begins something else."""
    pairs: dict[str, str] = {}
    while words and words[0] not in stops:
        name = words.popleft()
        pairs[name] = words.popleft() if words and words[0] not in stops else ""
    return pairs


class LandscapeSettings(Settings):
    """The parameters of the landscape."""

    def declared(self, context: Context) -> tuple[str, tuple[Parameter, ...]]:
        return context.surface.title, context.surface.parameters

    def usual(self, value: Values, context: Context) -> Values:
        return value if context.same_landscape else super().usual(value, context)


class Blur(Kind[float]):
    """The width of a blur that can follow the finger: one with a closed form, because quadrature takes too long."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter

    def usual(self, value: float, context: Context) -> float:
        return self.parse(value if context.same_landscape else 0.0, 0.0, "", context)

    def parse(self, given: Any, usual: float, name: Message | str, context: Context) -> float:
        surface, noise = context.surface, context.parsed["noise"]
        owner = Message(surface.title, {})
        sigma = setting(owner, self.parameter, given, context)
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
    """A kind of an option with its numbers."""
    return option and {"kind": option.kind, "values": dict(option.values)}


def parse_option(
    owner: Message | str, kinds: Mapping[str, OptionKind], make: Callable[..., Any], given: Any, context: Context
) -> Any:
    """A kind of an option with its numbers; None is none."""
    if given is None:
        return None
    kind = given.get("kind") if isinstance(given, Mapping) else given
    if not isinstance(kind, str) or kind not in kinds:
        context.complain(
            "{owner}: there is no “{name}”. There are: {choices}.",
            owner=owner,
            name=shorten(kind),
            choices=", ".join(kinds),
        )
        return None
    values = given.get("values", {}) if isinstance(given, Mapping) else {}
    return make(kind, **dict(settings(kinds[kind].title, kinds[kind].parameters, values, context)))


class GradientNoise(Kind[Noise | None]):
    """Noise as a kind with its numbers, or as a number: the scale of Gaussian noise."""

    def usual(self, value: Noise | None, context: Context) -> Noise | None:
        return value if self.is_possible(value, context) else CALM

    def parse(self, given: Any, usual: Noise | None, name: Message | str, context: Context) -> Noise:
        if not isinstance(given, Mapping):
            given = {"kind": "gaussian", "values": {"scale": 0.0 if given is None else given}}
        noise: Noise = parse_option(name, NOISES, optimizers.noise, given, context) or CALM
        if self.is_possible(noise, context):
            return noise
        owner = Message(context.surface.title, {})
        context.complain("{owner} is not made of data, so it has no minibatches.", owner=owner)
        return CALM

    @staticmethod
    def is_possible(noise: Noise | None, context: Context) -> bool:
        """Whether the landscape has what the noise is made of."""
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
    """The name of an optimizer, of a lane that was found to have one: another lane is left out."""

    def parse(self, given: Any, usual: str, name: Message | str, context: Context) -> str:
        return str(given)

    def take(self, words: Words) -> Any:
        return words.popleft() if words else ""


class MethodSettings(Settings):
    """The hyperparameters of a lane."""

    def __init__(self, stops: Iterable[str]) -> None:
        self.stops = frozenset(stops)

    def declared(self, context: Context) -> tuple[str, tuple[Parameter, ...]]:
        method, _family = optimizers.methods()[context.parsed["optimizer"]]
        return method.title, method.hyperparameters


@dataclass(frozen=True)
class Shown(Kind[bool]):
    """Whether a runner is shown; a word before its name says that it is not."""

    hidden: str

    def parse(self, given: Any, usual: bool, name: Message | str, context: Context) -> bool:
        return given is not False

    def to_words(self, value: bool) -> list[str]:
        return [] if value else [self.hidden]

    def take(self, words: Words) -> Any:
        if not words or words[0] != self.hidden:
            return True
        words.popleft()
        return False


@dataclass(frozen=True)
class LaneOption(Kind[Any]):
    """What a runner may have beside its hyperparameters: one of the kinds of an option, behind the option's name."""

    option: str
    kinds: Mapping[str, OptionKind]
    make: Callable[..., Any]
    stops: frozenset[str]

    def parse(self, given: Any, usual: Any, name: Message | str, context: Context) -> Any:
        parsed = parse_option(name, self.kinds, self.make, given, context)
        method, _family = optimizers.methods()[context.parsed["optimizer"]]
        if parsed is None or method.has_rate:
            return parsed
        return self._without_rate(parsed, Message(method.title, {}), context)

    def _without_rate(self, parsed: Any, owner: Message, context: Context) -> Any:
        """What is left of an option for a method that has no learning rate."""
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
        """Options stand in any order, each behind its name; the last one of a name counts."""
        found, others = None, Words()
        while words:
            name = words.popleft()
            if name != self.option:
                others.append(name)
                continue
            kind = words.popleft() if words and words[0] not in self.stops else ""
            found = {"kind": kind, "values": take_pairs(words, self.stops)}
        words.extend(others)
        return found
