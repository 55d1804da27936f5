"""What decides a run beside its method and its landscape, as the compiled loops read it."""

from typing import Any, NamedTuple

from landscapes.tools.compiler import VALUES, device_function, float64, types
from optimizers.engine.rules import MEASURE, Measure


class RunConfig(NamedTuple):
    """The same for every method.

    Attributes:
        n: the budget of steps.
        rates: the shares of the learning rate that the first steps use; the last one holds for all later steps.
        clip, threshold: see `optimizers.engine.clipping`; 0 for none, negative where it is the step that is clipped.
        noise: the address of what disturbs a gradient, one of the kernels in `optimizers.engine.noise`; 0 for nothing.
        scale, freedom, batch, drawn: of the noise.
        seed: of the noise.
        example: the address of the kernel of one example's loss.
        deck: room for the order of the examples; see `optimizers.engine.noise.example`.
        measure: what "at rest" is measured by on this landscape; see `optimizers.engine.rules`.
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


RUN_CONFIG = types.NamedTuple(
    (
        *(types.int64, VALUES, types.int64, float64, types.int64, float64, float64, types.int64, types.int64),
        *(types.uint64, types.int64, types.int64[::1], MEASURE),
    ),
    RunConfig,
)


@device_function
def with_seed(config: RunConfig, seed: Any) -> RunConfig:
    """The same configuration with another seed."""
    return RunConfig(
        config.n,
        config.rates,
        config.clip,
        config.threshold,
        config.noise,
        config.scale,
        config.freedom,
        config.batch,
        config.drawn,
        seed,
        config.example,
        config.deck,
        config.measure,
    )
