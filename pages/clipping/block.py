"""The input and output of clipping, for every runner.

"clipping": true adds for lane i the rows (rx, ry, cx, cy), "clipping i", a row for every row of its path; the header
contains the number of clipped steps up to every row.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers import Trajectory
from pages.server.blocks import Answer, Block


def add_clipping(answer: Answer, query: Any) -> None:
    """Add the vectors of every lane."""
    if query is not True:
        return
    counts = []
    for i, (one, lane) in enumerate(zip(answer.runs, answer.header["lanes"], strict=True)):
        steps = np.arange(lane["rows"]) * lane["every"]
        answer.add(f"clipping {i}", _vectors(one, steps))
        clipped_counts = np.concatenate([[0], np.cumsum(one.clipped)])
        counts.append(clipped_counts[np.minimum(steps, one.stopped_at)].tolist())
    answer.header["clipping"] = counts


def _vectors(one: Trajectory, steps: NDArray[np.int64]) -> NDArray[np.float64]:
    """The vectors at these steps. There is no step at the end of a run: the last row repeats that of the last step."""
    raw = one.unclipped if one.stopped_at else one.gradient
    used = one.clip.of(raw) if one.clip else raw
    rows = np.minimum(steps, len(raw) - 1)
    return np.column_stack([raw[rows], used[rows]])


CLIPPING = Block("clipping", add_clipping, quick=5_000)
