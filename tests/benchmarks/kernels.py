"""The compiled optimizers against the same loop written by hand in C.

    python -m tests.benchmarks.kernels

Every discovered optimizer without a line search runs on every surface that has a twin in kernels.c, with settings so
small that it uses its whole budget without denormals; before timing, both must write the same record. The time of a
step is (time of a call with STEPS steps - time of a call with 0 steps) / STEPS, for both sides alike, from medians of
interleaved repeats; it includes the loop and the recorded rows, but not the call from Python into the kernel. That call
is reported separately, as is `optimizers.trace` as a whole. The last line is one JSON object.
"""

import ctypes
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import geometric_mean, median
from typing import Any

import numpy as np

import landscapes
import optimizers
from landscapes import Landscape
from optimizers import Optimizer
from optimizers._trajectory import run_config
from optimizers.engine import rules
from optimizers.engine.loop import COLUMNS

SOURCE = Path(__file__).with_name("kernels.c")
STEPS = 2000
REPEATS = 61
LEAST_SURFACES = 6

# So small that no run comes to rest, leaves the box or underflows within STEPS.
SETTINGS: dict[str, dict[str, float]] = {
    "sgd": {"lr": 1e-7},
    "momentum": {"lr": 1e-7},
    "nesterov": {"lr": 1e-7},
    "adam": {"lr": 1e-6},
    "newton": {"lr": 1e-4},
    "adagrad": {"lr": 1e-6},
    "rmsprop": {"lr": 1e-6},
    "rmsprop_nesterov": {"lr": 1e-7},
    "adadelta": {"lr": 1e-3},
    "adamw": {"lr": 1e-6},
    "amsgrad": {"lr": 1e-6},
    "lion": {"lr": 1e-6},
    "nadam": {"lr": 1e-6},
    "radam": {"lr": 1e-8},
    "rprop": {"lr": 1e-7, "etaplus": 1.00001},
    "sam": {"lr": 1e-7},
    "schedule_free_adamw": {"lr": 1e-6},
    "schedule_free_sgd": {"lr": 1e-7},
    "damped_newton": {"damping": 1e7, "factor": 1.0 + 1e-5},
    "saddle_free_newton": {"lr": 1e-4},
}

CHILD = """
import time
begin = time.perf_counter()
import landscapes, optimizers
imported = time.perf_counter()
for ground in map(landscapes.get, landscapes.names()):
    for runner in map(optimizers.get, optimizers.names()):
        optimizers.trace(ground, runner, steps=10)
print(imported - begin, time.perf_counter() - imported)
"""


def compiled_c(folder: Path) -> ctypes.CDLL:
    """kernels.c as a shared library."""
    gcc = shutil.which("gcc")
    if gcc is None:
        raise SystemExit("this benchmark compiles kernels.c and needs gcc: apt-get install gcc libc6-dev")
    library = folder / "kernels.so"
    # Without the last flag GCC packs the scalars of a jet into vectors, which makes C up to a third slower.
    flags = ["-O3", "-march=native", "-fno-tree-slp-vectorize"]
    command = [gcc, *flags, "-Wall", "-shared", "-fPIC", str(SOURCE), "-o", str(library), "-lm"]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(library))


def twins(library: ctypes.CDLL) -> tuple[list[str], list[str]]:
    """The optimizers and surfaces to measure; an optimizer without a twin is an error."""
    timed = [name for name, (method, _) in optimizers.methods().items() if not method.counts]
    missing = [n for n in timed if not hasattr(library, f"trace_{n}") or n not in SETTINGS]
    if missing:
        raise SystemExit(f"write trace_<name> in {SOURCE.name} and SETTINGS for: {', '.join(missing)}")
    surfaces = [name for name in landscapes.names() if hasattr(library, f"surface_{name}")]
    if len(surfaces) < LEAST_SURFACES:
        raise SystemExit(f"{SOURCE.name} has {len(surfaces)} of the surfaces; at least {LEAST_SURFACES} are needed")
    return timed, surfaces


