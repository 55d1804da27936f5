"""The time of a recorded step, here and in other libraries.

    python -m tests.benchmarks.peers

Gradient descent, momentum and Adam on Rosenbrock's valley, one run, double precision, every iterate recorded: with
`optimizers.trace`, with optax under `jit` and `scan`, with PyTorch and autograd, with NumPy on two-vectors, with SciPy,
and in pure Python. All follow the same path, which is checked. SciPy has none of the three: its BFGS is compared with
ours per iteration, each on its own path. The time of a step is that of a whole run, from the call to the recorded path,
divided by its number of steps; the median of interleaved repeats.

It prints a Markdown table and, as its last line, one JSON object of nanoseconds per step.
"""

import json
import math
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch
from scipy.optimize import minimize

import landscapes
import optimizers

START = (-1.5, 2.3)
STEPS = {"here": 2000, "optax": 2000, "numpy": 2000, "python": 2000, "torch": 200}
REPEATS = 11
SETTINGS: dict[str, dict[str, float]] = {
    "sgd": {"lr": 1e-4},
    "momentum": {"lr": 1e-5, "momentum": 0.9},
    "adam": {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
}
TITLES = {"here": "Slalom", "optax": "optax, jit + scan", "numpy": "NumPy", "python": "Python", "torch": "PyTorch"}

jax.config.update("jax_enable_x64", True)
torch.set_num_threads(1)

Path = Any
Walk = Callable[[int], Path]


def valley(point: Any) -> Any:
    """The loss, for automatic differentiation."""
    return (1 - point[0]) ** 2 + 100 * (point[1] - point[0] ** 2) ** 2


def here(name: str) -> Walk:
    """`optimizers.trace`."""
    ground, runner = landscapes.get("rosenbrock"), optimizers.get(name, **SETTINGS[name])
    return lambda n: optimizers.trace(ground, runner, START, n).path


def in_optax(name: str) -> Walk:
    """The optimizer of optax, with its steps in one compiled scan."""
    values = SETTINGS[name]
    method = {
        "sgd": lambda: optax.sgd(values["lr"]),
        "momentum": lambda: optax.sgd(values["lr"], values["momentum"]),
        "adam": lambda: optax.adam(values["lr"], values["beta1"], values["beta2"], values["eps"]),
    }[name]()
    slope = jax.grad(valley)

    def step(carried: Any, _: Any) -> tuple[Any, Any]:
        point, state = carried
        change, state = method.update(slope(point), state)
        point = optax.apply_updates(point, change)
        return (point, state), point

    @jax.jit
    def steps(point: Any) -> Any:
        return jax.lax.scan(step, (point, method.init(point)), None, STEPS["optax"])[1]

    def walk(n: int) -> Path:
        assert n == STEPS["optax"]
        return np.concatenate([[START], np.asarray(steps(jnp.array(START)))])

    return walk


def in_torch(name: str) -> Walk:
    """The optimizer of PyTorch, with autograd."""
    values = SETTINGS[name]

    def walk(n: int) -> Path:
        point = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        if name == "adam":
            method: Any = torch.optim.Adam(
                [point], values["lr"], betas=(values["beta1"], values["beta2"]), eps=values["eps"]
            )
        else:
            method = torch.optim.SGD([point], values["lr"], momentum=values.get("momentum", 0.0))
        path = [START]
        for _ in range(n):
            method.zero_grad()
            valley(point).backward()
            method.step()
            path.append(tuple(point.tolist()))
        return np.array(path)

    return walk


def in_numpy(name: str) -> Walk:
    """The formulas on vectors of length two."""
    values = SETTINGS[name]

    def slope(point: Any) -> Any:
        w = point[1] - point[0] * point[0]
        return np.array([-2 * (1 - point[0]) - 400 * point[0] * w, 200 * w])

    def walk(n: int) -> Path:
        path = np.empty((n + 1, 2))
        path[0] = point = np.array(START)
        first, second = np.zeros(2), np.zeros(2)
        for k in range(1, n + 1):
            g = slope(point)
            if name == "adam":
                beta1, beta2 = values["beta1"], values["beta2"]
                first = beta1 * first + (1 - beta1) * g
                second = beta2 * second + (1 - beta2) * g * g
                root = np.sqrt(second / (1 - beta2**k)) + values["eps"]
                point = point - values["lr"] * (first / (1 - beta1**k)) / root
            else:
                first = values.get("momentum", 0.0) * first - values["lr"] * g
                point = point + first
            path[k] = point
        return path

    return walk


def in_python(name: str) -> Walk:
    """The formulas on Python floats."""
    values = SETTINGS[name]

    def walk(n: int) -> Path:
        (x, y), path = START, [START]
        u = v = r = s = 0.0
        lr, mu = values["lr"], values.get("momentum", 0.0)
        beta1, beta2, eps = values.get("beta1", 0.0), values.get("beta2", 0.0), values.get("eps", 0.0)
        for k in range(1, n + 1):
            w = y - x * x
            gx, gy = -2 * (1 - x) - 400 * x * w, 200 * w
            if name == "adam":
                u, v = beta1 * u + (1 - beta1) * gx, beta1 * v + (1 - beta1) * gy
                r, s = beta2 * r + (1 - beta2) * gx * gx, beta2 * s + (1 - beta2) * gy * gy
                share1, share2 = 1 - beta1**k, 1 - beta2**k
                x -= lr * (u / share1) / (math.sqrt(r / share2) + eps)
                y -= lr * (v / share1) / (math.sqrt(s / share2) + eps)
            else:
                u, v = mu * u - lr * gx, mu * v - lr * gy
                x, y = x + u, y + v
            path.append((x, y))
        return np.array(path)

    return walk


def bfgs_here(_: int) -> Path:
    """A whole run of our BFGS."""
    return optimizers.trace(landscapes.get("rosenbrock"), optimizers.get("bfgs"), START, 300).path


def bfgs_in_scipy(_: int) -> Path:
    """A whole run of SciPy's BFGS, with the exact gradient."""
    path = [np.array(START)]

    def slope(point: Any) -> Any:
        w = point[1] - point[0] ** 2
        return np.array([-2 * (1 - point[0]) - 400 * point[0] * w, 200 * w])

    minimize(valley, START, jac=slope, method="BFGS", callback=lambda xk: path.append(xk.copy()))
    return np.array(path)


def timed(walks: dict[str, Walk]) -> dict[str, float]:
    """Nanoseconds per step of every peer."""
    times: dict[str, list[float]] = {peer: [] for peer in walks}
    for walk in walks.values():
        walk(STEPS["optax"])  # compile
    for _ in range(REPEATS):
        for peer, walk in walks.items():
            begin = time.perf_counter()
            path = walk(STEPS.get(peer, 0))
            times[peer].append((time.perf_counter() - begin) / (len(path) - 1))
    return {peer: median(some) * 1e9 for peer, some in times.items()}


def check(name: str, walks: dict[str, Walk]) -> None:
    """Check that all follow the same path."""
    ours = walks["here"](STEPS["here"])
    for peer, walk in walks.items():
        other = walk(STEPS[peer])
        if not np.allclose(ours[: len(other)], other, rtol=1e-7, atol=1e-9):
            raise SystemExit(f"{name}: {TITLES[peer]} walks another path")


def readable(nanoseconds: float) -> str:
    """A time with its unit."""
    number, unit = (nanoseconds / 1000, "µs") if nanoseconds >= 1000 else (nanoseconds, "ns")
    return f"{number:.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"


def main() -> None:
    """Measure and print."""
    makers = {"here": here, "optax": in_optax, "python": in_python, "numpy": in_numpy, "torch": in_torch}
    rows: dict[str, dict[str, float]] = {}
    for name in SETTINGS:
        walks = {peer: make(name) for peer, make in makers.items()}
        check(name, walks)
        rows[name] = timed(walks)
    bfgs = timed({"here": bfgs_here, "scipy": bfgs_in_scipy})
    print(f"| one recorded step | {' | '.join(TITLES.values())} | SciPy |")
    print(f"|---|{'---|' * (len(TITLES) + 1)}")
    for name, row in rows.items():
        print(f"| {name} | {' | '.join(readable(row[peer]) for peer in TITLES)} | |")
    print(f"| bfgs | {readable(bfgs['here'])} |{' |' * (len(TITLES) - 1)} {readable(bfgs['scipy'])} |")
    table = rows | {"bfgs": bfgs}
    print()
    print(json.dumps({f"{name}_{peer}": round(ns, 1) for name, row in table.items() for peer, ns in row.items()}))


if __name__ == "__main__":
    main()
