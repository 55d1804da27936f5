"""Twins of all surfaces: their formulas in mpmath, differentiated by finite differences at 140 digits.

They share nothing with the code under test except the published data. A new surface needs one function with its name
here.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from mpmath import cos, cosh, exp, findroot, fprod, log, mp, mpf, pi, radians, sin, sqrt, tanh

import landscapes
from tests.twins import Twins

DIGITS = 140


def jet(name: str, x: float, y: float, parameters: dict[str, float]) -> list[Any]:
    """(f, fx, fy, fxx, fxy, fyy) of the twin, by central differences whose error is about 1e-40."""
    with mp.workdps(DIGITS):
        h = mpf(10) ** -20
        numbers = {key: mpf(value) for key, value in parameters.items()}
        f = {(i, j): TWINS[name](mpf(x) + i * h, mpf(y) + j * h, **numbers) for i in (-1, 0, 1) for j in (-1, 0, 1)}
        return [
            f[0, 0],
            (f[1, 0] - f[-1, 0]) / (2 * h),
            (f[0, 1] - f[0, -1]) / (2 * h),
            (f[1, 0] - 2 * f[0, 0] + f[-1, 0]) / h**2,
            (f[1, 1] - f[1, -1] - f[-1, 1] + f[-1, -1]) / (4 * h**2),
            (f[0, 1] - 2 * f[0, 0] + f[0, -1]) / h**2,
        ]


def sigma(z: Any) -> Any:
    return (1 + tanh(z / 2)) / 2


def quadratic(x: Any, y: Any, condition: Any, angle: Any) -> Any:
    c, s = cos(radians(angle)), sin(radians(angle))
    return ((x * c + y * s) ** 2 / condition + (y * c - x * s) ** 2) / 2


def rosenbrock(x: Any, y: Any, a: Any, b: Any) -> Any:
    return (a - x) ** 2 + b * (y - x**2) ** 2


def beale(x: Any, y: Any) -> Any:
    return sum((c - x * (1 - y**i)) ** 2 for i, c in ((1, mpf("1.5")), (2, mpf("2.25")), (3, mpf("2.625"))))


def himmelblau(x: Any, y: Any) -> Any:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def styblinski_tang(x: Any, y: Any) -> Any:
    return sum(t**4 - 16 * t**2 + 5 * t for t in (x, y)) / 2


def saddle(x: Any, y: Any, c: Any) -> Any:
    return x**2 - y**2 + c * y**4


def monkey_saddle(x: Any, y: Any, c: Any) -> Any:
    return x**3 - 3 * x * y**2 + c * (x**2 + y**2) ** 2


def product_network(x: Any, y: Any) -> Any:
    return (x * y - 1) ** 2


def sigmoid_plateau(x: Any, y: Any, width: Any) -> Any:
    u = sqrt(1 + (x - 2) ** 2 + (y + 1) ** 2) - 1
    return 2 / (1 + exp(-u / width)) - 1


def easom(x: Any, y: Any) -> Any:
    return -cos(x) * cos(y) * exp(-((x - pi) ** 2) - (y - pi) ** 2)


def smooth_step_cliff(x: Any, y: Any, height: Any, steepness: Any) -> Any:
    return ((x + 1) ** 2 + y**2) / 10 + height / (1 + exp(-steepness * x))


def recurrent_cliff(x: Any, y: Any, steps: Any) -> Any:
    hidden = mpf(1) / 2
    for _ in range(int(steps)):
        hidden = x * sigma(hidden) + y
    return (sigma(hidden) - mpf(7) / 10) ** 2


def mountain(x: Any, y: Any, c0: Any, c1: Any) -> Any:
    return c0 * sigma(-2 * x) + c1 / (2 * cosh(x)) + y**2 / 2


@cache
def examples(table: str, validation: bool) -> list[list[Any]]:
    """The rows of a published table, the first two columns standardised; every fourth is for training."""
    text = (Path(landscapes.__file__).parent / "_data" / f"{table}.csv").read_text()
    rows = [[mpf(number) for number in row] for row in list(csv.reader(text.splitlines()))[1:]]
    for column in (0, 1):
        mean = sum(row[column] for row in rows) / len(rows)
        deviation = sqrt(sum((row[column] - mean) ** 2 for row in rows) / len(rows))
        for row in rows:
            row[column] = (row[column] - mean) / deviation
    return [row for i, row in enumerate(rows, start=1) if (i % 4 > 0) == validation]


def average(losses: list[Any]) -> Any:
    return sum(losses) / len(losses)


def linear_regression(x: Any, y: Any, validation: Any) -> Any:
    return average([(distance - x * speed - y) ** 2 for speed, distance in examples("cars", bool(validation))])


def logistic_regression(x: Any, y: Any, validation: Any) -> Any:
    """The negative log-likelihood of a Bernoulli output."""
    losses = []
    for length, width, virginica in examples("petals", bool(validation)):
        probability = 1 / (1 + exp(-x * length - y * width))
        losses.append(-log(probability if virginica else 1 - probability))
    return average(losses)


def zero_one_loss(x: Any, y: Any, validation: Any) -> Any:
    flowers = examples("petals", bool(validation))
    return average([mpf((x * length + y * width > 0) != bool(virginica)) for length, width, virginica in flowers])


def two_weight_network(x: Any, y: Any, validation: Any) -> Any:
    return average(
        [(duration - y * tanh(x * waiting)) ** 2 for waiting, duration in examples("geyser", bool(validation))]
    )


def booth(x: Any, y: Any) -> Any:
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


def matyas(x: Any, y: Any) -> Any:
    return mpf("0.26") * (x**2 + y**2) - mpf("0.48") * x * y


def coupled_quadratic(x: Any, y: Any, alpha: Any) -> Any:
    return (x - y) ** 2 + alpha * (x**2 + y**2)


def narrow_ravine(x: Any, y: Any, b: Any) -> Any:
    return b * (y - 2 * sin(x)) ** 2 + x**2 / 10


def rastrigin(x: Any, y: Any, a: Any) -> Any:
    return 2 * a + sum(t**2 - a * cos(2 * pi * t) for t in (x, y))


def ackley(x: Any, y: Any) -> Any:
    far, waves = sqrt((x**2 + y**2) / 2), (cos(2 * pi * x) + cos(2 * pi * y)) / 2
    return -20 * exp(-far / 5) - exp(waves) + 20 + mp.e


def six_hump_camel(x: Any, y: Any) -> Any:
    return (4 - mpf("2.1") * x**2 + x**4 / 3) * x**2 + x * y + (-4 + 4 * y**2) * y**2


def three_hump_camel(x: Any, y: Any) -> Any:
    return 2 * x**2 - mpf("1.05") * x**4 + x**6 / 6 + x * y + y**2


def goldstein_price(x: Any, y: Any) -> Any:
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    return first * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2))


def mccormick(x: Any, y: Any) -> Any:
    published = sin(x + y) + (x - y) ** 2 - mpf("1.5") * x + mpf("2.5") * y + 1
    return published + max(mpf(0), -mpf("4.5") - x - y) ** 3


def griewank(x: Any, y: Any) -> Any:
    return (x**2 + y**2) / 4000 - cos(x) * cos(y / sqrt(2)) + 1


def levy(x: Any, y: Any) -> Any:
    w, v = 1 + (x - 1) / 4, 1 + (y - 1) / 4
    middle = (w - 1) ** 2 * (1 + 10 * sin(pi * w + 1) ** 2)
    return sin(pi * w) ** 2 + middle + (v - 1) ** 2 * (1 + sin(2 * pi * v) ** 2)


def cosine_ripples(x: Any, y: Any, c: Any) -> Any:
    return sum(t * cos(pi * t) + c * t**2 for t in (x, y))


def tanh_pair(x: Any, y: Any) -> Any:
    def network(one: Any, other: Any, s: Any) -> Any:
        return one * tanh(one * s) + other * tanh(other * s)

    return sum((network(x, y, s) - network(1, 2, s)) ** 2 for s in (mpf(1) / 2, mpf(2))) / 2


def asymptote(x: Any, y: Any, c: Any) -> Any:
    return -mp.log(sigma(x)) + c * y**2 / 2


def distant_well(x: Any, y: Any, width: Any) -> Any:
    return 1 - 1 / (1 + ((x - 4) ** 2 + (y + 2) ** 2) / width**2)


def power_chain(x: Any, y: Any, steps: Any) -> Any:
    return (x ** int(steps) + y - 1) ** 2


def deep_chain(x: Any, y: Any, layers: Any, others: Any) -> Any:
    weights = [x, *[others] * int(layers - 2), y]
    return sum((fprod([i, *weights]) - i) ** 2 for i in (-1, 1)) / 2


def deep_chain_normalized(x: Any, y: Any, layers: Any, others: Any, delta: Any) -> Any:
    inputs = [mpf(-1), mpf(1)]
    hidden = inputs
    for weight in [*[others] * int(layers - 2), x]:
        raw = [weight * h for h in hidden]
        mean = sum(raw) / 2
        deviation = sqrt(sum((h - mean) ** 2 for h in raw) / 2 + delta)
        hidden = [(h - mean) / deviation for h in raw]
    return sum((y * h - i) ** 2 for h, i in zip(hidden, inputs, strict=True)) / 2


def deep_chain_skip(x: Any, y: Any, layers: Any, others: Any) -> Any:
    output = mpf(1)
    for weight in [x, *[others] * int(layers - 2), y]:
        output += weight * output
    return (output - 1) ** 2


def zakharov(x: Any, y: Any) -> Any:
    weighed = sum(mpf(i) / 2 * t for i, t in ((1, x), (2, y)))
    return x**2 + y**2 + weighed**2 + weighed**4


def bukin_6(x: Any, y: Any) -> Any:
    return 100 * sqrt(abs(y - mpf("0.01") * x**2)) + mpf("0.01") * abs(x + 10)


def flat_floor(x: Any, y: Any, slope: Any, width: Any) -> Any:
    return slope * sum(max(abs(t) - half, mpf(0)) for t, half in ((x - 1, width), (y, mpf(1))))


def schwefel(x: Any, y: Any) -> Any:
    def term(t: Any) -> Any:
        return -t * sin(sqrt(abs(t)))

    lowest = findroot(lambda t: sin(sqrt(t)) + sqrt(t) * cos(sqrt(t)) / 2, mpf("420.9687"))
    return sum(term(t) - term(lowest) + max(mpf(0), abs(t) - 500) ** 3 for t in (x, y))


def eggholder(x: Any, y: Any) -> Any:
    published = -(y + 47) * sin(sqrt(abs(y + x / 2 + 47))) - x * sin(sqrt(abs(x - (y + 47))))
    return published + sum(max(mpf(0), abs(t) - 512) ** 3 for t in (x, y))


TWINS = Twins(globals(), landscapes.names(), "surface", "x, y, **parameters")
