"""Compiles every kernel once, in the background, and says how far it is.

The first time ever this takes some seconds; later starts read the cache.
"""

import threading
import time
from collections.abc import Iterator
from functools import cache

import landscapes
import optimizers
from landscapes import Surface
from landscapes._blur import blurring
from landscapes._kernel import EXAMPLE, SAMPLE, SURFACE, Kernel, prepare, ready, sample
from optimizers import Race
from optimizers._abreast import TOGETHER
from optimizers._average import FOLD, fold
from optimizers._descent import TRACE
from optimizers._line_search import AGAIN, again
from optimizers._linear import FOLLOW, follow
from optimizers._many import IN_TURN, in_turn
from optimizers._noise import KERNELS, NOISE
from optimizers._seeds import FAN, fan

PAUSE = 0.05
FIRST_VISIT = 6.0  # seconds that the very first visitor has the processor, before the rest is compiled

# What averages, in one run and over many seeds.
AVERAGING: tuple[tuple[Kernel, object], ...] = ((fold, FOLD), (fan, FAN), (follow, FOLLOW))


def _kernels(surface: Surface) -> Iterator[tuple[Kernel, object]]:
    yield surface.kernel, SURFACE
    if surface.example:
        yield surface.example, EXAMPLE


def needed(race: Race) -> list[tuple[Kernel, object]]:
    """The kernels of a race, with their signatures."""
    surface, _ = landscapes.surfaces()[race.landscape]
    methods = [optimizers.methods()[lane.optimizer][0] for lane in race.lanes]
    blur = [(blurring(surface), SURFACE)] if race.blur else []
    averaging = AVERAGING if any(lane.average for lane in race.lanes) else ()
    noise = [(KERNELS[race.noise.kind], NOISE)] if race.noise and race.noise.disturbs else []
    loops = [(method.trace, TRACE) for method in methods]
    return [(sample, SAMPLE), *_kernels(surface), *blur, *averaging, *noise, *loops]


def progress(race: Race) -> float:
    """The share of a race's kernels that are compiled."""
    kernels = needed(race)
    return sum(ready(*kernel) for kernel in kernels) / len(kernels)


def _everything() -> Iterator[tuple[Kernel, object]]:
    yield sample, SAMPLE
    yield from AVERAGING
    yield from ((kernel, NOISE) for kernel in KERNELS.values())
    yield again, AGAIN
    yield from ((method.trace, TRACE) for method, _ in optimizers.methods().values())
    surfaces = [surface for surface, _ in landscapes.surfaces().values()]
    for surface in surfaces:
        yield from _kernels(surface)
    yield from ((kernel, SURFACE) for kernel in dict.fromkeys(map(blurring, surfaces)))
    yield in_turn, IN_TURN
    yield from ((method.together, TOGETHER) for method, _ in optimizers.methods().values() if method.together)


def load() -> None:
    """Compiles everything, or reads it from the cache, before it returns."""
    for kernel, signature in _everything():
        prepare(kernel, signature)


@cache
def warm(first: Race) -> threading.Thread:
    """Starts, once, to compile everything, the kernels of `first` before the others."""

    def compile_all() -> None:
        begun = time.monotonic()
        for kernel, signature in needed(first):
            prepare(kernel, signature)
        if time.monotonic() - begun > 1:
            time.sleep(FIRST_VISIT)
        for kernel, signature in _everything():
            time.sleep(PAUSE)  # lets those who already race come to their turn
            prepare(kernel, signature)

    thread = threading.Thread(target=compile_all, name="kernels", daemon=True)
    thread.start()
    return thread
