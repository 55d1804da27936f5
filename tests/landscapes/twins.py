"""Every surface a second time: its formula alone, in mpmath, differentiated by differences at 140 digits.

Nothing here is taken from the code under test. A new surface needs one function here, of its name.
"""

from collections.abc import Callable
from typing import Any

from mpmath import cos, cosh, exp, fprod, mp, mpf, pi, radians, sin, sqrt, tanh

DIGITS = 140
TWINS: dict[str, Callable[..., Any]] = {}


def twin(function: Callable[..., Any]) -> Callable[..., Any]:
    TWINS[function.__name__] = function
    return function


def jet(name: str, x: float, y: float, parameters: dict[str, float]) -> list[Any]:
    """(f, fx, fy, fxx, fxy, fyy) of the twin, by central differences whose error is about 1e-40."""
    with mp.workdps(DIGITS):
        h = mpf(10) ** -20
        known = {key: mpf(value) for key, value in parameters.items()}
        f = {(i, j): TWINS[name](mpf(x) + i * h, mpf(y) + j * h, **known) for i in (-1, 0, 1) for j in (-1, 0, 1)}
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


@twin
def quadratic(x: Any, y: Any, condition: Any, angle: Any) -> Any:
    c, s = cos(radians(angle)), sin(radians(angle))
    return ((x * c + y * s) ** 2 / condition + (y * c - x * s) ** 2) / 2


@twin
def rosenbrock(x: Any, y: Any, a: Any, b: Any) -> Any:
    return (a - x) ** 2 + b * (y - x**2) ** 2


@twin
def beale(x: Any, y: Any) -> Any:
    return sum((c - x * (1 - y**i)) ** 2 for i, c in ((1, mpf("1.5")), (2, mpf("2.25")), (3, mpf("2.625"))))


@twin
def himmelblau(x: Any, y: Any) -> Any:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


@twin
def styblinski_tang(x: Any, y: Any) -> Any:
    return sum(t**4 - 16 * t**2 + 5 * t for t in (x, y)) / 2


@twin
def saddle(x: Any, y: Any, c: Any) -> Any:
    return x**2 - y**2 + c * y**4


@twin
def monkey_saddle(x: Any, y: Any, c: Any) -> Any:
    return x**3 - 3 * x * y**2 + c * (x**2 + y**2) ** 2


@twin
def product_network(x: Any, y: Any) -> Any:
    return (x * y - 1) ** 2


@twin
def sigmoid_plateau(x: Any, y: Any, width: Any) -> Any:
    u = sqrt(1 + (x - 2) ** 2 + (y + 1) ** 2) - 1
    return 2 / (1 + exp(-u / width)) - 1


@twin
def easom(x: Any, y: Any) -> Any:
    return -cos(x) * cos(y) * exp(-((x - pi) ** 2) - (y - pi) ** 2)


@twin
def smooth_step_cliff(x: Any, y: Any, height: Any, steepness: Any) -> Any:
    return ((x + 1) ** 2 + y**2) / 10 + height / (1 + exp(-steepness * x))


@twin
def recurrent_cliff(x: Any, y: Any, steps: Any) -> Any:
    hidden = mpf(1) / 2
    for _ in range(int(steps)):
        hidden = x * sigma(hidden) + y
    return (sigma(hidden) - mpf(7) / 10) ** 2


@twin
def mountain(x: Any, y: Any, c0: Any, c1: Any) -> Any:
    return c0 * sigma(-2 * x) + c1 / (2 * cosh(x)) + y**2 / 2


@twin
def power_chain(x: Any, y: Any, steps: Any) -> Any:
    return (x ** int(steps) + y - 1) ** 2


@twin
def deep_chain(x: Any, y: Any, layers: Any, others: Any) -> Any:
    weights = [x, *[others] * int(layers - 2), y]
    return sum((fprod([i, *weights]) - i) ** 2 for i in (-1, 1)) / 2


@twin
def deep_chain_normalized(x: Any, y: Any, layers: Any, others: Any, delta: Any) -> Any:
    inputs = [mpf(-1), mpf(1)]
    hidden = inputs
    for weight in [*[others] * int(layers - 2), x]:
        raw = [weight * h for h in hidden]
        mean = sum(raw) / 2
        deviation = sqrt(sum((h - mean) ** 2 for h in raw) / 2 + delta)
        hidden = [(h - mean) / deviation for h in raw]
    return sum((y * h - i) ** 2 for h, i in zip(hidden, inputs, strict=True)) / 2


@twin
def deep_chain_skip(x: Any, y: Any, layers: Any, others: Any) -> Any:
    output = mpf(1)
    for weight in [x, *[others] * int(layers - 2), y]:
        output += weight * output
    return (output - 1) ** 2
