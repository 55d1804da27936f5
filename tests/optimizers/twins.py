"""A plain-Python twin of every optimizer: floats and lists, as the textbooks write them, and nothing of ours.

A twin is a generator. It yields (θ, g), the iterate and the gradient it is about to use, and then takes its step. The
`Ground` tells it the gradient at step k, which may be noisy, and the Hessian.
"""

import math
from collections.abc import Callable, Iterator
from itertools import count
from typing import Protocol, TypeAlias

Pair: TypeAlias = tuple[float, float]
Twin: TypeAlias = Iterator[tuple[Pair, Pair]]


class Ground(Protocol):
    """What a twin may ask."""

    def gradient(self, k: int, x: float, y: float) -> Pair: ...

    def hessian(self, x: float, y: float) -> tuple[Pair, Pair]: ...


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


def nesterov(ground: Ground, theta: Pair, lr: float, momentum: float) -> Twin:
    """Algorithm 8.3."""
    v = [0.0, 0.0]
    for k in count():
        interim = [theta[i] + momentum * v[i] for i in range(2)]
        g = ground.gradient(k, *interim)
        yield theta, g
        for i in range(2):
            v[i] = momentum * v[i] - lr * g[i]
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
    """Algorithm 8.8 with the damping of equation 8.28; the inverse of the matrix, written out."""
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
    """Algorithm 8.6. Without a gradient so far there is nothing to divide."""
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
    """Algorithm 2 of Loshchilov and Hutter (2019), the schedule's multiplier and α in one as lr."""
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


TWINS: dict[str, Callable[..., Twin]] = {
    "adam": adam,
    "momentum": momentum,
    "nesterov": nesterov,
    "newton": newton,
    "sgd": sgd,
    "adadelta": adadelta,
    "adagrad": adagrad,
    "adamw": adamw,
    "amsgrad": amsgrad,
    "lion": lion,
    "rmsprop": rmsprop,
    "rmsprop_nesterov": rmsprop_nesterov,
}
