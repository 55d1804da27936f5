"""The sweep engine against jax, NumPy and C.

    python -m tests.benchmarks.sweep

A heat map of 256 x 256 runs of 500 steps on Rosenbrock's valley, over the learning rate and the (first) decay, is
computed with `optimizers.sweep`, with `jax.vmap` under jit, with NumPy vectorised over all runs, and in C. Each may use
two threads, in double precision; repeats are interleaved, and the best time counts, because others may use the machine
too. NumPy by itself does not use the second thread, so it is measured once more with the runs halved by hand. All must
have the same losses. The others have no rules: they take every step of every run and return the last loss, and the C
code is compiled with fused multiply-add, so it rounds differently. It also measures the time of a basin map of
512 x 512 starts and 300 steps on Himmelblau's function, with all results of a sweep.

The last line is one JSON object: vs_jax, vs_numpy, vs_numpy_halved, vs_c and adam_vs_jax are our time over theirs.
"""

import ctypes
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import optimizers
from optimizers import Lane, Race

SOURCE = Path(__file__).with_name("sweep.c")
SIDE, STEPS, START, THREADS = 256, 500, (-1.5, 2.3), 2
BASINS, BASIN_STEPS = 512, 300
REPEATS = 40

RATES = {"momentum": np.geomspace(1e-5, 1e-2, SIDE), "adam": np.geomspace(1e-4, 0.01, SIDE)}
DECAYS = np.linspace(0.0, 0.99, SIDE)
BASIN_METHODS = ("sgd", "momentum", "nesterov", "newton")
BETA2, EPS = 0.999, 1e-8

jax.config.update("jax_enable_x64", True)
POOL = ThreadPoolExecutor(THREADS)

Grid = Any
Heat = Callable[[Grid, Grid], Grid]


def slopes(x: Any, y: Any) -> tuple[Any, Any]:
    """The gradient of Rosenbrock's valley."""
    w = y - x * x
    return -2 * (1 - x) - 400 * x * w, 200 * w


def losses(x: Any, y: Any) -> Any:
    """The value of Rosenbrock's valley."""
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def momentum_step(state: tuple[Any, ...], lr: Any, alpha: Any) -> tuple[Any, ...]:
    """A step for arrays of jax and of NumPy."""
    x, y, vx, vy = state
    gx, gy = slopes(x, y)
    vx, vy = alpha * vx - lr * gx, alpha * vy - lr * gy
    return x + vx, y + vy, vx, vy


def adam_step(k: Any, state: tuple[Any, ...], lr: Any, beta1: Any) -> tuple[Any, ...]:
    """A step in jax."""
    x, y, sx, sy, rx, ry = state
    gx, gy = slopes(x, y)
    sx, sy = beta1 * sx + (1 - beta1) * gx, beta1 * sy + (1 - beta1) * gy
    rx, ry = BETA2 * rx + (1 - BETA2) * gx * gx, BETA2 * ry + (1 - BETA2) * gy * gy
    share1, share2 = 1 - beta1**k, 1 - BETA2**k
    x = x - lr * (sx / share1) / (jnp.sqrt(rx / share2) + EPS)
    y = y - lr * (sy / share1) / (jnp.sqrt(ry / share2) + EPS)
    return x, y, sx, sy, rx, ry


def in_jax(name: str) -> Heat:
    """One run as anyone would write it, vectorised over both axes and compiled."""

    def one(lr: Any, decay: Any) -> Any:
        def body(k: Any, state: tuple[Any, ...]) -> tuple[Any, ...]:
            return momentum_step(state, lr, decay) if name == "momentum" else adam_step(k + 1.0, state, lr, decay)

        zeros = (0.0,) * (2 if name == "momentum" else 4)
        state = jax.lax.fori_loop(0, STEPS, body, (*START, *zeros))
        return losses(state[0], state[1])

    heat = jax.jit(jax.vmap(jax.vmap(one, (None, 0)), (0, None)))
    return lambda lr, decay: np.asarray(heat(lr, decay))


def in_numpy(rates: Grid, decays: Grid) -> Grid:
    """All runs in one array."""
    lr, alpha = np.meshgrid(rates, decays, indexing="ij")
    state = tuple(np.full(lr.shape, number) for number in (*START, 0.0, 0.0))
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(STEPS):
            state = momentum_step(state, lr, alpha)
        return losses(state[0], state[1])


def in_numpy_halved(rates: Grid, decays: Grid) -> Grid:
    """Half of the runs in each thread."""
    return np.concatenate([*POOL.map(lambda half: in_numpy(half, decays), np.array_split(rates, THREADS))])


