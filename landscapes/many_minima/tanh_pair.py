"""A network of two interchangeable hidden units: one solution, eight minima.

f(x, y) = ½ Σ (x tanh sx + y tanh sy - t_s)² over the two inputs s = ½ and s = 2

Each unit has one weight, used both before and after it. The targets t_s are the outputs for the weights 2 and 1.
Swapping the units or flipping the sign of one changes no output, so all eight images of (2, 1) are minima: the
non-identifiability of section 8.2.2 of Goodfellow, Bengio, Courville (2016).
"""

import math

from landscapes.authoring import Jet, Points, Surface, Values, compiled, device_function, gaussian, images

SHORT, LONG = 0.5, 2.0
TARGETS = tuple(2 * math.tanh(2 * s) + math.tanh(s) for s in (SHORT, LONG))

# In the octant 0 <= y <= x; there is no closed form.
SADDLES = ((1.514321406093548032, 1.514321406093548032), (2.623835467381160992, 0.0))


@device_function
def unit(w: float, s: float) -> tuple[float, float, float]:
    """w tanh sw with its derivatives by w. If cosh overflows, its inverse is 0, as it should be."""
    t, c = math.tanh(s * w), 1 / math.cosh(s * w)
    slope = s * c * c
    return w * t, t + w * slope, 2 * slope * (1 - s * w * t)


@device_function
def half_square(x: float, y: float, s: float, target: float) -> Jet:
    """The jet of ½ (x tanh sx + y tanh sy - target)²."""
    a, a1, a2 = unit(x, s)
    b, b1, b2 = unit(y, s)
    u = a + b - target
    return 0.5 * u * u, u * a1, u * b1, a1 * a1 + u * a2, a1 * b1, b1 * b1 + u * b2


@compiled
def tanh_pair(x: float, y: float, p: Values) -> Jet:
    """The jet: the sum over the two inputs."""
    f, fx, fy, fxx, fxy, fyy = half_square(x, y, SHORT, TARGETS[0])
    g, gx, gy, gxx, gxy, gyy = half_square(x, y, LONG, TARGETS[1])
    return f + g, fx + gx, fy + gy, fxx + gxx, fxy + gxy, fyy + gyy


@device_function
def blurred_unit(w: float, s: float, sigma: float) -> tuple[float, float, float, float, float, float]:
    """(E A, E A²) with their derivatives, first those of E A, where A is the unit at w + σz for a standard normal z."""
    n = gaussian.steps(s * sigma)
    h = gaussian.REACH / n
    a, a1, a2, b, b1, b2 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(-n, n + 1):
        share = h * gaussian.normal(i * h)
        u, u1, u2 = unit(w + sigma * i * h, s)
        a, a1, a2 = a + share * u, a1 + share * u1, a2 + share * u2
        b, b1, b2 = b + share * u * u, b1 + 2 * share * u * u1, b2 + 2 * share * (u1 * u1 + u * u2)
    return a, a1, a2, b, b1, b2


@compiled
def blurred_tanh_pair(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ), from the moments of both units."""
    f, fx, fy, fxx, fxy, fyy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for s, target in ((SHORT, TARGETS[0]), (LONG, TARGETS[1])):
        a, a1, a2, aa, aa1, aa2 = blurred_unit(x, s, p[0])
        b, b1, b2, bb, bb1, bb2 = blurred_unit(y, s, p[0])
        f += 0.5 * (aa + bb + target * target) + a * b - target * (a + b)
        fx += 0.5 * aa1 + a1 * (b - target)
        fy += 0.5 * bb1 + b1 * (a - target)
        fxx += 0.5 * aa2 + a2 * (b - target)
        fxy += a1 * b1
        fyy += 0.5 * bb2 + b2 * (a - target)
    return f, fx, fy, fxx, fxy, fyy


def minima() -> Points:
    """The eight equivalent forms of the network (2, 1)."""
    return images(((2.0, 1.0),))


def saddles() -> Points:
    """Both units equal, or one of them switched off."""
    return images(SADDLES)


SURFACE = Surface(
    name="tanh_pair",
    title="Two interchangeable units",
    watch="Swap the units or flip a sign: the network stays the same. Eight minima, one solution.",
    formula=r"\tfrac12 \sum_{s \in \{1/2,\, 2\}} \left(x\tanh sx + y\tanh sy - 2\tanh 2s - \tanh s\right)^2",
    reference="After Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.2",
    kernel=tanh_pair,
    blurred=blurred_tanh_pair,
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    start=(-0.4, 0.3),
    minima=minima,
    saddles=saddles,
    challenges=frozenset({"saddles", "valleys"}),
)
