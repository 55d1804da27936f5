"""A bowl of flat walls around a flat floor: convex, but not strictly, with a kink all around the floor.

f(x, y) = s (max(0, |x - 1| - w) + max(0, |y| - 1))

All of the floor |x - 1| <= w, |y| <= 1 is minimal; it is narrow in x and wide in y. The slope of a wall is s however
close the floor is: a fixed step longer than the width of the floor jumps across it forever, and on the floor the slope
is zero. At a kink the subgradient may be anything between the slopes of both sides; the kernel uses the shortest, so a
point at the edge of the floor has the slope 0 of the floor, and so has the kink x = 1 if w = 0. Each term is
Vapnik's insensitive loss, V. N. Vapnik, *The Nature of Statistical Learning Theory*, Springer (1995); on which slope a
program may take at a kink, Goodfellow, Bengio, Courville (2016), section 6.3.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled, device_function

HALF = 1.0  # half the width of the floor in y
DENSITY = 1 / math.sqrt(2 * math.pi)


@device_function
def walls(t: float, half: float) -> tuple[float, float]:
    """max(0, |t| - half) and its slope, 0 at both kinks."""
    if t > half:
        return t - half, 1.0
    if t < -half:
        return -half - t, -1.0
    return 0.0 * abs(t), 0.0  # NaN stays NaN


@device_function
def blurred_walls(t: float, half: float, sigma: float) -> tuple[float, float, float]:
    """E max(0, |t + σz| - half) over a standard normal z, with its derivatives.

    It is the sum over both walls of E max(0, u + σz) = u Φ(u/σ) + σ φ(u/σ), whose derivative is Φ(u/σ).
    """
    f, f1, f2 = 0.0, 0.0, 0.0
    for side in (1.0, -1.0):
        z = (side * t - half) / sigma
        over, density = 0.5 * math.erfc(-z * math.sqrt(0.5)), DENSITY * math.exp(-0.5 * z * z)
        f += sigma * (z * over + density)
        f1 += side * over
        f2 += density / sigma
    return f, f1, f2


@compiled
def flat_floor(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (s, w). The Hessian is 0 everywhere."""
    s = p[0]
    a, a1 = walls(x - 1, p[1])
    b, b1 = walls(y, HALF)
    return s * (a + b), s * a1, s * b1, 0.0, 0.0, 0.0


@compiled
def blurred_flat_floor(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, s, w)."""
    sigma, s = p[0], p[1]
    a, a1, a2 = blurred_walls(x - 1, p[2], sigma)
    b, b1, b2 = blurred_walls(y, HALF, sigma)
    return s * (a + b), s * a1, s * b1, s * a2, 0.0, s * b2


def minima(slope: float, width: float) -> Points:
    """Points in the middle of the floor."""
    return ((1.0, 0.0), (1.0, -0.5), (1.0, 0.5))


SURFACE = Surface(
    name="flat_floor",
    title="Flat floor",
    watch="The walls stay steep up to the flat floor. Who steps across it, and who stops on it?",
    formula=r"s\left(\max(0, |x - 1| - w) + \max(0, |y| - 1)\right)",
    reference="After Vapnik (1995), The Nature of Statistical Learning Theory, Springer",
    kernel=flat_floor,
    domain=((-3.0, 5.0), (-3.0, 3.0)),
    start=(-2.45, 2.6),
    minima=minima,
    minima_fill=True,
    smooth=False,
    lr=0.3,
    blurred=blurred_flat_floor,
    parameters=(
        Parameter("slope", "s", 1.0, 0.1, 10.0, "log", at_least=1e-6, at_most=1e6, meaning="slope of the walls"),
        Parameter("width", "w", 0.1, 0.0, 1.0, at_least=0.0, at_most=1.0, meaning="half the width of the floor"),
    ),
    challenges=frozenset({"valleys"}),
)
