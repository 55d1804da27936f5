"""What the methods that divide by a root of squared gradients share."""

import math

import numpy as np

from landscapes._kernel import inlined, select
from landscapes._landscape import Floats

HUGE, TINY = 2.0**480, 2.0**-480  # between them a square has all its digits, and so has it times a small weight
GROW, SHRINK = 2.0**600, 2.0**-600


@inlined
def ratio(s: float, r: float) -> float:
    """s / r, and 0 for 0 / 0: a coordinate that never had a gradient stays where it is, even without a constant δ."""
    return s / r if r > 0 or s != 0 else 0.0


@inlined
def add_square(kept: float, g: float, p: float, q: float) -> tuple[float, float]:
    """r <- p r + q g² for p >= 0 < q, and √r, where the squares alone would leave float64: |g| < 1e-162 or > 1e154.

    A state keeps r as it is or, where it is out of range, as -√r. There it is summed in other units, times a power of
    two, which costs no digit; in range these are the operations, and the bits, of the formula as it is written.
    """
    r = p * kept + q * g * g
    root = math.sqrt(r)
    if not ((kept >= 0) & (r > TINY * TINY) & (r < HUGE * HUGE)):
        kept = select(p > 0, kept, 0.0)  # what has no weight must not choose the unit
        large, small = is_large(kept, g), is_small(kept, g)
        r = total(kept, g, p, q, large, small)
        root = select(large, GROW, select(small, SHRINK, 1.0)) * math.sqrt(r)
        r = select(large | small, -root, r)
    return r, root


@inlined
def add_square_and(kept: float, g: float, p: float, q: float, delta: float) -> tuple[float, float]:
    """As `add_square`, but with √(r + δ)."""
    r = p * kept + q * g * g
    root = math.sqrt(r + delta)
    if not ((kept >= 0) & (r > TINY * TINY) & (r < HUGE * HUGE)):
        kept = select(p > 0, kept, 0.0)
        # Where r is out of range beside δ, what it is does not matter.
        large, small = is_large(kept, g), is_small(kept, g) & (delta < TINY * TINY)
        r = total(kept, g, p, q, large, small)
        unit, back = select(large, SHRINK, select(small, GROW, 1.0)), select(large, GROW, select(small, SHRINK, 1.0))
        root = back * math.sqrt(r + delta * unit * unit)
        r = select(large | small, -back * math.sqrt(r), r)
    return r, root


@inlined
def is_large(kept: float, g: float) -> bool:
    """Whether a square is above the range."""
    return (abs(g) > HUGE) | (kept > HUGE * HUGE) | (kept < -HUGE)


@inlined
def is_small(kept: float, g: float) -> bool:
    """Whether both squares are below the range."""
    return (abs(g) < TINY) & (kept < TINY * TINY) & (kept > -TINY)


@inlined
def total(kept: float, g: float, p: float, q: float, large: bool, small: bool) -> float:
    """p r + q g² in units that are in range."""
    unit = select(large, SHRINK, select(small, GROW, 1.0))
    root, g = unit * kept, select(large, SHRINK * g, select(small, GROW * g, g))
    return p * select(kept < 0, root * root, root * unit) + q * g * g  # type: ignore[no-any-return]


@inlined
def root_sum(a: float, b: float, p: float = 1.0, q: float = 1.0) -> float:
    """√(p a² + q b²) for p >= 0 < q, in range wherever the root is."""
    return add_square(-abs(a), b, p, q)[1]


@inlined
def root_mean(root: float, g: float, rho: float) -> float:
    """√(ρ r + (1 - ρ) g²) of √r and g: the root of a mean of squares, kept as a root so that it is in range."""
    return root_sum(root, g, rho, 1 - rho)


def ratios(s: Floats, r: Floats) -> Floats:
    """The same for vectors, coordinate by coordinate, outside the loops."""
    return np.divide(s, r, out=np.zeros_like(s), where=(r > 0) | (s != 0))


def root_means(root: Floats, g: Floats, rho: float) -> Floats:
    """`root_mean` for vectors, coordinate by coordinate, outside the loops."""
    return np.hypot(math.sqrt(rho) * root, math.sqrt(1 - rho) * g)


def rates(rate: float | Floats, width: Floats) -> Floats:
    """The learning rate of each coordinate, ε / width; 0 where it never had a gradient, and stays where it is."""
    return np.divide(rate, width, out=np.zeros_like(width), where=width > 0)
