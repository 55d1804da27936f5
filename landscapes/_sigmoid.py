"""The logistic sigmoid, without overflow and to full accuracy."""

import math

from landscapes.tools.compiler import device_function


@device_function
def sigmoid(z: float) -> float:
    """1 / (1 + exp(-z)), without overflow on either side."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    e = math.exp(z)
    return e / (1 + e)


@device_function
def sigmoid_jet(z: float) -> tuple[float, float, float]:
    """(σ, σ', σ'') at z, each to full relative accuracy however small it is."""
    e = math.exp(-abs(z))
    slope = e / ((1 + e) * (1 + e))
    bend = slope * (1 - e) / (1 + e)
    if z >= 0:
        return 1 / (1 + e), slope, -bend
    return e / (1 + e), slope, bend
