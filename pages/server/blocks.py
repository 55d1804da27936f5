"""The blocks of an answer: what a page asks for beside the race, each made in the page's own folder.

A page that asks for more than the race has a `block.py`, which declares one `Block` or several. A block is found by
its name in a message: it reads what the message says of it, writes into the answer's header under its name, and adds
arrays, each with a name. Nothing counts offsets by hand, and the server knows no page by name.
"""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

import pages
from landscapes import Landscape, Point
from optimizers import Race, Trajectory
from pages.protocol.kinds import NARROWEST, WIDEST, number
from pages.words import Message, Translator

ALIGNMENT = 4  # bytes: where a float32 may begin

Cancelled = Callable[[], bool]


@dataclass
class Answer:
    """An answer while it is made.

    Attributes:
        given: the message; anything in it may be wrong.
        race, landscape, runs: the race, what it is on, and what came of it.
        origin: the point that places are relative to, so that float32 holds their digits.
        rows: how many rows of a run may be sent at most.
        translate: into the language of the message.
        cancelled: says whether nobody waits any more, if that can be known.
        header: what is said in JSON.
        arrays: the numbers, by name.
    """

    given: Mapping[Any, Any]
    race: Race
    landscape: Landscape
    runs: tuple[Trajectory, ...]
    origin: Point
    rows: int
    translate: Translator
    cancelled: Cancelled | None = None
    header: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)

    def add(self, name: str, numbers: Any, kind: Any = np.float32) -> None:
        """Adds an array under a name. Beyond float32 lies infinity, and it is drawn as such."""
        with np.errstate(over="ignore"):
            self.arrays[name] = np.ascontiguousarray(numbers, kind)

    def complain(self, *problems: Message) -> None:
        """Says what was wrong."""
        self.header["problems"] += [problem.translate(self.translate) for problem in problems]

    def to_bytes(self) -> bytes:
        """The length of the header (uint32, little endian), the header, and the arrays that it lists, one by one.

        Header and arrays are filled up to whole multiples of four bytes. The header lists the arrays as [name, kind,
        how many numbers].
        """
        listed = [[name, array.dtype.name, array.size] for name, array in self.arrays.items()]
        text = orjson.dumps({**self.header, "arrays": listed})
        parts = [_filled(text), *(_filled(array.tobytes()) for array in self.arrays.values())]
        return struct.pack("<I", len(parts[0])) + b"".join(parts)


def _filled(data: bytes) -> bytes:
    return data + b" " * (-len(data) % ALIGNMENT)


@dataclass(frozen=True)
class Block:
    """A part of an answer.

    Attributes:
        name: in a message, and in the header of the answer.
        answer: adds it to an answer, given what the message says of it.
        quick: up to how many steps of all runners together it is made in about a millisecond; 0 if it never is.
    """

    name: str
    answer: Callable[[Answer, Any], None]
    quick: int = 0


@cache
def blocks() -> dict[str, Block]:
    """All blocks, by name.

    Raises:
        ValueError: two of them claim one name.
    """
    found: dict[str, Block] = {}
    for file in sorted(Path(pages.__file__).parent.glob("*/block.py")):
        module = import_module(f"pages.{file.parent.name}.block")
        for block in vars(module).values():
            if not isinstance(block, Block):
                continue
            if found.setdefault(block.name, block) is not block:
                raise ValueError(f"{module.__name__} claims the name {block.name!r} of another block")
    return found


def whole(given: Any, otherwise: int, most: int, least: int = 1) -> int:
    """The whole number nearest to a given one; another one for what is no number."""
    value = number(given)
    return otherwise if value is None else int(min(max(value, least), most))


def point(given: Any) -> Point:
    """A given point, or (0, 0)."""
    if isinstance(given, list) and len(given) == 2:
        x, y = number(given[0]), number(given[1])
        if x is not None and y is not None and abs(x) <= WIDEST and abs(y) <= WIDEST:
            return x, y
    return 0.0, 0.0


def lattice(landscape: Landscape, window: Any, columns: int, rows: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The places of the columns and rows of a lattice over a window; the landscape's own where none can be read."""
    sides = [number(side) for side in window] if isinstance(window, list) and len(window) == 4 else [None]
    (x0, x1), (y0, y1) = landscape.domain
    known = [side for side in sides if side is not None and abs(side) <= WIDEST]
    if len(known) == 4 and known[1] - known[0] >= NARROWEST and known[3] - known[2] >= NARROWEST:
        x0, x1, y0, y1 = known
    return np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)


def coarser(columns: int, rows: int, most: int) -> tuple[int, int]:
    """A lattice of the same shape with no more nodes than that; two each way at least."""
    share = math.sqrt(min(1.0, most / (columns * rows)))
    return max(2, int(columns * share)), max(2, int(rows * share))


def finite(value: float) -> float | None:
    """A number as JSON can say it."""
    return value if math.isfinite(value) else None
