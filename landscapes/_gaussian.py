"""Expected values over a Gaussian, shared by the blurred versions of several surfaces.

Each is E g(m + σz) over a standard normal z, with its derivatives by m, for a g with a kink or a cusp at 0. If the cusp
is within reach, w = m + σz is written as σ t|t|: then g(w) dw is smooth and even in t, and the trapezoidal rule is
exact to rounding (L. N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review
56 (2014) 385-458); the derivatives are those of the Gaussian. Out of reach, g itself is smooth, and so is a sum over z.
"""

import math

from landscapes.tools.compiler import device_function

DENSITY = 1 / math.sqrt(2 * math.pi)
REACH = 8.5  # in standard deviations: beyond it the Gaussian is below rounding
STEP = 0.5  # between the nodes of a sum over z
NODES = int(REACH / STEP)  # on either side
FINE = 0.0625  # between the nodes of a sum over t


@device_function
def normal(z: float) -> float:
    """The standard normal density."""
    return DENSITY * math.exp(-0.5 * z * z)


@device_function
def steps(spread: float) -> int:
    """The number of nodes on either side in the sum over z of g(m + spread · z), for a g analytic up to ± π/2 i.

    The error of a step h is exp(-π² / (spread · h)): h is at most ½, and spread · h at most ¼.
    """
    return math.ceil(REACH * max(2.0, 4 * spread))


@device_function
def within(z: float) -> tuple[int, int]:
    """The range (first, end) of the i for which t|t| is in reach of z, with t = i · FINE."""
    low, high = z - REACH, z + REACH
    first = math.copysign(math.sqrt(abs(low)), low) / FINE
    last = math.copysign(math.sqrt(abs(high)), high) / FINE
    return math.ceil(first), math.floor(last) + 1


@device_function
def cube(m: float, sigma: float) -> tuple[float, float, float]:
    """E max(0, m + σz)³ and its first two derivatives."""
    z = m / sigma
    over, near = 0.5 * math.erfc(-z * math.sqrt(0.5)), sigma * normal(z)
    return (
        m * (m * m + 3 * sigma * sigma) * over + (m * m + 2 * sigma * sigma) * near,
        3 * ((m * m + sigma * sigma) * over + m * near),
        6 * (m * over + near),
    )


@device_function
def distance(m: float, sigma: float) -> tuple[float, float, float]:
    """E |m + σz| and its first two derivatives."""
    z = m / sigma
    slope, near = math.erf(z * math.sqrt(0.5)), 2 * normal(z)
    return m * slope + sigma * near, slope, near / sigma


@device_function
def root(m: float, sigma: float) -> tuple[float, float, float]:
    """E √|m + σz| and its first two derivatives."""
    f, f1, f2 = 0.0, 0.0, 0.0
    z = m / sigma
    if abs(z) > REACH:
        for i in range(-NODES, NODES + 1):
            w, share = m + sigma * i * STEP, STEP * normal(i * STEP)
            q = math.sqrt(abs(w))
            f += share * q
            f1 += share * math.copysign(0.5, w) / q
            f2 -= share * 0.25 / (q * q * q)
        return f, f1, f2
    first, end = within(z)
    for i in range(first, end):
        t = i * FINE
        a = t * abs(t) - z
        share = 2 * t * t * FINE * normal(a)
        f += share
        f1 += a * share
        f2 += (a * a - 1) * share
    scale = math.sqrt(sigma)
    return scale * f, scale / sigma * f1, scale / (sigma * sigma) * f2


@device_function
def root_sine(m: float, sigma: float) -> tuple[float, float, float, float]:
    """E sin √|m + σz| and its first three derivatives. Stein's identity: E w g(w) = m E g(w) + σ² E g'(w)."""
    f, f1, f2, f3 = 0.0, 0.0, 0.0, 0.0
    z = m / sigma
    if abs(z) > REACH:
        for i in range(-NODES, NODES + 1):
            w, share = m + sigma * i * STEP, STEP * normal(i * STEP)
            q = math.sqrt(abs(w))
            s, c = math.sin(q), math.cos(q) / q
            f += share * s
            f1 += share * math.copysign(0.5, w) * c
            f2 -= share * 0.25 * (s + c) / (q * q)
            f3 -= share * math.copysign(0.125, w) * (c - 3 * (s + c) / (q * q)) / (q * q)
        return f, f1, f2, f3
    scale = math.sqrt(sigma)
    first, end = within(z)
    for i in range(first, end):
        t = i * FINE
        a = t * abs(t) - z
        share = 2 * t * FINE * math.sin(scale * t) * normal(a)
        f += share
        f1 += a * share
        f2 += (a * a - 1) * share
        f3 += a * (a * a - 3) * share
    return f, f1 / sigma, f2 / (sigma * sigma), f3 / (sigma * sigma * sigma)
