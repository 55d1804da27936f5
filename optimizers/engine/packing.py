"""Packing of records as float32, for pictures."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Floats, Point
from landscapes.tools.compiler import compiled, float64, prepare, types

PACK = types.void(float64[:, ::1], float64, float64, float64, types.int64, types.float32[:, ::1])


@compiled
def pack(record: Any, x: float, y: float, infimum: float, every: int, rows: Any) -> None:
    """Write every `every`-th row of a record and its last row. Numbers beyond float32 become infinite."""
    for i in range(rows.shape[0]):
        k = min(i * every, record.shape[0] - 1)
        rows[i, 0] = record[k, 0] - x
        rows[i, 1] = record[k, 1] - y
        rows[i, 2] = record[k, 2] - infimum
        rows[i, 3] = math.sqrt(record[k, 3] ** 2 + record[k, 4] ** 2)


def pack_rows(record: Floats, origin: Point, infimum: float, most: int) -> tuple[NDArray[np.float32], int]:
    """At most `most` rows of a record, and the number of steps between two of them.

    A row is (x - x₀, y - y₀, f - infimum, ‖g‖), subtracted in float64 and then rounded. The last row of the record is
    always included.

    >>> record = np.array([[k, 0.0, 9.0 - k, 3.0, 4.0] for k in range(10)])
    >>> rows, every = pack_rows(record, (1.0, 0.0), 0.0, most=4)
    >>> rows[:, 0].tolist(), every
    ([-1.0, 2.0, 5.0, 8.0], 3)
    """
    n = len(record) - 1
    every = max(1, math.ceil(n / max(1, most - 1)))
    rows = np.empty((math.ceil(n / every) + 1, 4), np.float32)
    prepare(pack, PACK)
    pack(record, origin[0], origin[1], infimum, every, rows)
    return rows, every
