"""Declared parameters of surfaces and methods, and checks of declarations."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from landscapes.tools.arguments import instance, real, sequence, short_repr, text, texts, wrong_type
from landscapes.tools.compiler import is_kernel


@dataclass(frozen=True)
class Parameter:
    """A declared number: its name, the range of its knob, and its allowed values.

    Attributes:
        name: Name in code and in links.
        symbol: Symbol in formulas (LaTeX).
        default: Value if none is given.
        low, high: Ends of its knob.
        scale: Scale of its knob, "linear" or "log".
        at_least, at_most: Range of allowed values; the knob may be narrower, a typed number may use all of it.
        integer: Whether only whole numbers are allowed.
        meaning: Name in words (English; translated where shown).
        choices: Names of the values 0, 1, ..., if it is a choice and not a quantity.
        labels: These names in words, if they differ (English; translated where shown).
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
        """The value as a float; raise a ValueError that says what is allowed. A choice may be given by its name.

        >>> Parameter("lr", "ε", 0.1, 1e-4, 10, "log", at_least=0).check(1)
        1.0
        """
        if isinstance(value, str) and value in self.choices:
            return float(self.choices.index(value))
        number = self._number(value)
        if not self.allows(number):
            raise ValueError(f"{self.name} must be {self.describe_allowed()}, not {short_repr(value)}")
        return number + 0.0  # -0.0 becomes 0.0: equal values must be one key in the landscape caches

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
        """The allowed values, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        kind = "a whole number" if self.integer else "a finite number"
        low = "" if self.at_least == -math.inf else f", at least {self.at_least:g}"
        high = "" if self.at_most == math.inf else f", at most {self.at_most:g}"
        return kind + low + high

    def format(self, value: float) -> str:
        """A value as source code: a choice by its name.

        >>> Parameter("applied", "", 0.0, 0.0, 1.0, choices=("gradient", "step")).format(1.0)
        "'step'"
        """
        return repr(self.choices[int(value)] if self.choices else value)


def check_text(declaration: Any, *names: str) -> None:
    """Raise a TypeError unless these fields of a declaration are strings."""
    for name in names:
        text(f"{name} of the {type(declaration).__name__}", getattr(declaration, name))


def check_functions(declaration: Any, *names: str, compiled: bool = False, optional: bool = False) -> None:
    """Raise a TypeError unless these fields of a declaration are functions (compiled ones, if required)."""
    for name in names:
        value = getattr(declaration, name)
        if optional and value is None:
            continue
        if not (is_kernel(value) if compiled else callable(value)):
            wanted = "a compiled function, from `landscapes.authoring`" if compiled else "a function"
            raise wrong_type(f"{name} of {declaration.name}", wanted, value)


def check_numbers(declaration: Any, name: str) -> None:
    """Convert a field of a declaration to a tuple, and raise a TypeError unless it contains only `Parameter`."""
    wanted = "a tuple of `landscapes.Parameter`"
    declared = sequence(f"{name} of {declaration.name}", getattr(declaration, name), wanted)
    for one in declared:
        instance(f"every one of the {name} of {declaration.name}", Parameter, "a `landscapes.Parameter`", one)
    set_fields(declaration, **{name: declared})


def set_fields(declaration: Any, **values: Any) -> None:
    """Set fields of a frozen dataclass, for use in its `__post_init__`."""
    vars(declaration).update(values)


def validate(owner: str, parameters: tuple[Parameter, ...], values: Mapping[str, float | str]) -> dict[str, float]:
    """The value of every declared parameter: the given one, else its default.

    Raises:
        TypeError: A name is not declared; the message lists the declared names.
        ValueError: A value is not allowed; the message says what is.
    """
    names = [parameter.name for parameter in parameters]
    for name in instance("values", Mapping, "values by name, as a dict", values):
        if name not in names:
            raise TypeError(f"{owner} has no {name!r}; it has {', '.join(names) or 'no parameters'}")
    return {parameter.name: parameter.check(values.get(parameter.name, parameter.default)) for parameter in parameters}
