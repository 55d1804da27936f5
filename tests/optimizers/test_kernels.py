"""The kernels that are compiled before a race, and in the background."""

import landscapes
from landscapes.jets import EXAMPLE, SURFACE
from optimizers import Race, methods
from optimizers.engine.batched import BATCHED_LOOP
from optimizers.kernels import all_kernels, kernels_of_race


def test_a_race_needs_the_examples_of_its_surface() -> None:
    surface, _ = landscapes.surfaces()["linear_regression"]
    kernels = kernels_of_race(Race("linear_regression", (), surface.start))
    assert (surface.kernel, SURFACE) in kernels
    assert (surface.example, EXAMPLE) in kernels
    assert EXAMPLE not in [signature for _, signature in kernels_of_race(Race("rosenbrock", (), (0.0, 0.0)))]


def test_every_surface_and_its_examples_are_compiled() -> None:
    kernels = list(all_kernels())
    for surface, _ in landscapes.surfaces().values():
        assert (surface.kernel, SURFACE) in kernels
        assert surface.example is None or (surface.example, EXAMPLE) in kernels


def test_what_sweeps_need_is_compiled_last() -> None:
    loops = [(method.batched, BATCHED_LOOP) for method, _ in methods().values() if method.batched]
    assert list(all_kernels())[-len(loops) :] == loops
