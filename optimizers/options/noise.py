"""Gradient noise from a counter-based generator: the draw of a step depends only on the seed and the step.

So every lane of a race has the same noise, in any order and in any thread, and a shorter run is a prefix of a longer
one.
"""

from landscapes import Parameter
from optimizers.options.option import Kind, Option

SCALE = Parameter("scale", r"\sigma", 0.0, 1e-3, 100.0, "log", at_least=0.0, meaning="scale of the noise")
FREEDOM = Parameter("freedom", r"\nu", 3.0, 1.0, 100.0, "log", 0.1, 1e6, meaning="degrees of freedom")
BATCH = Parameter("batch", "m", 8.0, 1.0, 64.0, "log", 1.0, 1e4, integer=True, meaning="examples in a batch")
DRAWN = Parameter(
    "drawn",
    "",
    0.0,
    0.0,
    2.0,
    at_least=0,
    at_most=2,
    integer=True,
    meaning="order of the examples",
    choices=("reshuffled", "shuffled_once", "with_replacement"),
    labels=("reshuffled", "shuffled once", "with replacement"),
)

NOISES: dict[str, Kind] = {
    "gaussian": Kind("Gaussian noise", (SCALE,)),
    "student": Kind("heavy-tailed noise", (SCALE, FREEDOM)),
    "minibatch": Kind("minibatches", (BATCH, DRAWN)),
}


class Noise(Option):
    """Noise for `trace` and `race`; see `noise`."""

    option, kinds, example = "noise", NOISES, 'optimizers.noise("gaussian", 0.5)'

    @property
    def disturbs(self) -> bool:
        """Whether it changes gradients at all; with scale 0 it does not."""
        return self.kind == "minibatch" or self["scale"] > 0


def noise(kind: str, scale: float | None = None, **values: float | str) -> Noise:
    """Noise in every gradient that a method evaluates; the draw of a step depends only on the seed and the step.

    - "gaussian": g + scale · N(0, I)
    - "student": g + scale · t, with t of a bivariate Student distribution of `freedom` degrees of freedom; its tails
      are heavy, and at 2 degrees or fewer its variance is infinite
    - "minibatch": for landscapes learned from data, the gradient of the mean loss over a `batch` of examples. `drawn`
      is "reshuffled" (new order in every epoch), "shuffled_once" (same order) or "with_replacement".

    Raises:
        KeyError: Unknown kind; the message lists the choices.
        TypeError, ValueError: The kind has no such parameter, or its value is not allowed.

    >>> noise("gaussian", 0.5)["scale"], noise("minibatch", batch=4, drawn="with_replacement").values
    (0.5, (('batch', 4.0), ('drawn', 2.0)))
    """
    parameters = values if scale is None else {"scale": scale, **values}
    return Noise(kind, tuple(parameters.items()))  # type: ignore[arg-type]
