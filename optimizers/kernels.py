"""Compilation of all kernels in the background, with its progress.

The first time takes some seconds; later starts read the kernels from the cache.
"""

import threading
import time
from collections.abc import Iterator
from functools import cache

import landscapes
from landscapes import Surface
from landscapes.blur import blur_kernel
from landscapes.jets import EXAMPLE, SAMPLE, SURFACE, sample
from landscapes.tools.compiler import Kernel, is_compiled, prepare
from optimizers._race import Race
from optimizers._registry import methods
from optimizers.engine.averaging import FOLD, fold
from optimizers.engine.batched import BATCHED_LOOP
from optimizers.engine.line_search import AGAIN, again
from optimizers.engine.loop import TRACE
from optimizers.engine.noise import KERNELS, NOISE
from optimizers.engine.packing import PACK, pack
from optimizers.studies.linear import FOLLOW, follow
from optimizers.studies.runs import SEQUENTIAL, sequential
from optimizers.studies.seeds import FAN, fan

PAUSE = 0.05
FIRST_VISIT = 6.0  # seconds during which the first visitor has the processor, before the rest is compiled

# The kernels of averaging, for one run and for many seeds.
AVERAGING: tuple[tuple[Kernel, object], ...] = ((fold, FOLD), (fan, FAN), (follow, FOLLOW))


def _kernels(surface: Surface) -> Iterator[tuple[Kernel, object]]:
    yield surface.kernel, SURFACE
    if surface.example:
        yield surface.example, EXAMPLE


def kernels_of_race(race: Race) -> list[tuple[Kernel, object]]:
    """The kernels of a race, with their signatures."""
    surface, _ = landscapes.surfaces()[race.landscape]
    registered = methods()
    blur = [(blur_kernel(surface), SURFACE)] if race.blur else []
    averaging = AVERAGING if any(lane.average for lane in race.lanes) else ()
    noise = [(KERNELS[race.noise.kind], NOISE)] if race.noise and race.noise.disturbs else []
    loops = [(registered[lane.optimizer][0].trace, TRACE) for lane in race.lanes]
    return [(sample, SAMPLE), (pack, PACK), *_kernels(surface), *blur, *averaging, *noise, *loops]


def progress(race: Race) -> float:
    """The fraction of a race's kernels that are compiled."""
    kernels = kernels_of_race(race)
    return sum(is_compiled(*kernel) for kernel in kernels) / len(kernels)


def all_kernels() -> Iterator[tuple[Kernel, object]]:
    """All kernels with their signatures, those that a race needs first."""
    yield sample, SAMPLE
    yield pack, PACK
    yield from AVERAGING
    yield from ((kernel, NOISE) for kernel in KERNELS.values())
    yield again, AGAIN
    yield from ((method.trace, TRACE) for method, _ in methods().values())
    surfaces = [surface for surface, _ in landscapes.surfaces().values()]
    for surface in surfaces:
        yield from _kernels(surface)
    yield from ((kernel, SURFACE) for kernel in dict.fromkeys(map(blur_kernel, surfaces)))
    yield sequential, SEQUENTIAL
    yield from ((method.batched, BATCHED_LOOP) for method, _ in methods().values() if method.batched)


def load() -> None:
    """Compile all kernels, or read them from the cache, and return when done."""
    for kernel, signature in all_kernels():
        prepare(kernel, signature)


@cache
def warm(first: Race) -> threading.Thread:
    """Start, once, a thread that compiles all kernels, those of `first` before the others."""

    def compile_all() -> None:
        started = time.monotonic()
        for kernel, signature in kernels_of_race(first):
            prepare(kernel, signature)
        if time.monotonic() - started > 1:
            time.sleep(FIRST_VISIT)
        for kernel, signature in all_kernels():
            time.sleep(PAUSE)  # let running races have the processor
            prepare(kernel, signature)

    thread = threading.Thread(target=compile_all, name="kernels", daemon=True)
    thread.start()
    return thread
