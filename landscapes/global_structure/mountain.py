"""A mountain between a high plain and a low one: downhill leads away from the low plain.

f(x, y) = (c₀ + c₁ eˣ) / (1 + e²ˣ) + ½ y², that is c₀ σ(-2x) + ½ c₁ sech x + ½ y²

It tends to c₀ on the left and to 0 on the right, and has no minimum. Like figure 8.4 of Goodfellow, Bengio, Courville
(2016): local descent can fail although there is neither a saddle nor a minimum on its path.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled, gaussian, offset


@compiled
def mountain(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (c₀, c₁), in powers of e = exp(-|x|) so that nothing overflows."""
    c0, c1 = p[0], p[1]
    e = math.exp(-abs(x))
    ee = e * e
    high, low = 1 / (1 + ee), ee / (1 + ee)
    step = low if x > 0 else high  # σ(-2x)
    tanh = math.copysign((1 - ee) / (1 + ee), x)
    slope, sech = high * low, 2 * e * high
    return (
        c0 * step + 0.5 * c1 * sech + 0.5 * y * y,
        -2 * c0 * slope - 0.5 * c1 * sech * tanh,
        y,
        4 * c0 * slope * tanh + 0.5 * c1 * sech * (tanh * tanh - sech * sech),
        0.0,
        1.0,
    )


@compiled
def blurred_mountain(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, c₀, c₁): a sum over x, and ½ σ² added to ½ y²."""
    n = gaussian.steps(p[0])
    h = gaussian.REACH / n
    f, fx, fxx = 0.5 * (y * y + p[0] * p[0]), 0.0, 0.0
    for i in range(-n, n + 1):
        share = h * gaussian.normal(i * h)
        g, gx, _, gxx, _, _ = mountain(x + p[0] * i * h, 0.0, offset(p, 1))
        f, fx, fxx = f + share * g, fx + share * gx, fxx + share * gxx
    return f, fx, y, fxx, 0.0, 1.0


def saddles(c0: float, c1: float) -> Points:
    """The pass over the mountain: eˣ is the positive root of c₁ t² + 2 c₀ t - c₁."""
    return ((-math.asinh(c0 / c1), 0.0),)


SURFACE = Surface(
    name="mountain",
    title="Wrong side of the mountain",
    watch="Left of the top, downhill is the wrong way. Does a better start help?",
    formula=r"\frac{c_0 + c_1 e^x}{1 + e^{2x}} + \tfrac12 y^2",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, figure 8.4",
    kernel=mountain,
    blurred=blurred_mountain,
    domain=((-6.0, 6.0), (-3.0, 3.0)),
    start=(-1.5, 2.0),
    attained=False,
    saddles=saddles,
    lr=0.2,
    parameters=(
        Parameter("c0", "c_0", 1.0, 0.1, 4.0, at_least=0.0, at_most=100.0, meaning="height of the plain on the left"),
        Parameter("c1", "c_1", 3.0, 0.5, 10.0, at_least=0.5, at_most=100.0, meaning="height of the mountain"),
    ),
    challenges=frozenset({"plateaus", "saddles"}),
)
