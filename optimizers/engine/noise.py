"""Gradient noise from a counter-based generator: the draw of a step depends only on the seed and the step.

So every lane of a race has the same noise, in any order and in any thread, and a shorter run is a prefix of a longer
one.
"""

import math
from typing import Any

import numba
import numpy as np

from landscapes.jets import call_example
from landscapes.tools.compiler import Kernel, Values, call_by_address, compiled, device_function, float64, types
from optimizers.engine.run_config import RUN_CONFIG, RunConfig

_RESHUFFLED, _ONCE = 0, 1
# Typed constants: in a kernel literals are signed, and mixing signed with unsigned gives a float.
_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_1, _2, _11, _27, _30, _31 = np.uint64(1), np.uint64(2), np.uint64(11), np.uint64(27), np.uint64(30), np.uint64(31)


@device_function
def mix(z: Any) -> Any:
    """SplitMix64's finalizer (Steele, Lea, Flood, OOPSLA 2014): flipping one input bit flips half the output bits."""
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@device_function
def uniform(seed: Any, counter: Any) -> float:
    """The draw of a counter, in [0, 1): 53 bits of a SplitMix64 that starts at the mixed seed."""
    bits = mix(mix(seed + _GOLDEN) + counter * _GOLDEN)
    return float(bits >> _11) * 2.0**-53


@device_function
def gaussian(seed: Any, step: Any) -> tuple[float, float]:
    """Two independent standard normals for a seed and a step, both uint64: Box and Muller (1958)."""
    u = uniform(seed, _2 * step) + 2.0**-53  # in (0, 1]: its logarithm is finite
    r, a = math.sqrt(-2 * math.log(u)), 2 * math.pi * uniform(seed, _2 * step + _1)
    return r * math.cos(a), r * math.sin(a)


@device_function
def student(seed: Any, step: Any, freedom: float) -> tuple[float, float]:
    """A bivariate Student t: the polar method of Bailey (1994), Mathematics of Computation 62, 779-781."""
    u = uniform(seed, _2 * step) + 2.0**-53
    r, a = math.sqrt(freedom * (u ** (-2 / freedom) - 1)), 2 * math.pi * uniform(seed, _2 * step + _1)
    return r * math.cos(a), r * math.sin(a)


@device_function
def example(seed: Any, draw: int, drawn: int, deck: Any) -> int:
    """The example of a draw; draws are counted over all batches.

    `deck` contains the order of the current epoch, and in its last entry the number of that epoch; initially -1.
    """
    size = len(deck) - 1
    if drawn != _RESHUFFLED and drawn != _ONCE:
        return int(uniform(seed, np.uint64(draw)) * size)
    epoch = draw // size if drawn == _RESHUFFLED else 0
    if deck[size] != epoch:
        shuffle(seed, epoch, deck)
    return int(deck[draw % size])


@device_function
def shuffle(seed: Any, epoch: int, deck: Any) -> None:
    """Shuffle the examples for an epoch with the algorithm of Fisher and Yates, from their original order."""
    size = len(deck) - 1
    for i in range(size):
        deck[i] = i
    for i in range(size - 1, 0, -1):
        j = int(uniform(seed, np.uint64(epoch * size + i)) * (i + 1))
        deck[i], deck[j] = deck[j], deck[i]
    deck[size] = epoch


# (config, k, point, parameters, gradient) -> the gradient for step k + 1
NOISE = types.UniTuple(float64, 2)(RUN_CONFIG, types.int64, float64, float64, types.CPointer(float64), float64, float64)


@compiled
def with_gaussian(
    config: RunConfig, k: int, x: float, y: float, p: Values, gx: float, gy: float
) -> tuple[float, float]:
    """The gradient with normal noise."""
    u, v = gaussian(config.seed, np.uint64(k))
    return gx + config.scale * u, gy + config.scale * v


@compiled
def with_student(config: RunConfig, k: int, x: float, y: float, p: Values, gx: float, gy: float) -> tuple[float, float]:
    """The gradient with heavy-tailed noise."""
    u, v = student(config.seed, np.uint64(k), config.freedom)
    return gx + config.scale * u, gy + config.scale * v


@compiled
def of_minibatch(config: RunConfig, k: int, x: float, y: float, p: Values, gx: float, gy: float) -> tuple[float, float]:
    """The gradient of the mean loss over the examples of a batch."""
    gx, gy = 0.0, 0.0
    for i in range(config.batch):
        one = example(config.seed, k * config.batch + i, config.drawn, config.deck)
        _, ex, ey, _, _, _ = call_example(config.example, x, y, p, one)
        gx += ex
        gy += ey
    return gx / config.batch, gy / config.batch


KERNELS: dict[str, Kernel] = {"gaussian": with_gaussian, "student": with_student, "minibatch": of_minibatch}


def _call_noise(typing_context: Any, noise: Any, config: Any, k: Any, x: Any, y: Any, p: Any, gx: Any, gy: Any) -> Any:
    """noise(config, k, x, y, p, gx, gy), given the address of a noise kernel."""
    return call_by_address(NOISE)


call_noise: Any = numba.extending.intrinsic(_call_noise)
