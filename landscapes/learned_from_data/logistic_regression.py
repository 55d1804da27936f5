"""Logistic regression: two kinds of iris, classified by their petals.

f(w) = 1/n Σ log(1 + exp(-w · uᵢ)), with uᵢ = tᵢ xᵢ for standardised petals xᵢ of kind tᵢ = ±1

The cross-entropy, Goodfellow, Bengio, Courville (2016), section 5.7.1: a convex surrogate for the 0-1 loss. The few
training points are almost separable, so their minimum lies far out, and the path to it passes the minimum of the
validation points: an example of early stopping (sections 8.1.2 and 7.8). The points are Fisher's (1936).
"""

import math
from functools import cache

from landscapes.authoring import (
    VALIDATION,
    Jet,
    Points,
    Surface,
    Values,
    compiled,
    gaussian,
    mean,
    newton,
    packed,
    petals,
    sigmoid_jet,
)


@compiled
def cross_entropy(x: float, y: float, p: Values, i: int) -> Jet:
    """The jet of one flower's loss, with uᵢ at p[1 + 2i]."""
    a, b = p[1 + 2 * i], p[2 + 2 * i]
    z = -(x * a + y * b)
    slope, bend, _ = sigmoid_jet(z)
    return (
        max(z, 0.0) + math.log1p(math.exp(-abs(z))),
        -slope * a,
        -slope * b,
        bend * a * a,
        bend * a * b,
        bend * b * b,
    )


over_all = mean(cross_entropy)


@compiled
def logistic_regression(x: float, y: float, p: Values) -> Jet:
    """The jet of the mean."""
    return over_all(x, y, p)  # type: ignore[no-any-return]


@compiled
def blurred_logistic_regression(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, n, u₁, …): for each flower a sum along uᵢ."""
    count = int(p[1])
    f, fx, fy, fxx, fxy, fyy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(count):
        a, b = p[2 + 2 * k], p[3 + 2 * k]
        spread = p[0] * math.hypot(a, b)
        n = gaussian.steps(0.5 * spread)  # analytic up to πi
        h = gaussian.REACH / n
        for i in range(-n, n + 1):
            share = h * gaussian.normal(i * h)
            z = spread * i * h - (x * a + y * b)
            slope, bend, _ = sigmoid_jet(z)
            slope, bend = share * slope, share * bend
            f += share * (max(z, 0.0) + math.log1p(math.exp(-abs(z))))
            fx, fy = fx - slope * a, fy - slope * b
            fxx, fxy, fyy = fxx + bend * a * a, fxy + bend * a * b, fyy + bend * b * b
    return f / count, fx / count, fy / count, fxx / count, fxy / count, fyy / count


@cache
def minima(validation: float) -> Points:
    """The only minimum of a strictly convex function, by Newton's method from the origin."""
    points = petals(validation)

    def slopes(x: float, y: float) -> tuple[float, float, float, float, float]:
        wrong = [1 / (1 + math.exp(x * a + y * b)) for a, b in points]
        bend = [s * (1 - s) for s in wrong]
        return (
            -math.fsum(s * a for s, (a, _) in zip(wrong, points, strict=True)),
            -math.fsum(s * b for s, (_, b) in zip(wrong, points, strict=True)),
            math.fsum(h * a * a for h, (a, _) in zip(bend, points, strict=True)),
            math.fsum(h * a * b for h, (a, b) in zip(bend, points, strict=True)),
            math.fsum(h * b * b for h, (_, b) in zip(bend, points, strict=True)),
        )

    return (newton(slopes, (0.0, 0.0)),)


def infimum(validation: float) -> float:
    """The cross-entropy of the best weights."""
    ((x, y),) = minima(validation)
    points = petals(validation)
    return math.fsum(math.log1p(math.exp(-(x * a + y * b))) for a, b in points) / len(points)


SURFACE = Surface(
    name="logistic_regression",
    title="Logistic regression",
    watch="Training goes on downhill. When has validation been best?",
    formula=r"\frac1n \sum_{i=1}^n \ln\left(1 + e^{-t_i\,(w_1 x_{i1} + w_2 x_{i2})}\right)",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 5.7.1; points of Fisher (1936)",
    kernel=logistic_regression,
    blurred=blurred_logistic_regression,
    domain=((-4.0, 12.0), (-6.0, 8.0)),
    start=(-2.0, 6.0),
    infimum=infimum,
    minima=minima,
    lr=4.0,
    parameters=(VALIDATION,),
    pack=lambda validation: packed(petals(validation)),
    example=cross_entropy,
    size=lambda validation: len(petals(validation)),
    challenges=frozenset({"valleys"}),
)
