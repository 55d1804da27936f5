"""Learning rate schedules (section 8.3.1): the share of the learning rate that step k = 1, 2, ... uses."""

import math

import numpy as np

from landscapes import Parameter
from landscapes._arguments import whole
from landscapes._landscape import Floats
from optimizers._options import Kind, Option

FINAL = Parameter("final", "", 0.01, 1e-4, 1.0, "log", at_least=0.0, at_most=1e6, meaning="final / initial rate")
OVER = Parameter("over", r"\tau", 100.0, 1.0, 10_000.0, "log", at_least=1.0, at_most=1e7, meaning="steps of decay")
EVERY = Parameter("every", "", 100.0, 1.0, 10_000.0, "log", 1.0, 1e7, integer=True, meaning="every so many steps")
DROP = Parameter("drop", "", 0.5, 0.1, 1.0, at_least=0.0, at_most=1e6, meaning="multiply by")
WARMUP = Parameter("warmup", "", 0.0, 0.0, 1000.0, at_least=0, at_most=1e7, integer=True, meaning="steps of warm-up")

MOST_FACTORS = 10_000_001  # those of the longest run there is

SCHEDULES: dict[str, Kind] = {
    "constant": Kind("constant", (WARMUP,)),
    "linear": Kind("linear, then constant", (FINAL, OVER, WARMUP)),
    "inverse": Kind("one over k", (OVER, WARMUP)),
    "exponential": Kind("exponential", (FINAL, OVER, WARMUP)),
    "step": Kind("in steps", (DROP, EVERY, WARMUP)),
    "cosine": Kind("cosine", (FINAL, OVER, WARMUP)),
}


class Schedule(Option):
    """A schedule for `trace` and `race`; see `schedule`."""

    option, kinds, example = "schedule", SCHEDULES, 'optimizers.schedule("cosine", over=100)'

    def factors(self, count: int) -> Floats:
        """The shares for the first steps, shape (count,); the learning rate of step k is lr · factors[k - 1]."""
        count = whole("count", count, 0, MOST_FACTORS)
        warmup = int(self["warmup"])
        k = np.arange(count, dtype=np.float64)
        rising, after = (k[:warmup] + 1) / warmup if warmup else k[:0], k[: max(count - warmup, 0)]
        with np.errstate(under="ignore", over="ignore"):
            return np.concatenate([rising, self._shape(after)])

    def _shape(self, k: Floats) -> Floats:
        values = dict(self.values)
        final, over = values.get("final", 1.0), values.get("over", 1.0)
        done = np.minimum(k / over, 1.0)
        match self.kind:
            case "linear":
                return (1 - done) + done * final
            case "inverse":
                return 1 / (1 + k / over)
            case "exponential":
                return final ** (k / over)
            case "step":
                return values["drop"] ** np.floor(k / values["every"])
            case "cosine":
                return final + (1 - final) * (1 + np.cos(math.pi * done)) / 2
            case _:
                return np.ones_like(k)

    @property
    def sums(self) -> tuple[bool, bool]:
        """Whether Σ εₖ is infinite, and whether Σ εₖ² is finite: equations 8.12 and 8.13."""
        values = dict(self.values)
        if self.kind == "inverse":
            return True, True
        if self.kind in ("exponential", "step"):
            shrinks = values.get("final", values.get("drop", 1.0)) < 1
            return not shrinks, shrinks
        ends = self.kind != "constant" and values["final"] == 0
        return not ends, ends

    @property
    def robbins_monro(self) -> bool:
        """Whether it meets both sums, which are enough for SGD to converge under noise."""
        return all(self.sums)


def schedule(kind: str, **values: float) -> Schedule:
    """A learning rate schedule: step k uses lr · φ(k - 1), after a linear warm-up of so many steps if there is one.

    - "constant": φ(k) = 1
    - "linear": φ(k) = (1 - a) + a · final with a = min(k / over, 1): equation 8.14
    - "inverse": φ(k) = 1 / (1 + k / over): Robbins, Monro (1951)
    - "exponential": φ(k) = final^(k / over)
    - "step": φ(k) = drop^⌊k / every⌋
    - "cosine": φ(k) = final + (1 - final)(1 + cos(π a)) / 2: Loshchilov, Hutter (2017), equation 5, one period

    With `warmup` = w, step k <= w uses lr · k / w, and the shape begins after it.

    Raises:
        KeyError: an unknown kind; the message names the choices.
        TypeError, ValueError: a number that the kind does not have, or that makes no sense.

    >>> schedule("linear", final=0.0, over=4).factors(6).tolist()
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    >>> schedule("inverse").robbins_monro, schedule("cosine").robbins_monro
    (True, False)
    """
    return Schedule(kind, tuple(values.items()))
