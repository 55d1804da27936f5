"""Plain-Python twins of all optimizers: floats and lists, as in textbooks, without any of our code.

A twin is a generator. It yields (θ, g), the iterate and the gradient that it is about to use, and then takes its step.
The `Ground` returns the gradient at step k, which may be noisy, and exact values, slopes and Hessians. A twin without a
step divides by zero.
"""

import math
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple, Protocol, TypeAlias

from scipy.optimize import brentq

import optimizers
from tests.twins import Twins

Pair: TypeAlias = tuple[float, float]
Twin: TypeAlias = Iterator[tuple[Pair, Pair]]


class Ground(Protocol):
    """The evaluations available to a twin."""

    def gradient(self, k: int, x: float, y: float) -> Pair: ...

    def value(self, x: float, y: float) -> float: ...

    def slope(self, x: float, y: float) -> Pair: ...

    def hessian(self, x: float, y: float) -> tuple[Pair, Pair]: ...

    @property
    def noisy(self) -> bool: ...


def sgd(ground: Ground, theta: Pair, lr: float) -> Twin:
    """Algorithm 8.1."""
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        theta = (theta[0] - lr * g[0], theta[1] - lr * g[1])


def momentum(ground: Ground, theta: Pair, lr: float, momentum: float) -> Twin:
    """Algorithm 8.2."""
    v = [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        for i in range(2):
            v[i] = momentum * v[i] - lr * g[i]
        theta = (theta[0] + v[0], theta[1] + v[1])


def nesterov(ground: Ground, theta: Pair, lr: float, momentum: float, growth: float) -> Twin:
    """Algorithm 8.3; with growth 1, the momentum of step t = 1, 2, ... is (t - 1) / (t + 2)."""
    v = [0.0, 0.0]
    for k in count():
        alpha = k / (k + 3) if growth else momentum
        interim = [theta[i] + alpha * v[i] for i in range(2)]
        g = ground.gradient(k, *interim)
        yield theta, g
        for i in range(2):
            v[i] = alpha * v[i] - lr * g[i]
        theta = (theta[0] + v[0], theta[1] + v[1])


def adam(ground: Ground, theta: Pair, lr: float, beta1: float, beta2: float, eps: float) -> Twin:
    """Algorithm 1 of Kingma and Ba (2015)."""
    m, v = [0.0, 0.0], [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        t = k + 1
        moved = []
        for i in range(2):
            m[i] = beta1 * m[i] + (1 - beta1) * g[i]
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
            m_hat = m[i] / (1 - math.pow(beta1, t))
            v_hat = v[i] / (1 - math.pow(beta2, t))
            moved.append(theta[i] - lr * m_hat / (math.sqrt(v_hat) + eps))
        theta = (moved[0], moved[1])


def newton(ground: Ground, theta: Pair, lr: float, damping: float) -> Twin:
    """Algorithm 8.8 with the damping of equation 8.28 and an explicit inverse of the matrix."""
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        (a, b), (c, d) = ground.hessian(*theta)
        a, d = a + damping, d + damping
        determinant = a * d - b * c
        inverse = ((d / determinant, -b / determinant), (-c / determinant, a / determinant))
        theta = (
            theta[0] - lr * (inverse[0][0] * g[0] + inverse[0][1] * g[1]),
            theta[1] - lr * (inverse[1][0] * g[0] + inverse[1][1] * g[1]),
        )


def adagrad(ground: Ground, theta: Pair, lr: float, eps: float) -> Twin:
    """Algorithm 8.4."""
    r = [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        moved = []
        for i in range(2):
            r[i] += g[i] ** 2
            moved.append(theta[i] - lr / (eps + math.sqrt(r[i])) * g[i])
        theta = (moved[0], moved[1])


def rmsprop(ground: Ground, theta: Pair, lr: float, rho: float, eps: float) -> Twin:
    """Algorithm 8.5."""
    r = [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        moved = []
        for i in range(2):
            r[i] = rho * r[i] + (1 - rho) * g[i] ** 2
            moved.append(theta[i] - lr / math.sqrt(eps + r[i]) * g[i])
        theta = (moved[0], moved[1])


def rmsprop_nesterov(ground: Ground, theta: Pair, lr: float, momentum: float, rho: float) -> Twin:
    """Algorithm 8.6. While all gradients are 0 there is nothing to divide."""
    r, v = [0.0, 0.0], [0.0, 0.0]
    for k in count():
        interim = [theta[i] + momentum * v[i] for i in range(2)]
        g = ground.gradient(k, *interim)
        yield theta, g
        for i in range(2):
            r[i] = rho * r[i] + (1 - rho) * g[i] ** 2
            v[i] = momentum * v[i] - (lr * g[i] / math.sqrt(r[i]) if g[i] else 0.0)
        theta = (theta[0] + v[0], theta[1] + v[1])


def adadelta(ground: Ground, theta: Pair, lr: float, rho: float, eps: float) -> Twin:
    """Algorithm 1 of Zeiler (2012), with a factor on the update."""
    squares, updates = [0.0, 0.0], [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        moved = []
        for i in range(2):
            squares[i] = rho * squares[i] + (1 - rho) * g[i] ** 2
            update = -math.sqrt(updates[i] + eps) / math.sqrt(squares[i] + eps) * g[i]
            updates[i] = rho * updates[i] + (1 - rho) * update**2
            moved.append(theta[i] + lr * update)
        theta = (moved[0], moved[1])


def adamw(ground: Ground, theta: Pair, lr: float, beta1: float, beta2: float, eps: float, weight_decay: float) -> Twin:
    """Algorithm 2 of Loshchilov and Hutter (2019), with the schedule's multiplier and α combined as lr."""
    m, v = [0.0, 0.0], [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        t = k + 1
        moved = []
        for i in range(2):
            m[i] = beta1 * m[i] + (1 - beta1) * g[i]
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
            m_hat = m[i] / (1 - math.pow(beta1, t))
            v_hat = v[i] / (1 - math.pow(beta2, t))
            moved.append(theta[i] - lr * (m_hat / (math.sqrt(v_hat) + eps) + weight_decay * theta[i]))
        theta = (moved[0], moved[1])


def amsgrad(ground: Ground, theta: Pair, lr: float, beta1: float, beta2: float, eps: float) -> Twin:
    """Algorithm 2 of Reddi, Kale and Kumar (2018), with Adam's bias correction after the maximum."""
    m, history = [0.0, 0.0], [[0.0], [0.0]]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        t = k + 1
        moved = []
        for i in range(2):
            m[i] = beta1 * m[i] + (1 - beta1) * g[i]
            history[i].append(beta2 * history[i][-1] + (1 - beta2) * g[i] ** 2)
            m_hat = m[i] / (1 - math.pow(beta1, t))
            v_hat = max(history[i]) / (1 - math.pow(beta2, t))
            moved.append(theta[i] - lr * m_hat / (math.sqrt(v_hat) + eps))
        theta = (moved[0], moved[1])


def lion(ground: Ground, theta: Pair, lr: float, beta1: float, beta2: float, weight_decay: float) -> Twin:
    """Algorithm 2 of Chen et al. (2023)."""
    m = [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        moved = []
        for i in range(2):
            c = beta1 * m[i] + (1 - beta1) * g[i]
            m[i] = beta2 * m[i] + (1 - beta2) * g[i]
            sign = (c > 0) - (c < 0)
            moved.append(theta[i] - lr * (sign + weight_decay * theta[i]))
        theta = (moved[0], moved[1])


def nadam(
    ground: Ground, theta: Pair, lr: float, beta1: float, beta2: float, eps: float, momentum_decay: float
) -> Twin:
    """PyTorch's documented algorithm; Dozat (2016) has the momentum's product in the same places."""
    m, v, mu = [0.0, 0.0], [0.0, 0.0], [1.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        t = k + 1
        mu_t, mu_next = (beta1 * (1 - 0.5 * math.pow(0.96, i * momentum_decay)) for i in (t, t + 1))
        mu.append(mu_t)
        moved = []
        for i in range(2):
            m[i] = beta1 * m[i] + (1 - beta1) * g[i]
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
            m_hat = mu_next * m[i] / (1 - math.prod(mu) * mu_next) + (1 - mu_t) * g[i] / (1 - math.prod(mu))
            v_hat = v[i] / (1 - math.pow(beta2, t))
            moved.append(theta[i] - lr * m_hat / (math.sqrt(v_hat) + eps))
        theta = (moved[0], moved[1])


def radam(ground: Ground, theta: Pair, lr: float, beta1: float, beta2: float, eps: float) -> Twin:
    """Algorithm 2 of Liu et al. (2020), as in PyTorch: more than 5 and not 4, and eps beside the biased root."""
    m, v = [0.0, 0.0], [0.0, 0.0]
    rho_inf = 2 / (1 - beta2) - 1
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        t = k + 1
        rho = rho_inf - 2 * t * math.pow(beta2, t) / (1 - math.pow(beta2, t))
        moved = []
        for i in range(2):
            m[i] = beta1 * m[i] + (1 - beta1) * g[i]
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
            m_hat = m[i] / (1 - math.pow(beta1, t))
            if rho > 5:
                r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
                m_hat *= r * math.sqrt(1 - math.pow(beta2, t)) / (math.sqrt(v[i]) + eps)
            moved.append(theta[i] - lr * m_hat)
        theta = (moved[0], moved[1])


def rprop(
    ground: Ground, theta: Pair, lr: float, etaminus: float, etaplus: float, step_min: float, step_max: float
) -> Twin:
    """PyTorch's documented algorithm, with the product of the signs, which does not underflow."""
    size, before = [lr, lr], [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        moved = list(theta)
        for i in range(2):
            sign = math.copysign(1.0, g[i]) if g[i] else 0.0
            if sign * before[i] > 0:
                size[i] = min(size[i] * etaplus, step_max)
            elif sign * before[i] < 0:
                size[i] = max(size[i] * etaminus, step_min)
                sign = 0.0
            moved[i] -= size[i] * sign
            before[i] = sign
        theta = (moved[0], moved[1])


def schedule_free_sgd(ground: Ground, theta: Pair, lr: float, momentum: float, weight_decay: float) -> Twin:
    """Defazio et al. (2024), with their x, y and z; lr is constant, so c = 1 / t."""
    x = z = theta
    for k in count():
        y = tuple((1 - momentum) * z[i] + momentum * x[i] for i in range(2))
        g = ground.gradient(k, *y)
        yield x, g
        z = tuple(z[i] - lr * (g[i] + weight_decay * y[i]) for i in range(2))
        c = 1 / (k + 1) if lr else 0.0
        x = tuple((1 - c) * x[i] + c * z[i] for i in range(2))


def schedule_free_adamw(
    ground: Ground, theta: Pair, lr: float, beta1: float, beta2: float, eps: float, weight_decay: float
) -> Twin:
    """The same with Adam's denominator."""
    x, z, v = theta, theta, [0.0, 0.0]
    for k in count():
        y = tuple((1 - beta1) * z[i] + beta1 * x[i] for i in range(2))
        g = ground.gradient(k, *y)
        yield x, g
        moved = []
        for i in range(2):
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
            denominator = math.sqrt(v[i] / (1 - math.pow(beta2, k + 1))) + eps
            moved.append(z[i] - lr * (g[i] / denominator + weight_decay * y[i]))
        z = (moved[0], moved[1])
        c = 1 / (k + 1) if lr else 0.0
        x = tuple((1 - c) * x[i] + c * z[i] for i in range(2))


def sam(ground: Ground, theta: Pair, lr: float, rho: float, momentum: float) -> Twin:
    """Algorithm 1 of Foret et al. (2021) with p = 2, and momentum as in algorithm 8.2 for its descent."""
    v = [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        norm = math.hypot(*g)
        climbed = [theta[i] + rho * g[i] / norm for i in range(2)] if norm else theta
        g = ground.gradient(k, *climbed)
        yield theta, g
        for i in range(2):
            v[i] = momentum * v[i] - lr * g[i]
        theta = (theta[0] + v[0], theta[1] + v[1])


# Second order and line searches: vectors are pairs, ⟨a, b⟩ is dot(a, b).


def dot(a: Pair, b: Pair) -> float:
    return a[0] * b[0] + a[1] * b[1]


def times(matrix: tuple[Pair, Pair], v: Pair) -> Pair:
    return dot(matrix[0], v), dot(matrix[1], v)


def along(theta: Pair, alpha: float, d: Pair) -> Pair:
    return theta[0] + alpha * d[0], theta[1] + alpha * d[1]


def less(a: Pair, b: Pair) -> Pair:
    return a[0] - b[0], a[1] - b[1]


def saddle_free_newton(ground: Ground, theta: Pair, lr: float, damping: float) -> Twin:
    """Dauphin et al. (2014), with the eigenvectors from Jacobi's angle."""
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        (a, b), (_, d) = ground.hessian(*theta)
        angle = math.atan2(2 * b, a - d) / 2
        c, s = math.cos(angle), math.sin(angle)
        high = abs(a * c * c + 2 * b * c * s + d * s * s)
        low = abs(a * s * s - 2 * b * c * s + d * c * c)
        theta = along(theta, -lr * dot((c, s), g) / (high + damping), (c, s))
        theta = along(theta, -lr * dot((-s, c), g) / (low + damping), (-s, c))


def damped_newton(ground: Ground, theta: Pair, damping: float, factor: float) -> Twin:
    """Marquardt's damping: α / c after a decrease, c α after a refused step."""
    f = None
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        if f is None:
            f = ground.value(*theta)
        H = ground.hessian(*theta)
        (a, b), (_, c) = H
        p, r = a + damping, c + damping
        accepted = False
        if p > 0 and p * r - b * b > 0:
            determinant = p * r - b * b
            d = ((b * g[1] - r * g[0]) / determinant, (b * g[0] - p * g[1]) / determinant)
            there = along(theta, 1.0, d)
            new = ground.value(*there)
            model = -dot(g, d) - dot(d, times(H, d)) / 2
            slack = 1e-12 * abs(f)
            accepted = model + slack > 0 and f - new + slack > 0
        if accepted:
            theta, f = there, new
            damping = max(damping / factor, 2.0**-1022)
        else:
            damping *= factor


class Line:
    """φ(α) = f(θ + α d), and the evaluations available to a search."""

    def __init__(self, ground: Ground, theta: Pair, d: Pair, f: float, slope: float) -> None:
        self.ground, self.theta, self.d, self.f, self.slope = ground, theta, d, f, slope
        self.trials, self.most = 0, math.inf
        self.lowest, self.sufficiently = (f, 0.0), (math.inf, 0.0)  # (φ(α), α)

    def value(self, alpha: float) -> float:
        there = along(self.theta, alpha, self.d)
        best_alpha = self.sufficiently[1] or self.lowest[1]
        if there == self.theta or (self.trials >= self.most and best_alpha):
            raise LookupError
        self.trials += 1
        f = self.ground.value(*there)
        if f < self.lowest[0] and not self.even(f):
            self.lowest = f, alpha
        return f

    def derivative(self, alpha: float) -> float:
        return dot(self.ground.slope(*along(self.theta, alpha, self.d)), self.d)

    def even_is_enough(self, slope: float) -> bool:
        """Whether φ'(α) is low enough where values are level; if φ rises again, the exact φ'(0) must be negative."""
        rises = slope > 0
        return slope <= (2e-4 - 1) * self.slope and not (rises and self.ground.noisy and self.derivative(0.0) >= 0)

    def even(self, f: float) -> bool:
        return abs(f - self.f) <= 1e-12 * abs(self.f)

    def sufficient(self, alpha: float, f: float) -> bool:
        if self.even(f):
            return self.even_is_enough(self.derivative(alpha))
        return f <= self.f + 1e-4 * alpha * self.slope


def armijo(line: Line, alpha: float, c2: float) -> tuple[float, float]:
    """Nocedal and Wright (2006), algorithm 3.1."""
    while not line.sufficient(alpha, f := line.value(alpha)):
        alpha /= 2
    return alpha, f


class Point(NamedTuple):
    """A trial of the Wolfe search."""

    alpha: float
    f: float
    slope: float


def judged(line: Line, alpha: float, best: Point) -> tuple[float, float | None]:
    """φ(α), and φ'(α) if α is no worse than the best point so far and its decrease is sufficient, else None."""
    f = line.value(alpha)
    even = line.even(f)
    if not f <= best.f + 1e-12 * abs(line.f) or not (even or f <= line.f + 1e-4 * alpha * line.slope):
        return f, None
    slope = line.derivative(alpha)
    if even and not line.even_is_enough(slope):
        return f, None
    line.sufficiently = f, alpha
    return f, slope


def wolfe(line: Line, alpha: float, c2: float) -> tuple[float, float]:
    """Nocedal and Wright (2006), algorithm 3.5, ended after 30 trials if there is an acceptable point."""
    line.most = 30
    before = Point(0.0, line.f, line.slope)
    while True:
        f, slope = judged(line, alpha, before)
        if slope is None:
            return zoom(line, before, alpha, f, c2)
        if abs(slope) <= -c2 * line.slope:
            return alpha, f
        if slope >= 0:
            return zoom(line, Point(alpha, f, slope), before.alpha, before.f, c2)
        before, alpha = Point(alpha, f, slope), 2 * alpha


def zoom(line: Line, low: Point, high: float, f_high: float, c2: float) -> tuple[float, float]:
    """Algorithm 3.6, with the parabola through both ends."""
    while True:
        width = high - low.alpha
        bend = f_high - low.f - low.slope * width
        alpha = low.alpha - low.slope * width * width / (2 * bend) if bend else math.nan
        share = (alpha - low.alpha) / width if width else math.nan
        if not 0.1 <= share <= 0.9:
            alpha = low.alpha + width / 2
        f, slope = judged(line, alpha, low)
        if slope is None:
            high, f_high = alpha, f
            continue
        if abs(slope) <= -c2 * line.slope:
            return alpha, f
        if slope * (high - low.alpha) >= 0:
            high, f_high = low.alpha, low.f
        low = Point(alpha, f, slope)


def first_minimum(ground: Ground, theta: Pair, d: Pair) -> float:
    """The first α at which φ' has increased to zero: small steps outwards, then Brent's method between the last two."""

    def slope(alpha: float) -> float:
        return dot(ground.slope(*along(theta, alpha, d)), d)

    pace = 0.005 / math.hypot(*d)
    before, alpha = 0.0, pace
    if not slope(0.0) < 0:
        return 0.0
    while slope(alpha) < 0:
        before, alpha = alpha, max(alpha + pace, 1.01 * alpha)
    return brentq(slope, before, alpha, xtol=1e-300, rtol=4 * 2.0**-52, maxiter=5000)


class Search:
    """The line search of one run. It stores the final loss."""

    def __init__(self, ground: Ground, kind: float, c2: float) -> None:
        self.ground, self.kind, self.c2 = ground, ("exact", "armijo", "wolfe")[int(kind)], c2
        self.f: float | None = None

    def along(self, theta: Pair, g: Pair, d: Pair, first: float) -> float:
        """α, or 0 if there is none."""
        slope = dot(g, d)
        if not slope < 0:
            return 0.0
        if self.kind == "exact":
            return first_minimum(self.ground, theta, d)
        first = max(first, 2.0**-1022)
        while along(theta, first, d) == theta:
            first *= 2
        if self.f is None:
            self.f = self.ground.value(*theta)
        line = Line(self.ground, theta, d, self.f, slope)
        try:
            alpha, self.f = {"armijo": armijo, "wolfe": wolfe}[self.kind](line, first, self.c2)
        except LookupError:
            self.f, alpha = line.sufficiently if line.sufficiently[1] else line.lowest
        return alpha

    def __call__(self, theta: Pair, g: Pair, d: Pair, first: float) -> tuple[float, Pair]:
        """α and d: -g if nothing lower is found along d; 0 if nothing is along -g and the noise may change."""
        uphill = (-g[0], -g[1])
        alpha = self.along(theta, g, d, first)
        if alpha == 0 and d != uphill:
            d = uphill
            alpha = self.along(theta, g, d, short(d))
        if alpha == 0 and not self.ground.noisy:
            raise ZeroDivisionError
        return alpha, d


def short(d: Pair) -> float:
    """The first trial along a direction without history."""
    return min(1.0, 1 / math.hypot(*d)) if any(d) else 1.0


def expected(drop: float, g: Pair, d: Pair) -> float:
    """The first trial whose decrease would be twice the previous one, to first order."""
    slope = dot(g, d)
    return 2 * drop / slope if drop < 0 and slope else short(d)


def steepest_descent(ground: Ground, theta: Pair, line_search: float) -> Twin:
    """Section 8.6.2."""
    search, drop = Search(ground, line_search, 0.1), 0.0
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        d = (-g[0], -g[1])
        alpha, _ = search(theta, g, d, expected(drop, g, d))
        theta, drop = along(theta, alpha, d), alpha * dot(g, d)


def coordinate_descent(ground: Ground, theta: Pair, line_search: float) -> Twin:
    """Section 8.7.2."""
    search, drops = Search(ground, line_search, 0.1), [0.0, 0.0]
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        i = k % 2
        d = (-g[0], 0.0) if i == 0 else (0.0, -g[1])
        alpha = search.along(theta, g, d, expected(drops[i], g, d))
        if alpha == 0 and k > 0 and drops[1 - i] == 0 and not ground.noisy:
            raise ZeroDivisionError
        theta, drops[i] = along(theta, alpha, d), alpha * dot(g, d)


def conjugate_gradient(ground: Ground, theta: Pair, line_search: float, variant: float, restart: float) -> Twin:
    """Algorithm 8.9 with the line search in place of arg min, and restarts."""
    search, drop, before, d, age = Search(ground, line_search, 0.1), 0.0, (0.0, 0.0), (0.0, 0.0), 0
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        uphill = (-g[0], -g[1])
        if age == 0 or age == restart:
            d, age = uphill, 0
        else:
            over = dot(g, g) if variant == 0 else dot(less(g, before), g)
            beta = over / dot(before, before)
            d = along(uphill, beta if variant == 0 else max(beta, 0.0), d)
            if not dot(g, d) < 0:
                d, age = uphill, 0
        alpha, way = search(theta, g, d, expected(drop, g, d))
        theta, drop, before = along(theta, alpha, way), alpha * dot(g, way), g
        age = (age if way == d else 0) + 1 if alpha > 0 else 0
        d = way


def bfgs(ground: Ground, theta: Pair, line_search: float) -> Twin:
    """Nocedal and Wright (2006), algorithm 6.1, with the product of equation 6.17 expanded."""
    search, M, s, before = Search(ground, line_search, 0.9), ((1.0, 0.0), (0.0, 1.0)), None, (0.0, 0.0)
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        if s is not None and dot(s, less(g, before)) > 0:
            y = less(g, before)
            rho = 1 / dot(s, y)
            left = [[(i == j) - rho * s[i] * y[j] for j in range(2)] for i in range(2)]
            half = [[sum(left[i][m] * M[m][j] for m in range(2)) for j in range(2)] for i in range(2)]
            full = [
                [sum(half[i][m] * left[j][m] for m in range(2)) + rho * s[i] * s[j] for j in range(2)] for i in range(2)
            ]
            M = ((full[0][0], full[0][1]), (full[1][0], full[1][1]))
        downhill = times(M, (-g[0], -g[1]))
        if s is None or not dot(g, downhill) < 0:
            M, downhill, first = ((1.0, 0.0), (0.0, 1.0)), (-g[0], -g[1]), short(g)
        else:
            first = 1.0
        alpha, way = search(theta, g, downhill, first)
        if way != downhill:
            M = ((1.0, 0.0), (0.0, 1.0))
        s = (alpha * way[0], alpha * way[1]) if alpha > 0 else None
        theta, before = along(theta, alpha, way), g


def lbfgs(ground: Ground, theta: Pair, line_search: float, memory: float) -> Twin:
    """Nocedal and Wright (2006), algorithms 7.4 and 7.5."""
    search, before, s = Search(ground, line_search, 0.9), (0.0, 0.0), None
    pairs: list[tuple[Pair, Pair]] = []  # the newest last
    for k in count():
        g = ground.gradient(k, *theta)
        yield theta, g
        if s is None:
            pairs = []
        elif dot(s, less(g, before)) > 0:
            pairs = [*pairs, (s, less(g, before))][-int(memory) :]
        d = (-g[0], -g[1])
        if pairs:
            q, alphas = g, []
            for one, y in reversed(pairs):
                alphas.append(dot(one, q) / dot(one, y))
                q = along(q, -alphas[-1], y)
            one, y = pairs[-1]
            gamma = dot(one, y) / dot(y, y)
            r = (gamma * q[0], gamma * q[1])
            for (one, y), a in zip(pairs, reversed(alphas), strict=True):
                r = along(r, a - dot(y, r) / dot(one, y), one)
            d = (-r[0], -r[1])
            if not dot(g, d) < 0:
                pairs, d = [], (-g[0], -g[1])
        alpha, way = search(theta, g, d, 1.0 if pairs else short(d))
        if way != d:
            pairs = []
        s = (alpha * way[0], alpha * way[1]) if alpha > 0 else None
        theta, before = along(theta, alpha, way), g


def nelder_mead(ground: Ground, theta: Pair, size: float) -> Twin:
    """Lagarias et al. (1998), section 2, with the corners' coordinates; a stable sort keeps the order of ties."""
    losses = {}

    def f(point: Pair) -> float:
        if point not in losses:
            losses[point] = ground.value(*point)
        return losses[point]

    def at(middle: Pair, worst: Pair, share: float) -> Pair:
        return along(middle, share, less(middle, worst))

    corners = [theta, (theta[0] + size, theta[1]), (theta[0], theta[1] + size)]
    for k in count():
        yield theta, ground.gradient(k, *theta)
        losses = {corner: losses[corner] for corner in corners if corner in losses}
        best, middle, worst = sorted(corners, key=f)
        center = ((best[0] + middle[0]) / 2, (best[1] + middle[1]) / 2)
        corners = [best, middle]
        reflected = at(center, worst, 1.0)
        if f(reflected) < f(best):
            corners.append(min(reflected, at(center, worst, 2.0), key=f))
        elif f(reflected) < f(middle):
            corners.append(reflected)
        elif f(reflected) < f(worst) and f(at(center, worst, 0.5)) <= f(reflected):
            corners.append(at(center, worst, 0.5))
        elif f(reflected) >= f(worst) and f(at(center, worst, -0.5)) < f(worst):
            corners.append(at(center, worst, -0.5))
        else:
            corners = [best, along(best, 0.5, less(middle, best)), along(best, 0.5, less(worst, best))]
        theta = min(corners, key=f)


TWINS = Twins(globals(), optimizers.names(), "method", "ground, theta, **hyperparameters")
