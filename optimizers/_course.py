"""What decides a run beside its method and its landscape, as the compiled loops read it."""

from typing import Any, NamedTuple

from landscapes._kernel import VALUES, float64, inlined, types
from optimizers._rules import MEASURE, Measure


class Course(NamedTuple):
    """The same for every method.

    Attributes:
        n: the budget of steps.
        rates: the shares of the learning rate that the first steps use; the last one holds for all later steps.
        clip, threshold: see `optimizers._clip`; 0 for none, negative where it is the step that is clipped.
        noise: the address of what disturbs a gradient, one of the kernels in `optimizers._noise`; 0 for nothing.
        scale, freedom, batch, drawn: of the noise.
        seed: of the noise.
        example: the address of the kernel of one example's loss.
        deck: room for the order of the examples; see `optimizers._noise.example`.
        measure: what "at rest" is measured by on this landscape; see `optimizers._rules`.
    """

    n: int
    rates: Any
    clip: int
    threshold: float
    noise: int
    scale: float
    freedom: float
    batch: int
    drawn: int
    seed: Any
    example: int
    deck: Any
    measure: Measure


COURSE = types.NamedTuple(
    (
        *(types.int64, VALUES, types.int64, float64, types.int64, float64, float64, types.int64, types.int64),
        *(types.uint64, types.int64, types.int64[::1], MEASURE),
    ),
    Course,
)


@inlined
def seeded(course: Course, seed: Any) -> Course:
    """The same course with another seed."""
    return Course(
        course.n,
        course.rates,
        course.clip,
        course.threshold,
        course.noise,
        course.scale,
        course.freedom,
        course.batch,
        course.drawn,
        seed,
        course.example,
        course.deck,
        course.measure,
    )
