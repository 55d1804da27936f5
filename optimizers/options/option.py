"""What a run may be given beside its method: schedule, clipping, averaging, noise. Each is one of several kinds."""

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
        title: its name on the screen (English, translated where it is shown).
        parameters: its declared numbers.
    """

    title: str
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Option:
    """A kind with its numbers set: plain, frozen and comparable, so that it can be written into a link.

    Attributes:
        kind: the name of the kind.
        values: its numbers as (name, value) pairs, in the order declared; those that are not given at their defaults.
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
        known = ", ".join(values)
        raise KeyError(f"{self.option} {self.kind!r} has no {text('name', name, f'one of {known}')!r}; it has {known}")


def with_defaults(
    option: str, kinds: Mapping[str, Kind], kind: str, given: Mapping[str, float | str]
) -> tuple[tuple[str, float], ...]:
    """The numbers of a kind: as given, else the defaults.

    Raises:
        KeyError: an unknown kind; the message names the choices.
        TypeError, ValueError: a number that is not declared, or may not have that value.
    """
    if text(f"kind of {option}", kind, f"one of {', '.join(kinds)}") not in kinds:
        raise KeyError(f"there is no {option} {kind!r}; there are {', '.join(kinds)}")
    return tuple(validate(f"{option} {kind!r}", kinds[kind].parameters, given).items())
