"""Ackley's function: ripples on the way down to a pointed minimum.

f(x, y) = 20 + e - 20 exp(-√(x² + y²) / (5√2)) - exp((cos 2πx + cos 2πy) / 2)

Its minimum is the tip of a cone of slope 2√2, where no gradient exists. The jet has there what every minimum has:
the gradient is the subgradient 0, and the Hessian is that of the ripples alone, 2π²e in every direction, since the
cone's own curvature is infinite. The other critical points have no closed form. D. H. Ackley, *A
Connectionist Machine for Genetic Hillclimbing*, Kluwer (1987).
"""

import math

from landscapes.authoring import Jet, Points, Surface, Values, compiled, device_function, images

DECAY = 0.2 / math.sqrt(2)

LOG_STEP = 0.28  # spacing of the nodes of the blurred cone
WAVES = tuple(  # the modified Bessel functions I_k(½)
    math.fsum(0.25 ** (2 * j + k) / (math.factorial(j) * math.factorial(j + k)) for j in range(10)) for k in range(16)
)

# In the octant 0 <= y <= x, to the precision of a float.
MINIMA = (
    (0.0, 0.0),
    (0.9521665459501716681, 0.0),
    (0.9684776587077243771, 0.9684776587077243771),
    (1.958919718121717269, 0.0),
    (1.964616662862986338, 0.9824160350791392827),
    (1.974451986484116611, 1.974451986484116611),
)
SADDLES = (
    (0.6257806168564638006, 0.0),
    (0.8747620388753441525, 0.5774125352782146384),
    (1.610296020553725661, 0.0),
    (1.595028924072864826, 0.9458984927015271932),
    (1.855976708974908038, 0.5364972381119946039),
    (1.916166848997128018, 1.567450252862406643),
)


@device_function
def cone(x: float, y: float) -> Jet:
    """The jet of 20 - 20 exp(-r / (5√2)), all zero at its tip."""
    r = math.hypot(x, y)
    if r == 0:
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    u, v, slope = x / r, y / r, 20 * DECAY * math.exp(-DECAY * r)
    return (
        -20 * math.expm1(-DECAY * r),
        slope * u,
        slope * v,
        slope * (v * v / r - DECAY * u * u),
        -slope * (u * v / r + DECAY * u * v),
        slope * (u * u / r - DECAY * v * v),
    )


@device_function
def ripples(x: float, y: float) -> Jet:
    """The jet of e - exp(1 - s), with s = sin² πx + sin² πy."""
    a, b = math.sin(math.pi * x), math.sin(math.pi * y)
    s, sx, sy = a * a + b * b, math.pi * math.sin(2 * math.pi * x), math.pi * math.sin(2 * math.pi * y)
    sxx, syy = 2 * math.pi**2 * math.cos(2 * math.pi * x), 2 * math.pi**2 * math.cos(2 * math.pi * y)
    e = math.exp(1 - s)
    return -math.e * math.expm1(-s), e * sx, e * sy, e * (sxx - sx * sx), -e * sx * sy, e * (syy - sy * sy)


@compiled
def ackley(x: float, y: float, p: Values) -> Jet:
    """The jet, the sum of those of the cone and the ripples."""
    f, fx, fy, fxx, fxy, fyy = cone(x, y)
    g, gx, gy, gxx, gxy, gyy = ripples(x, y)
    return f + g, fx + gx, fy + gy, fxx + gxx, fxy + gxy, fyy + gyy


@device_function
def blurred_cone(x: float, y: float, sigma: float) -> Jet:
    """The jet of the cone's expected value over a Gaussian.

    exp(-cr) is the integral of c / (2√(π t)) exp(-c²/4t - t r²) dt / t, and E exp(-t R²) = exp(-t r² / d) / d with
    d = 1 + 2tσ². In ln t the trapezoidal rule is exact to rounding.
    """
    v, rr = sigma * sigma, x * x + y * y
    low = math.log(DECAY * DECAY / 160)
    count = int((min(26 + max(-2 * math.log(sigma), -5.0), 80.0) - low) / LOG_STEP)
    f, slope, bend = 0.0, 0.0, 0.0
    for i in range(count):
        t = math.exp(low + i * LOG_STEP)
        d = 1 + 2 * t * v
        share = 10 * DECAY / math.sqrt(math.pi * t) * LOG_STEP * math.exp(-0.25 * DECAY * DECAY / t - t / d * rr) / d
        f += share
        slope += 2 * share * t / d
        bend += 4 * share * (t / d) * (t / d)
    return 20 - f, slope * x, slope * y, slope - bend * x * x, -bend * x * y, slope - bend * y * y


@device_function
def blurred_wave(t: float, sigma: float) -> tuple[float, float, float]:
    """E exp(½ cos 2π(t + σz)) over a standard normal z, with its derivatives, as a Fourier series."""
    f, f1, f2 = WAVES[0], 0.0, 0.0
    for k in range(1, 16):
        w = 2 * math.pi * k
        share = 2 * WAVES[k] * math.exp(-0.5 * (w * sigma) * (w * sigma))
        c, s = share * math.cos(w * t), share * math.sin(w * t)
        f, f1, f2 = f + c, f1 - w * s, f2 - w * w * c
    return f, f1, f2


@compiled
def blurred_ackley(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ)."""
    f, fx, fy, fxx, fxy, fyy = blurred_cone(x, y, p[0])
    a, a1, a2 = blurred_wave(x, p[0])
    b, b1, b2 = blurred_wave(y, p[0])
    return f + math.e - a * b, fx - a1 * b, fy - a * b1, fxx - a2 * b, fxy - a1 * b1, fyy - a * b2


def minima() -> Points:
    """The tip, and a dent near every other point of the integer lattice."""
    return images(MINIMA)


def saddles() -> Points:
    """The passes between the dents."""
    return images(SADDLES)


SURFACE = Surface(
    name="ackley",
    title="Ackley's function",
    watch="Its global minimum is a sharp point: plain descent at a fixed rate jumps to and fro there.",
    formula=r"20 + e - 20\,e^{-\frac15\sqrt{(x^2 + y^2)/2}} - e^{(\cos 2\pi x + \cos 2\pi y)/2}",
    reference="Ackley (1987), A Connectionist Machine for Genetic Hillclimbing, Kluwer",
    kernel=ackley,
    blurred=blurred_ackley,
    domain=((-2.2, 2.2), (-2.2, 2.2)),
    start=(-1.6, 1.2),
    minima=minima,
    saddles=saddles,
    smooth=False,
    challenges=frozenset({"saddles"}),
    lr=0.02,
)
