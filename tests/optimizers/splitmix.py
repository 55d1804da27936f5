"""The noise in plain Python integers: SplitMix64 (Steele, Lea, Flood, 2014), Box and Muller (1958)."""

import math

MASK = 2**64 - 1
GAMMA = 0x9E3779B97F4A7C15


class SplitMix64:
    """The published generator: a counter and a finalizer."""

    def __init__(self, seed: int) -> None:
        self.state = seed & MASK

    def next(self) -> int:
        self.state = (self.state + GAMMA) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


def normals(seed: int, steps: int) -> list[tuple[float, float]]:
    """The draws of the steps 0, 1, ... of a seed.

    The first output of a generator with the seed is the finalized state from which a second one starts; two of its
    outputs are used per step. The counter is read before it is advanced, so the second one starts a step earlier.
    """
    generator = SplitMix64(SplitMix64(seed).next() - GAMMA)
    pairs = []
    for _ in range(steps):
        first, second = generator.next() >> 11, generator.next() >> 11
        r = math.sqrt(-2 * math.log((first + 1) / 2**53))
        angle = 2 * math.pi * (second / 2**53)
        pairs.append((r * math.cos(angle), r * math.sin(angle)))
    return pairs
