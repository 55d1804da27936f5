"""The smallest network: one hidden unit, one weight before it and one after.

f(w₁, w₂) = 1/n Σ (w₂ tanh(w₁ xᵢ) - yᵢ)², over standardised points (xᵢ, yᵢ)

Short waits for Old Faithful end in short eruptions and long waits in long ones, and a tanh models the step between. The
output is unchanged when both signs change: weight space symmetry, Goodfellow, Bengio, Courville (2016),
section 8.2.2. Hence two minima, and between them a saddle where both weights are zero. The points are in Härdle (1991).
"""

import math
from functools import cache

from landscapes.authoring import (
    VALIDATION,
    Examples,
    Jet,
    Points,
    Surface,
    Values,
    columns,
    compiled,
    gaussian,
    mean,
    packed,
    part,
    root,
    standardised,
)

WAITING, DURATION = columns("geyser")
ERUPTIONS = tuple(zip(standardised(WAITING), standardised(DURATION), strict=True))
STEEPEST = 10.0  # with the best w₂, f has its only minimum over w₁ > 0 below this w₁


@compiled
def squared_error(v: float, w: float, p: Values, i: int) -> Jet:
    """The jet of one eruption's loss, with (xᵢ, yᵢ) at p[1 + 2i]; sech² is computed without cancellation."""
    x, y = p[1 + 2 * i], p[2 + 2 * i]
    e = math.exp(-2 * abs(v * x))
    t = math.tanh(v * x)
    slope = 4 * e / ((1 + e) * (1 + e)) * x
    bend = -2 * t * slope * x
    miss = w * t - y
    return (
        miss * miss,
        2 * miss * w * slope,
        2 * miss * t,
        2 * w * (w * slope * slope + miss * bend),
        2 * slope * (w * t + miss),
        2 * t * t,
    )


over_all = mean(squared_error)


@compiled
def two_weight_network(v: float, w: float, p: Values) -> Jet:
    """The jet of the mean."""
    return over_all(v, w, p)  # type: ignore[no-any-return]


@compiled
def blurred_two_weight_network(v: float, w: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, n, x₁, y₁, …).

    For each eruption it is (w² + σ²) E t² - 2wy E t + y², with t = tanh (v + σz) x: a sum over the one weight.
    """
    sigma, count = p[0], int(p[1])
    f, fv, fw, fvv, fvw, fww = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    square = w * w + sigma * sigma
    for k in range(count):
        x, y = p[2 + 2 * k], p[3 + 2 * k]
        n = gaussian.steps(sigma * abs(x))
        h = gaussian.REACH / n
        f += y * y
        for i in range(-n, n + 1):
            share = h * gaussian.normal(i * h)
            z = (v + sigma * i * h) * x
            e = math.exp(-2 * abs(z))
            t, slope = math.copysign((1 - e) / (1 + e), z), 4 * e / ((1 + e) * (1 + e)) * x
            bend = -2 * t * slope * x
            f += share * (square * t - 2 * w * y) * t
            fv += 2 * share * (square * t - w * y) * slope
            fw += 2 * share * (w * t - y) * t
            fvv += 2 * share * (square * (slope * slope + t * bend) - w * y * bend)
            fvw += 2 * share * (2 * w * t - y) * slope
            fww += 2 * share * t * t
    return f / count, fv / count, fw / count, fvv / count, fvw / count, fww / count


def eruptions(validation: float) -> Examples:
    """The eruptions of one set."""
    return part(ERUPTIONS, validation)


def best_outer(v: float, points: Examples) -> float:
    """The best w₂ for a given w₁: linear regression on the hidden unit."""
    hidden = [math.tanh(v * x) for x, _ in points]
    return math.fsum(t * y for t, (_, y) in zip(hidden, points, strict=True)) / math.fsum(t * t for t in hidden)


@cache
def minima(validation: float) -> Points:
    """The minima: with the best w₂, the slope in w₁ > 0 vanishes once."""
    points = eruptions(validation)

    def slope(v: float) -> float:
        w = best_outer(v, points)
        return math.fsum((w * math.tanh(v * x) - y) * w * x / math.cosh(v * x) ** 2 for x, y in points)

    v = root(slope, 0.1, STEEPEST)
    w = best_outer(v, points)
    return ((v, w), (-v, -w))


def saddles(validation: float) -> Points:
    """The origin: to second order around it, f is mean(y²) - 2 mean(xy) w₁ w₂."""
    return ((0.0, 0.0),)


def infimum(validation: float) -> float:
    """The mean squared error of the best network."""
    (v, w), _ = minima(validation)
    points = eruptions(validation)
    return math.fsum((w * math.tanh(v * x) - y) ** 2 for x, y in points) / len(points)


SURFACE = Surface(
    name="two_weight_network",
    title="Network of two weights",
    watch="Two minima, one network. Which one is found, and how long does the saddle hold?",
    formula=r"\frac1n \sum_{i=1}^n \left(w_2 \tanh(w_1 x_i) - y_i\right)^2",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.2; points in Härdle (1991)",
    kernel=two_weight_network,
    blurred=blurred_two_weight_network,
    domain=((-3.0, 3.0), (-2.5, 2.5)),
    start=(-1.0, 1.2),
    infimum=infimum,
    minima=minima,
    saddles=saddles,
    lr=0.1,
    parameters=(VALIDATION,),
    pack=lambda validation: packed(eruptions(validation)),
    example=squared_error,
    size=lambda validation: len(eruptions(validation)),
    challenges=frozenset({"saddles"}),
)
