"""The configuration of a run, besides its method and its landscape, as the compiled loops read it."""

from typing import Any, NamedTuple

from landscapes.tools.compiler import VALUES, device_function, float64, types
from optimizers.engine.rules import MEASURE, Measure


class RunConfig(NamedTuple):
    """The configuration of a run; the type is the same for every method.

    Attributes:
        n: Step budget.
        rates: Factors of the learning rate in the first steps; the last one holds for all later steps.
        clip, threshold: See `optimizers.engine.clipping`; 0 for none, negative if the step is clipped.
        noise: Address of a kernel of `optimizers.engine.noise`, which disturbs the gradients; 0 for none.
        scale, freedom, batch, drawn: Parameters of the noise.
        seed: Seed of the noise.
        example: Address of the kernel of one example's loss.
        deck: Buffer for the order of the examples; see `optimizers.engine.noise.example`.
        measure: Scales of "at rest" on this landscape; see `optimizers.engine.rules`.
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
