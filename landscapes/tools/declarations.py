"""What a file of a surface or of a method declares: its numbers, and how a declaration is checked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from landscapes.tools.arguments import instance, real, sequence, shown, text, texts, wrong
from landscapes.tools.compiler import is_kernel


@dataclass(frozen=True)
class Parameter:
    """A declared number: what it is called, where a knob moves it, and what it may be.

    Attributes:
        name: in code and in links.
        symbol: in formulas (LaTeX).
        default: the value when nothing is said.
        low, high: the ends of its knob.
        scale: how its knob is spread, "linear" or "log".
        at_least, at_most: the values that make sense; a knob may be narrower, a typed number may use all of them.
        integer: whether only whole numbers make sense.
        meaning: its name in words (English, translated where it is shown).
        choices: names of its values 0, 1, ..., where it is a choice and not a size.
        labels: these names in words, where they differ (English, translated where they are shown).
    """

    name: str
    symbol: str
    default: float
    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"
    at_least: float = -math.inf
    at_most: float = math.inf
    integer: bool = False
    meaning: str = ""
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_text(self, "name", "symbol", "meaning")
        for name in ("default", "low", "high", "at_least", "at_most"):
            real(f"{name} of {self.name}", getattr(self, name))
        if text(f"scale of {self.name}", self.scale, '"linear" or "log"') not in ("linear", "log"):
            raise ValueError(f'scale of {self.name} must be "linear" or "log", not {self.scale!r}')
        for name in ("choices", "labels"):
            set_fields(self, **{name: texts(f"{name} of {self.name}", getattr(self, name), "a tuple of strings")})

    def check(self, value: float | str) -> float:
        """The value as a float, or a ValueError that says what is allowed. A choice may be given by its name.

        >>> Parameter("lr", "ε", 0.1, 1e-4, 10, "log", at_least=0).check(1)
        1.0
        """
        if isinstance(value, str) and value in self.choices:
            return float(self.choices.index(value))
        number = self._number(value)
        if not self.allows(number):
            raise ValueError(f"{self.name} must be {self.describe_allowed()}, not {shown(value)}")
        return number + 0.0  # -0.0 becomes 0.0: equal values are one key wherever a landscape is looked up

    def allows(self, number: float) -> bool:
        """Whether the parameter may have this value."""
        number = self._number(number)
        in_range = math.isfinite(number) and self.at_least <= number <= self.at_most
        return in_range and (not self.integer or number == math.floor(number))

    def nearest(self, number: float) -> float:
        """The allowed value nearest to a finite number.

        >>> Parameter("steps", "T", 50, 1, 200, at_least=1, at_most=200, integer=True).nearest(7.4)
        7.0
        """
        inside = min(max(self._number(number), self.at_least), self.at_most)
        return float(round(inside)) if self.integer else inside

    def _number(self, value: Any) -> float:
        return value if type(value) is float else real(self.name, value, self.describe_allowed())

    def describe_allowed(self) -> str:
        """What the parameter may be, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        kind = "a whole number" if self.integer else "a finite number"
        low = "" if self.at_least == -math.inf else f", at least {self.at_least:g}"
        high = "" if self.at_most == math.inf else f", at most {self.at_most:g}"
        return kind + low + high

    def format(self, value: float) -> str:
        """A value as it is typed: a choice by its name.

        >>> Parameter("applied", "", 0.0, 0.0, 1.0, choices=("gradient", "step")).format(1.0)
        "'step'"
        """
        return repr(self.choices[int(value)] if self.choices else value)


def check_text(declaration: Any, *names: str) -> None:
    """Refuses what is not a string in the fields of a declaration."""
    for name in names:
        text(f"{name} of the {type(declaration).__name__}", getattr(declaration, name))


def check_functions(declaration: Any, *names: str, compiled: bool = False, optional: bool = False) -> None:
    """Refuses what is not a function, or not a compiled one, in the fields of a declaration."""
    for name in names:
        value = getattr(declaration, name)
        if optional and value is None:
            continue
        if not (is_kernel(value) if compiled else callable(value)):
            wanted = "a compiled function, from `landscapes.authoring`" if compiled else "a function"
            raise wrong(f"{name} of {declaration.name}", wanted, value)


def check_numbers(declaration: Any, name: str) -> None:
    """Makes a tuple of the declared numbers in a field of a declaration, and refuses what is none."""
    wanted = "a tuple of `landscapes.Parameter`"
    declared = sequence(f"{name} of {declaration.name}", getattr(declaration, name), wanted)
    for one in declared:
        instance(f"every one of the {name} of {declaration.name}", Parameter, "a `landscapes.Parameter`", one)
    set_fields(declaration, **{name: declared})


def set_fields(declaration: Any, **values: Any) -> None:
    """Sets fields of a frozen dataclass that is being made."""
    vars(declaration).update(values)


def validate(owner: str, declared: tuple[Parameter, ...], given: Mapping[str, float | str]) -> dict[str, float]:
    """The value of every declared parameter: as given, else its default.

    Raises:
        TypeError: a name that is not declared; the message names those that are.
        ValueError: a value that makes no sense; the message says what does.
    """
    names = [parameter.name for parameter in declared]
    for name in instance("values", Mapping, "values by name, as a dict", given):
        if name not in names:
            raise TypeError(f"{owner} has no {name!r}; it has {', '.join(names) or 'no parameters'}")
    return {parameter.name: parameter.check(given.get(parameter.name, parameter.default)) for parameter in declared}
