"""A gentle bowl with a cliff across it.

f(x, y) = ½ a ((x + 1)² + y²) + h σ(s x), with a = 1/5

The cliff is h high and about 4/s wide, so its gradient is about h s / 4. Pascanu, Mikolov, Bengio, "On the difficulty
of training recurrent neural networks", ICML 2013; Goodfellow, Bengio, Courville (2016), section 8.2.4.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled, device_function, root, sigmoid_jet

BOWL = 0.2
DENSITY = 1 / math.sqrt(2 * math.pi)


@compiled
def smooth_step_cliff(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (h, s)."""
    h, s, u = p[0], p[1], x + 1
    step, step1, step2 = sigmoid_jet(s * x)
    return (
        0.5 * BOWL * (u * u + y * y) + h * step,
        BOWL * u + h * s * step1,
        BOWL * y,
        BOWL + h * s * s * step2,
        0.0,
        BOWL,
    )


@device_function
def blurred_step(x: float, sigma: float, s: float) -> tuple[float, float, float]:
    """E σ(s (x + σ z)) over a standard normal z, with its first two derivatives by x, to rounding.

    It is an integral over z and also, for the logistic distribution of v, E Φ((x - v / s) / σ). The error of the
    trapezoidal rule is about exp(-2π d / step), where d is the distance from the real line up to which the integrand
    is analytic and bounded: π / (s σ) for the first, π for the second if s σ is not small.
    """
    f, f1, f2 = 0.0, 0.0, 0.0
    if s * sigma <= 1:
        for i in range(-25, 26):
            z = 0.4 * i
            w = 0.4 * DENSITY * math.exp(-0.5 * z * z)
            step, step1, step2 = sigmoid_jet(s * (x + sigma * z))
            f += w * step
            f1 += w * s * step1
            f2 += w * s * s * step2
    else:
        for i in range(-80, 81):
            v = 0.5 * i
            _, logistic, _ = sigmoid_jet(v)
            w, z = 0.5 * logistic, (x - v / s) / sigma
            slope = w * DENSITY * math.exp(-0.5 * z * z) / sigma
            f += w * 0.5 * math.erfc(-z * math.sqrt(0.5))
            f1 += slope
            f2 -= slope * z / sigma
    return f, f1, f2


@compiled
def blurred_smooth_step_cliff(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, h, s): a blurred cliff, and a bowl raised by a σ²."""
    sigma, h, s, u = p[0], p[1], p[2], x + 1
    step, step1, step2 = blurred_step(x, sigma, s)
    return (
        0.5 * BOWL * (u * u + y * y + 2 * sigma * sigma) + h * step,
        BOWL * u + h * step1,
        BOWL * y,
        BOWL + h * step2,
        0.0,
        BOWL,
    )


def foot(height: float, steepness: float) -> float:
    """The x coordinate of the minimum.

    It is the only one: fx > 0 where x >= -1, and left of it fx increases with x. It is right of -2, because
    h s σ'(-2s) < h s exp(-2s) < a for h <= 20 and s >= 5.
    """

    def slope(x: float) -> float:
        e = math.exp(steepness * x)
        return BOWL * (x + 1) + height * steepness * e / (1 + e) ** 2

    return root(slope, -2.0, -1.0)


def minima(height: float, steepness: float) -> Points:
    """The foot of the cliff, a little left of (-1, 0)."""
    return ((foot(height, steepness), 0.0),)


def infimum(height: float, steepness: float) -> float:
    """The value at the minimum."""
    x = foot(height, steepness)
    e = math.exp(steepness * x)
    return 0.5 * BOWL * (x + 1) ** 2 + height * e / (1 + e)


SURFACE = Surface(
    name="smooth_step_cliff",
    title="Bowl with a cliff",
    watch="One step on the cliff face can throw a runner far past the minimum.",
    formula=r"\tfrac{1}{10}\left((x + 1)^2 + y^2\right) + h\,\sigma(s\,x)",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.4",
    kernel=smooth_step_cliff,
    domain=((-5.0, 3.0), (-4.0, 4.0)),
    start=(2.2, 2.8),
    infimum=infimum,
    minima=minima,
    lr=0.1,
    blurred=blurred_smooth_step_cliff,
    parameters=(
        Parameter("height", "h", 4.0, 0.1, 20.0, "log", at_least=0.0, at_most=20.0, meaning="height of the cliff"),
        Parameter("steepness", "s", 100.0, 5.0, 500.0, "log", at_least=5.0, at_most=1e4, meaning="steepness"),
    ),
)
