"""What a run may be given beside its method: schedule, clipping, averaging, noise. Each is one of several kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from landscapes import Parameter
from landscapes._arguments import named_values, text
from landscapes._landscape import put, settle


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
        put(self, values=settled(self.option, self.kinds, self.kind, dict(values)) if self.kinds else values)

    def __getitem__(self, name: str) -> float:
        values = dict(self.values)
        if text("name", name, f"one of {', '.join(values)}") not in values:
            raise KeyError(f"{self.option} {self.kind!r} has no {name!r}; it has {', '.join(values)}")
        return values[name]


def settled(
    option: str, kinds: Mapping[str, Kind], kind: str, given: Mapping[str, float | str]
) -> tuple[tuple[str, float], ...]:
    """The numbers of a kind: as given, else the defaults.

    Raises:
        KeyError: an unknown kind; the message names the choices.
        TypeError, ValueError: a number that is not declared, or may not have that value.
    """
    if text(f"kind of {option}", kind, f"one of {', '.join(kinds)}") not in kinds:
        raise KeyError(f"there is no {option} {kind!r}; there are {', '.join(kinds)}")
    return tuple(settle(f"{option} {kind!r}", kinds[kind].parameters, given).items())