def pair(library: ctypes.CDLL, ground: Landscape, runner: Optimizer) -> list[Callable[[int], tuple[int, Any]]]:
    """Two functions of the number of steps, ours and C's. Each returns the kernel's result, and its record."""
    x, y = ground.start
    theirs = getattr(library, f"trace_{runner.name}")
    library.measure.argtypes = [ctypes.c_double, ctypes.c_double]
    library.measure(ground.infimum, rules.radius(ground))
    pointer, real, whole = ctypes.c_void_p, ctypes.c_double, ctypes.c_int64
    theirs.restype = whole
    theirs.argtypes = [pointer, pointer, real, real, pointer, whole, real, ctypes.c_uint64, pointer]
    surface = ctypes.cast(getattr(library, f"surface_{ground.name}"), pointer)
    records = [np.zeros((STEPS + 1, COLUMNS)) for _ in range(2)]
    kernel, values, hyper, jet = runner.method.trace, ground.packed, runner.packed, ground.address
    plain = run_config(ground, runner, STEPS)
    where = [array.ctypes.data for array in (values, hyper, records[1])]

    def ours(n: int) -> tuple[int, Any]:
        return kernel(jet, values, x, y, hyper, plain._replace(n=n), records[0]), records[0]

    def in_c(n: int) -> tuple[int, Any]:
        return theirs(surface, where[0], x, y, where[1], n, 0.0, 0, where[2]), records[1]

    return [ours, in_c]


def check(name: str, sides: list[Callable[[int], tuple[int, Any]]]) -> None:
    """Check that both sides use all the steps and write the same record."""
    (our_code, record), (c_code, reference) = (side(STEPS) for side in sides)
    if our_code != 8 * STEPS or c_code != 8 * STEPS:
        raise SystemExit(f"{name}: the run ended early: {divmod(our_code, 8)} here, {divmod(c_code, 8)} in C")
    apart = np.max(np.abs(record - reference) / (1 + np.abs(reference)))
    if not apart <= 1e-9:
        raise SystemExit(f"{name}: the records are {apart:.1e} apart")
    if np.any((record != 0) & (np.abs(record) < 1e-290)):
        raise SystemExit(f"{name}: the run meets denormals")


def seconds(side: Callable[[int], Any], n: int) -> float:
    """The time of one call."""
    begin = time.perf_counter()
    side(n)
    return time.perf_counter() - begin


def measured(sides: list[Callable[[int], Any]]) -> list[tuple[float, float]]:
    """(seconds per step, seconds per call) of each side, from medians of interleaved repeats."""
    long: list[list[float]] = [[], []]
    short: list[list[float]] = [[], []]
    for _ in range(REPEATS):
        for i, side in enumerate(sides):
            long[i].append(seconds(side, STEPS))
            short[i].append(seconds(side, 0))
    return [((median(long[i]) - median(short[i])) / STEPS, median(short[i])) for i in range(2)]


def start_times() -> dict[str, float]:
    """Seconds until everything is compiled in a new process: with an empty cache folder, then with a full one."""
    times = {}
    with tempfile.TemporaryDirectory() as folder:
        for state in ("cold", "cached"):
            done = subprocess.run(
                [sys.executable, "-c", CHILD],
                env={"NUMBA_CACHE_DIR": folder, "PATH": "/usr/bin:/bin"},
                cwd=SOURCE.parents[2],
                check=True,
                capture_output=True,
                text=True,
            )
            imported, ready = map(float, done.stdout.split())
            times |= {f"{state}_import_s": round(imported, 3), f"{state}_s": round(ready, 3)}
    return times


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        library = compiled_c(Path(folder))
        runners, surfaces = twins(library)
        ratios, crossings, steps = [], [], []
        print(f"ns per recorded step, here / in C = ratio ({STEPS} steps, medians of {REPEATS})\n")
        print(f"{'':17}" + "".join(f"{name:>24}" for name in runners))
        for surface in surfaces:
            cells = []
            for name in runners:
                sides = pair(library, landscapes.get(surface), optimizers.get(name, **SETTINGS[name]))
                check(f"{name} on {surface}", sides)
                (our_time, crossing), (c_time, _) = measured(sides)
                ratios.append(our_time / c_time)
                crossings.append(crossing)
                steps.append(our_time)
                cells.append(f"{our_time * 1e9:9.1f} /{c_time * 1e9:6.1f} ={our_time / c_time:5.2f}")
            print(f"{surface:17}" + "".join(f"{cell:>24}" for cell in cells), flush=True)
    ground = landscapes.get("rosenbrock")
    runner = optimizers.get("sgd", **SETTINGS["sgd"])
    whole = [seconds(lambda n: optimizers.trace(ground, runner, steps=n), 0) for _ in range(REPEATS * 10)]
    summary = {
        "ratio_to_c": round(geometric_mean(ratios), 3),
        "worst_ratio_to_c": round(max(ratios), 3),
        "ns_per_step": round(geometric_mean(steps) * 1e9, 1),
        "kernel_call_us": round(median(crossings) * 1e6, 1),
        "trace_call_us": round(median(whole) * 1e6, 1),
        "optimizers": len(runners),
        "surfaces": len(surfaces),
        **start_times(),
    }
    print()
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
