"""Gradient noise, drawn from a counter: the draw of a step depends on the seed and the step alone.

So every lane of a race meets the same noise, in any order, in any thread, and a shorter run is the beginning of a
longer one.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes._kernel import inlined

# In a kernel a bare literal is signed, and signed with unsigned makes a float.
_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_2, _11, _27, _30, _31 = np.uint64(2), np.uint64(11), np.uint64(27), np.uint64(30), np.uint64(31)


@dataclass(frozen=True)
class Noise:
    """Noise that is added to every gradient a method asks for.

    Attributes:
        kind: "gaussian", independent normal noise in both coordinates.
        scale: its standard deviation in each coordinate, in units of the gradient.
    """

    kind: str
    scale: float


def noise(kind: str, scale: float) -> Noise:
    """Noise for `trace` and `race`: g + scale · N(0, I) for "gaussian".

    Raises:
        KeyError: an unknown kind; the message names the choices.
        ValueError: a scale that is negative or not finite.

    >>> noise("gaussian", 0.5)
    Noise(kind='gaussian', scale=0.5)
    """
    if kind != "gaussian":
        raise KeyError(f"there is no noise {kind!r}; there is gaussian")
    if not (math.isfinite(scale) and scale >= 0):
        raise ValueError(f"the scale of noise must be a finite number, at least 0, not {scale!r}")
    return Noise(kind, float(scale))


@inlined
def mixed(z: Any) -> Any:
    """SplitMix64's finalizer (Steele, Lea, Flood, OOPSLA 2014): every bit in moves half the bits out."""
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@inlined
def gaussian(seed: Any, step: Any) -> tuple[float, float]:
    """Two independent standard normals for a step of a seed, both uint64.

    Box and Muller (1958) on the outputs 2k and 2k + 1 of a SplitMix64 that begins at the mixed seed.
    """
    state = mixed(seed + _GOLDEN) + _2 * step * _GOLDEN
    first, second = mixed(state), mixed(state + _GOLDEN)
    u = ((first >> _11) + 1.0) * 2.0**-53  # in (0, 1]: its logarithm is finite
    r, a = math.sqrt(-2 * math.log(u)), 2 * math.pi * ((second >> _11) * 2.0**-53)
    return r * math.cos(a), r * math.sin(a)
