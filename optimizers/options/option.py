"""Options of a run besides its method: schedule, clipping, averaging, noise. Each has several kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from landscapes import Parameter
from landscapes.tools.arguments import named_values, text
from landscapes.tools.declarations import set_fields, validate


@dataclass(frozen=True)
class Kind:
    """One kind of an option, as a selector shows it.

    Attributes:
        title: Name on the screen (English; translated where shown).
        parameters: Declared parameters.
    """

    title: str
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Option:
    """A kind with its parameters set: plain, frozen and comparable, so that it can be written to a link.

    Attributes:
        kind: Name of the kind.
        values: Parameters as (name, value) pairs, in the order declared, including defaults.
    """

    kind: str
    values: tuple[tuple[str, float], ...] = ()

    option: ClassVar[str] = "option"
    kinds: ClassVar[Mapping[str, Kind]] = {}
    example: ClassVar[str] = ""

    def __post_init__(self) -> None:
        values = named_values(f"values of the {self.option}", self.values)
        set_fields(
            self, values=with_defaults(self.option, self.kinds, self.kind, dict(values)) if self.kinds else values
        )

    def __getitem__(self, name: str) -> float:
        values = dict(self.values)
        if isinstance(name, str) and name in values:
            return values[name]
        names = ", ".join(values)
        raise KeyError(f"{self.option} {self.kind!r} has no {text('name', name, f'one of {names}')!r}; it has {names}")


def with_defaults(
    option: str, kinds: Mapping[str, Kind], kind: str, values: Mapping[str, float | str]
) -> tuple[tuple[str, float], ...]:
    """The parameters of a kind: the given values, else the defaults.

    Raises:
        KeyError: Unknown kind; the message lists the choices.
        TypeError, ValueError: A parameter is not declared, or its value is not allowed.
    """
    if text(f"kind of {option}", kind, f"one of {', '.join(kinds)}") not in kinds:
        raise KeyError(f"there is no {option} {kind!r}; there are {', '.join(kinds)}")
    return tuple(validate(f"{option} {kind!r}", kinds[kind].parameters, values).items())
