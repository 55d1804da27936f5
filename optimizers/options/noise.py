"""Gradient noise, drawn from a counter: the draw of a step depends on the seed and the step alone.

So every lane of a race meets the same noise, in any order, in any thread, and a shorter run is the beginning of a
longer one.
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
        """Whether it changes a gradient at all: at the scale 0 it does not."""
        return self.kind == "minibatch" or self["scale"] > 0


def noise(kind: str, scale: float | None = None, **values: float | str) -> Noise:
    """Noise in every gradient a method asks for; the draw of a step depends on the seed and the step alone.

    - "gaussian": g + scale · N(0, I)
    - "student": g + scale · t, with t of a bivariate Student distribution of `freedom` degrees of freedom; its tails
      are heavy, and at 2 degrees or fewer its variance is infinite
    - "minibatch": for landscapes made of data, the gradient of the mean loss over a `batch` of the examples. `drawn` is
      "reshuffled" (every epoch in a new order), "shuffled_once" (every epoch in the same) or "with_replacement".

    Raises:
        KeyError: an unknown kind; the message names the choices.
        TypeError, ValueError: a number that the kind does not have, or that makes no sense.

    >>> noise("gaussian", 0.5)["scale"], noise("minibatch", batch=4, drawn="with_replacement").values
    (0.5, (('batch', 4.0), ('drawn', 2.0)))
    """
    given = values if scale is None else {"scale": scale, **values}
    return Noise(kind, tuple(given.items()))  # type: ignore[arg-type]
