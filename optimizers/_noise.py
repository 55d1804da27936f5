"""Gradient noise, drawn from a counter: the draw of a step depends on the seed and the step alone.

So every lane of a race meets the same noise, in any order, in any thread, and a shorter run is the beginning of a
longer one.
"""

import math
from typing import Any

import numba
import numpy as np

from landscapes import Parameter
from landscapes._kernel import Kernel, Values, call_example, called, compiled, float64, inlined, types
from optimizers._course import COURSE, Course
from optimizers._options import Kind, Option

# In a kernel a bare literal is signed, and signed with unsigned makes a float.
_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_1, _2, _11, _27, _30, _31 = np.uint64(1), np.uint64(2), np.uint64(11), np.uint64(27), np.uint64(30), np.uint64(31)


SCALE = Parameter("scale", r"\sigma", 0.0, 1e-3, 100.0, "log", at_least=0.0, meaning="scale of the noise")
FREEDOM = Parameter("freedom", r"\nu", 3.0, 1.0, 100.0, "log", 0.1, 1e6, meaning="degrees of freedom")
BATCH = Parameter("batch", "m", 8.0, 1.0, 64.0, "log", 1.0, 1e4, integer=True, meaning="examples in a batch")
DRAWN = Parameter(
    "drawn",
    "",
    0.0,
    0.0,
    2.0,
    at_least=0,
    at_most=2,
    integer=True,
    meaning="order of the examples",
    choices=("reshuffled", "shuffled_once", "with_replacement"),
    labels=("reshuffled", "shuffled once", "with replacement"),
)

NOISES: dict[str, Kind] = {
    "gaussian": Kind("Gaussian noise", (SCALE,)),
    "student": Kind("heavy-tailed noise", (SCALE, FREEDOM)),
    "minibatch": Kind("minibatches", (BATCH, DRAWN)),
}
_RESHUFFLED, _ONCE = 0, 1


class Noise(Option):
    """Noise for `trace` and `race`; see `noise`."""

    option, kinds, example = "noise", NOISES, 'optimizers.noise("gaussian", 0.5)'

    @property
    def disturbs(self) -> bool:
        """Whether it changes a gradient at all: at the scale 0 it does not."""
        return self.kind == "minibatch" or self["scale"] > 0


def noise(kind: str, scale: float | None = None, **values: float | str) -> Noise:
    """Noise in every gradient a method asks for; the draw of a step depends on the seed and the step alone.

    - "gaussian": g + scale · N(0, I)
    - "student": g + scale · t, with t of a bivariate Student distribution of `freedom` degrees of freedom; its tails
      are heavy, and at 2 degrees or fewer its variance is infinite
    - "minibatch": for landscapes made of data, the gradient of the mean loss over a `batch` of the examples. `drawn` is
      "reshuffled" (every epoch in a new order), "shuffled_once" (every epoch in the same) or "with_replacement".

    Raises:
        KeyError: an unknown kind; the message names the choices.
        TypeError, ValueError: a number that the kind does not have, or that makes no sense.

    >>> noise("gaussian", 0.5)["scale"], noise("minibatch", batch=4, drawn="with_replacement").values
    (0.5, (('batch', 4.0), ('drawn', 2.0)))
    """
    given = values if scale is None else {"scale": scale, **values}
    return Noise(kind, tuple(given.items()))  # type: ignore[arg-type]


@inlined
def mixed(z: Any) -> Any:
    """SplitMix64's finalizer (Steele, Lea, Flood, OOPSLA 2014): every bit in moves half the bits out."""
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@inlined
def uniform(seed: Any, counter: Any) -> float:
    """The draw of a counter, in [0, 1): 53 bits of a SplitMix64 that begins at the mixed seed."""
    bits = mixed(mixed(seed + _GOLDEN) + counter * _GOLDEN)
    return float(bits >> _11) * 2.0**-53


@inlined
def gaussian(seed: Any, step: Any) -> tuple[float, float]:
    """Two independent standard normals for a step of a seed, both uint64: Box and Muller (1958)."""
    u = uniform(seed, _2 * step) + 2.0**-53  # in (0, 1]: its logarithm is finite
    r, a = math.sqrt(-2 * math.log(u)), 2 * math.pi * uniform(seed, _2 * step + _1)
    return r * math.cos(a), r * math.sin(a)


@inlined
def student(seed: Any, step: Any, freedom: float) -> tuple[float, float]:
    """A bivariate Student t: the polar method of Bailey (1994), Mathematics of Computation 62, 779-781."""
    u = uniform(seed, _2 * step) + 2.0**-53
    r, a = math.sqrt(freedom * (u ** (-2 / freedom) - 1)), 2 * math.pi * uniform(seed, _2 * step + _1)
    return r * math.cos(a), r * math.sin(a)


@inlined
def example(seed: Any, draw: int, drawn: int, deck: Any) -> int:
    """The example of a draw, counted over all batches.

    `deck` holds the order of the current epoch, and at its end which epoch that is; -1 at first.
    """
    size = len(deck) - 1
    if drawn != _RESHUFFLED and drawn != _ONCE:
        return int(uniform(seed, np.uint64(draw)) * size)
    epoch = draw // size if drawn == _RESHUFFLED else 0
    if deck[size] != epoch:
        shuffle(seed, epoch, deck)
    return int(deck[draw % size])


@inlined
def shuffle(seed: Any, epoch: int, deck: Any) -> None:
    """The order of an epoch: Fisher and Yates, from the order in which the examples lie."""
    size = len(deck) - 1
    for i in range(size):
        deck[i] = i
    for i in range(size - 1, 0, -1):
        j = int(uniform(seed, np.uint64(epoch * size + i)) * (i + 1))
        deck[i], deck[j] = deck[j], deck[i]
    deck[size] = epoch


# (course, k, point, parameters, gradient) -> the gradient as step k + 1 meets it
NOISE = types.UniTuple(float64, 2)(COURSE, types.int64, float64, float64, types.CPointer(float64), float64, float64)


@compiled
def with_gaussian(course: Course, k: int, x: float, y: float, p: Values, gx: float, gy: float) -> tuple[float, float]:
    """The gradient with normal noise."""
    u, v = gaussian(course.seed, np.uint64(k))
    return gx + course.scale * u, gy + course.scale * v


@compiled
def with_student(course: Course, k: int, x: float, y: float, p: Values, gx: float, gy: float) -> tuple[float, float]:
    """The gradient with heavy-tailed noise."""
    u, v = student(course.seed, np.uint64(k), course.freedom)
    return gx + course.scale * u, gy + course.scale * v


@compiled
def of_minibatch(course: Course, k: int, x: float, y: float, p: Values, gx: float, gy: float) -> tuple[float, float]:
    """The gradient of the mean loss over the examples of a batch."""
    gx, gy = 0.0, 0.0
    for i in range(course.batch):
        one = example(course.seed, k * course.batch + i, course.drawn, course.deck)
        _, ex, ey, _, _, _ = call_example(course.example, x, y, p, one)
        gx += ex
        gy += ey
    return gx / course.batch, gy / course.batch


KERNELS: dict[str, Kernel] = {"gaussian": with_gaussian, "student": with_student, "minibatch": of_minibatch}


def _call_noise(typing_context: Any, noise: Any, course: Any, k: Any, x: Any, y: Any, p: Any, gx: Any, gy: Any) -> Any:
    """noise(course, k, x, y, p, gx, gy), for the address of a kernel of noise."""
    return called(NOISE)


call_noise: Any = numba.extending.intrinsic(_call_noise)
