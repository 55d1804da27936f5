"""Clipping inside the loops; see `optimizers.options.clip`."""

import math
from typing import Any

from landscapes.tools.compiler import device_function

NORM, VALUE = 1, 2
LEAST = 2.0**-1022  # smaller factors are subnormal and have lost digits


@device_function
def clipped(kind: int, threshold: float, gx: float, gy: float) -> Any:
    """(gx, gy) clipped. NaN stays NaN."""
    if kind == NORM:
        half = math.hypot(gx / 2, gy / 2)  # the full length may overflow
        if half > threshold / 2:
            share = threshold / 2 / half
            if share < LEAST:
                return gx / half * (threshold / 2), gy / half * (threshold / 2)
            return gx * share, gy * share
    elif kind == VALUE:
        gx = threshold if gx > threshold else -threshold if gx < -threshold else gx
        gy = threshold if gy > threshold else -threshold if gy < -threshold else gy
    return gx, gy
