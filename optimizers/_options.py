"""What a run may be given beside its method: schedule, clipping, averaging, noise. Each is one of several kinds."""

from collections.abc import Mapping
from dataclasses import dataclass

from landscapes import Parameter
from landscapes._landscape import settle


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
        values: its numbers as (name, value) pairs, in the order declared.
    """

    kind: str
    values: tuple[tuple[str, float], ...] = ()

    def __getitem__(self, name: str) -> float:
        return dict(self.values)[name]


def settled(
    option: str, kinds: Mapping[str, Kind], kind: str, given: Mapping[str, float | str]
) -> tuple[tuple[str, float], ...]:
    """The numbers of a kind: as given, else the defaults.

    Raises:
        KeyError: an unknown kind; the message names the choices.
        TypeError, ValueError: a number that is not declared, or may not have that value.
    """
    if kind not in kinds:
        raise KeyError(f"there is no {option} {kind!r}; there are {', '.join(kinds)}")
    return tuple(settle(f"{option} {kind!r}", kinds[kind].parameters, given).items())
