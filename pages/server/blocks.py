"""The blocks of an answer: data that a page requests besides the race, computed in the page's own folder.

A page that needs more than the race has a `block.py`, which declares one or more `Block`. A block is selected by its
name in a message: it reads its query from the message, writes to the answer's header under its name, and adds named
arrays. No code counts offsets, and the server knows no page by name.
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

ALIGNMENT = 4  # bytes: the alignment of float32

Cancelled = Callable[[], bool]


@dataclass
class Answer:
    """An answer under construction.

    Attributes:
        query: The message; any field may be invalid.
        race, landscape, runs: The race, its landscape, and its trajectories.
        origin: Point to which positions are relative, so that float32 keeps their digits.
        rows: Maximum number of rows of a run.
        translate: Translator for the language of the message.
        cancelled: Returns whether the answer is no longer needed, if that can be known.
        header: The part in JSON.
        arrays: Arrays by name.
    """

    query: Mapping[Any, Any]
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
        """Add an array under a name. Numbers beyond float32 become infinite."""
        with np.errstate(over="ignore"):
            self.arrays[name] = np.ascontiguousarray(numbers, kind)

    def complain(self, *problems: Message) -> None:
        """Add problems to the header."""
        self.header["problems"] += [problem.translate(self.translate) for problem in problems]

    def to_bytes(self) -> bytes:
        """The length of the header (uint32, little endian), the header, and the arrays that it lists, in order.

        Header and arrays are padded to multiples of four bytes. The header lists the arrays as [name, dtype, number of
        elements].
        """
        array_list = [[name, array.dtype.name, array.size] for name, array in self.arrays.items()]
        text = orjson.dumps({**self.header, "arrays": array_list})
        parts = [_pad(text), *(_pad(array.tobytes()) for array in self.arrays.values())]
        return struct.pack("<I", len(parts[0])) + b"".join(parts)


def _pad(data: bytes) -> bytes:
    return data + b" " * (-len(data) % ALIGNMENT)


@dataclass(frozen=True)
class Block:
    """A part of an answer.

    Attributes:
        name: Name in a message, and in the header of the answer.
        answer: Adds the block to an answer, given its query from the message.
        quick: Largest number of steps of all runners together for which it takes about a millisecond; 0 if none.
    """

    name: str
    answer: Callable[[Answer, Any], None]
    quick: int = 0


@cache
def blocks() -> dict[str, Block]:
    """All blocks, by name.

    Raises:
        ValueError: Two of them have the same name.
    """
    blocks_by_name: dict[str, Block] = {}
    for file in sorted(Path(pages.__file__).parent.glob("*/block.py")):
        module = import_module(f"pages.{file.parent.name}.block")
        for block in vars(module).values():
            if not isinstance(block, Block):
                continue
            if blocks_by_name.setdefault(block.name, block) is not block:
                raise ValueError(f"{module.__name__} claims the name {block.name!r} of another block")
    return blocks_by_name


def whole(data: Any, fallback: int, most: int, least: int = 1) -> int:
    """A whole number within bounds, nearest to a number from a message; `fallback` if it is not a number."""
    value = number(data)
    return fallback if value is None else int(min(max(value, least), most))


def point(data: Any) -> Point:
    """A point from a message, or (0, 0) if it is invalid."""
    if isinstance(data, list) and len(data) == 2:
        x, y = number(data[0]), number(data[1])
        if x is not None and y is not None and abs(x) <= WIDEST and abs(y) <= WIDEST:
            return x, y
    return 0.0, 0.0


def lattice(landscape: Landscape, window: Any, columns: int, rows: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The x of the columns and the y of the rows of a lattice over a window; over the domain if it is invalid."""
    sides = [number(side) for side in window] if isinstance(window, list) and len(window) == 4 else [None]
    (x0, x1), (y0, y1) = landscape.domain
    bounds = [side for side in sides if side is not None and abs(side) <= WIDEST]
    if len(bounds) == 4 and bounds[1] - bounds[0] >= NARROWEST and bounds[3] - bounds[2] >= NARROWEST:
        x0, x1, y0, y1 = bounds
    return np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)


def coarser(columns: int, rows: int, most: int) -> tuple[int, int]:
    """A lattice with the same proportions and at most `most` nodes, at least two in each direction."""
    share = math.sqrt(min(1.0, most / (columns * rows)))
    return max(2, int(columns * share)), max(2, int(rows * share))


def finite(value: float) -> float | None:
    """A number, or None if JSON cannot represent it."""
    return value if math.isfinite(value) else None