def in_c(folder: Path) -> Heat:
    """The same halves, with a shared library."""
    gcc = shutil.which("gcc")
    if gcc is None:
        raise SystemExit("this benchmark compiles sweep.c and needs gcc: apt-get install gcc libc6-dev")
    library = folder / "sweep.so"
    subprocess.run([gcc, "-O3", "-march=native", "-shared", "-fPIC", str(SOURCE), "-o", str(library)], check=True)
    function = ctypes.CDLL(str(library)).sweep_momentum
    array = np.ctypeslib.ndpointer(np.float64, flags="C")
    function.argtypes = [ctypes.c_int64] * 2 + [ctypes.c_double] * 2 + [array] * 3
    function.restype = None

    def heat(rates: Grid, decays: Grid) -> Grid:
        lr, alpha = (np.ascontiguousarray(grid).ravel() for grid in np.meshgrid(rates, decays, indexing="ij"))
        loss = np.empty_like(lr)

        def half(part: slice) -> None:
            function(len(lr[part]), STEPS, *START, lr[part], alpha[part], loss[part])

        list(POOL.map(half, (slice(0, len(lr) // 2), slice(len(lr) // 2, None))))
        return loss.reshape(len(rates), len(decays))

    return heat


def ours(name: str) -> Heat:
    """The sweep engine with the same runs."""
    race = Race("rosenbrock", (Lane(name),), START, steps=STEPS)
    decay = "momentum" if name == "momentum" else "beta1"

    def heat(rates: Grid, decays: Grid) -> Grid:
        return optimizers.sweep(race, over={"lr": rates, decay: decays}, want=["loss"], executor=POOL).loss

    return heat


def check(name: str, results: dict[str, Grid]) -> None:
    """Check that the losses agree, except for runs that diverge or in which rounding errors grow."""
    our_result = results["here"]
    for peer, loss in results.items():
        calm = np.isfinite(loss) & (loss < 1e3)
        same = np.isclose(our_result[calm], loss[calm], rtol=1e-6, atol=1e-9)
        if same.mean() < 0.95:
            raise SystemExit(f"{name}: only {same.mean():.1%} of the losses are those of {peer}")


def seconds(heat: Callable[..., Any], *arguments: Any) -> float:
    """The time of one call."""
    begin = time.perf_counter()
    heat(*arguments)
    return time.perf_counter() - begin


def compared(name: str, peers: dict[str, Heat]) -> dict[str, float]:
    """Seconds of every peer, the best of interleaved repeats."""
    grid = RATES[name], DECAYS
    check(name, {peer: heat(*grid) for peer, heat in peers.items()})
    times: dict[str, list[float]] = {peer: [] for peer in peers}
    for _ in range(REPEATS):
        for peer, heat in peers.items():
            times[peer].append(seconds(heat, *grid))
    best = {peer: min(some) for peer, some in times.items()}
    print(f"{name}: {SIDE} x {SIDE} runs, {STEPS} steps, {THREADS} threads")
    for peer, one in best.items():
        print(f"  {peer:13}{one * 1e3:8.1f} ms {one / SIDE**2 / STEPS * 1e9:7.2f} ns a step")
    return best


def basins(name: str) -> float:
    """Seconds for all results of a basin map, with the sweep's default executor."""
    race = Race("himmelblau", (Lane(name),), (0.0, 0.0), steps=BASIN_STEPS)
    nodes = np.linspace(-5.0, 5.0, BASINS)
    optimizers.sweep(race, over={"x": nodes[:3], "y": nodes[:3]})
    best = min(seconds(lambda: optimizers.sweep(race, over={"x": nodes, "y": nodes})) for _ in range(3))
    print(f"  {name:10}{best * 1e3:8.1f} ms")
    return best


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        peers = {"here": ours("momentum"), "jax": in_jax("momentum"), "C": in_c(Path(folder))}
        heat = compared("momentum", peers | {"NumPy": in_numpy, "NumPy, halved": in_numpy_halved})
    adam = compared("adam", {"here": ours("adam"), "jax": in_jax("adam")})
    print(f"basins: {BASINS} x {BASINS} starts, {BASIN_STEPS} steps, Himmelblau")
    worst = max(map(basins, BASIN_METHODS))
    summary = {
        "vs_jax": round(heat["here"] / heat["jax"], 3),
        "vs_numpy": round(heat["here"] / heat["NumPy"], 3),
        "vs_numpy_halved": round(heat["here"] / heat["NumPy, halved"], 3),
        "vs_c": round(heat["here"] / heat["C"], 2),
        "adam_vs_jax": round(adam["here"] / adam["jax"], 3),
        "heat_ms": round(heat["here"] * 1e3, 1),
        "ns_per_step": round(heat["here"] / SIDE**2 / STEPS * 1e9, 2),
        "basins_full_s": round(worst, 3),
    }
    print()
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
