"""Linear regression: the stopping distance of a car from its speed.

f(w, b) = 1/n Σ (w xᵢ + b - yᵢ)², over standardised points (xᵢ, yᵢ)

The mean squared error of Goodfellow, Bengio, Courville (2016), section 5.1.4. It is a quadratic bowl, whose minimum
solves the normal equations. The points are Ezekiel's (1930).
"""

import math

from landscapes.authoring import (
    VALIDATION,
    Examples,
    Jet,
    Points,
    Surface,
    Values,
    columns,
    compiled,
    mean,
    packed,
    part,
    standardised,
)

SPEED, DISTANCE = columns("cars")
CARS = tuple(zip(standardised(SPEED), standardised(DISTANCE), strict=True))


@compiled
def squared_error(w: float, b: float, p: Values, i: int) -> Jet:
    """The jet of one car's loss, with (xᵢ, yᵢ) at p[1 + 2i]."""
    x, y = p[1 + 2 * i], p[2 + 2 * i]
    miss = w * x + b - y
    return miss * miss, 2 * miss * x, 2 * miss, 2 * x * x, 2 * x, 2.0


over_all = mean(squared_error)


@compiled
def linear_regression(w: float, b: float, p: Values) -> Jet:
    """The jet of the mean."""
    return over_all(w, b, p)  # type: ignore[no-any-return]


def cars(validation: float) -> Examples:
    """The cars of one set."""
    return part(CARS, validation)


def minima(validation: float) -> Points:
    """w = Cov(x, y) / Var(x), and the line passes through the mean of the points."""
    points = cars(validation)
    n = len(points)
    x0, y0 = math.fsum(x for x, _ in points) / n, math.fsum(y for _, y in points) / n
    w = math.fsum((x - x0) * (y - y0) for x, y in points) / math.fsum((x - x0) ** 2 for x, _ in points)
    return ((w, y0 - w * x0),)


def infimum(validation: float) -> float:
    """The mean squared error of the best line."""
    ((w, b),) = minima(validation)
    points = cars(validation)
    return math.fsum((w * x + b - y) ** 2 for x, y in points) / len(points)


SURFACE = Surface(
    name="linear_regression",
    title="Linear regression",
    watch="The bowl belongs to its points. Where is the best line of the other points?",
    formula=r"\frac1n \sum_{i=1}^n \left(w x_i + b - y_i\right)^2",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 5.1.4; points of Ezekiel (1930)",
    kernel=linear_regression,
    domain=((-1.6, 3.2), (-2.2, 2.0)),
    start=(-1.1, 1.5),
    infimum=infimum,
    minima=minima,
    parameters=(VALIDATION,),
    pack=lambda validation: packed(cars(validation)),
    example=squared_error,
    size=lambda validation: len(cars(validation)),
)
