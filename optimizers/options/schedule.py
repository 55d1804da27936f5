"""Learning rate schedules (section 8.3.1): the factor of the learning rate in step k = 1, 2, ..."""

import math

import numpy as np

from landscapes import Parameter
from landscapes.tools.arguments import Floats, whole
from optimizers.options.option import Kind, Option

FINAL = Parameter("final", "", 0.01, 1e-4, 1.0, "log", at_least=0.0, at_most=1e6, meaning="final / initial rate")
OVER = Parameter("over", r"\tau", 100.0, 1.0, 10_000.0, "log", at_least=1.0, at_most=1e7, meaning="steps of decay")
EVERY = Parameter("every", "", 100.0, 1.0, 10_000.0, "log", 1.0, 1e7, integer=True, meaning="every so many steps")
DROP = Parameter("drop", "", 0.5, 0.1, 1.0, at_least=0.0, at_most=1e6, meaning="multiply by")
FIRST = Parameter("first", "", 0.04, 1e-3, 1.0, "log", at_least=0.0, at_most=1.0, meaning="first / highest rate")
LAST = Parameter("final", "", 4e-6, 1e-6, 1.0, "log", at_least=0.0, at_most=1e6, meaning="final / highest rate")
CYCLE = Parameter("over", r"\tau", 100.0, 1.0, 10_000.0, "log", at_least=1.0, at_most=1e7, meaning="steps of the cycle")
RISE = Parameter("rise", "", 0.3, 0.0, 1.0, at_least=0.0, at_most=1.0, meaning="share of steps that rise")
LOW = Parameter("low", "", 0.01, 1e-4, 1.0, "log", at_least=0.0, at_most=1.0, meaning="lowest / highest rate")
PERIOD = Parameter(
    "period", "", 50.0, 1.0, 10_000.0, "log", 1.0, 1e7, integer=True, meaning="steps to the first restart"
)
LONGER = Parameter(
    "longer", "", 1.0, 1.0, 4.0, at_least=1, at_most=1000, integer=True, meaning="factor of the next period"
)
POWER = Parameter("power", "p", 1.0, 0.5, 4.0, at_least=0.0, at_most=1e6, meaning="power")
UP = Parameter("up", "", 50.0, 1.0, 10_000.0, "log", 1.0, 1e7, integer=True, meaning="steps up, and as many down")
WARMUP = Parameter("warmup", "", 0.0, 0.0, 1000.0, at_least=0, at_most=1e7, integer=True, meaning="steps of warm-up")

MOST_FACTORS = 10_000_001  # for the longest possible run

SCHEDULES: dict[str, Kind] = {
    "constant": Kind("constant", (WARMUP,)),
    "linear": Kind("linear, then constant", (FINAL, OVER, WARMUP)),
    "inverse": Kind("one over k", (OVER, WARMUP)),
    "exponential": Kind("exponential", (FINAL, OVER, WARMUP)),
    "step": Kind("in steps", (DROP, EVERY, WARMUP)),
    "cosine": Kind("cosine", (FINAL, OVER, WARMUP)),
    "warm_restarts": Kind("cosine with warm restarts", (LOW, PERIOD, LONGER, WARMUP)),
    "polynomial": Kind("polynomial, to zero", (POWER, OVER, WARMUP)),
    "one_cycle": Kind("one cycle", (FIRST, RISE, LAST, CYCLE, WARMUP)),
    "triangular": Kind("triangular", (LOW, UP, WARMUP)),
}


class Schedule(Option):
    """A schedule for `trace` and `race`; see `schedule`."""

    option, kinds, example = "schedule", SCHEDULES, 'optimizers.schedule("cosine", over=100)'

    def factors(self, count: int) -> Floats:
        """The factors of the first steps, shape (count,); the learning rate of step k is lr · factors[k - 1]."""
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
                return fall(1.0, final, done)
            case "warm_restarts":
                since, length = since_restart(k, values["period"], values["longer"])
                return fall(1.0, values["low"], since / length)
            case "polynomial":
                return (1 - done) ** values["power"]
            case "one_cycle":
                top, end = values["rise"] * over - 1, over - 1
                rising, falling = between(0.0, top, k), between(top, end, k)
                return np.where(k <= top, fall(values["first"], 1.0, rising), fall(1.0, final, falling))
            case "triangular":
                away = np.abs(k % (2 * values["up"]) / values["up"] - 1)  # distance from the top: 1 at both ends
                return values["low"] + (1 - values["low"]) * (1 - away)
            case _:
                return np.ones_like(k)

    @property
    def sums(self) -> tuple[bool, bool]:
        """Whether Σ εₖ is infinite, and whether Σ εₖ² is finite: equations 8.12 and 8.13."""
        values = dict(self.values)
        match self.kind:
            case "inverse":
                return True, True
            case "exponential" | "step":
                fades = values.get("final", values.get("drop", 1.0)) < 1
            case "polynomial":
                fades = values["power"] > 0
            case _:
                fades = values.get("final", 1.0) == 0
        return not fades, fades

    @property
    def robbins_monro(self) -> bool:
        """Whether both sums meet the conditions that suffice for SGD to converge under noise."""
        return all(self.sums)


def fall(high: float, low: float, done: Floats) -> Floats:
    """Cosine interpolation from `high` to `low` over half a period; `done` is the fraction, from 0 to 1."""
    return low + (high - low) * (1 + np.cos(math.pi * done)) / 2


def between(begin: float, end: float, k: Floats) -> Floats:
    """The fraction of the interval from `begin` to `end` up to k: 0 before, 1 after."""
    way = end - begin
    return np.clip((k - begin) / way, 0.0, 1.0) if way > 0 else np.where(k < end, 0.0, 1.0)


def since_restart(k: Floats, period: float, longer: float) -> tuple[Floats, Floats | float]:
    """The steps since the last restart, and the steps from that restart to the next; k = 0, 1, 2, ...

    >>> since_restart(np.arange(8.0), 2.0, 2.0)[0].tolist()
    [0.0, 1.0, 0.0, 1.0, 2.0, 3.0, 0.0, 1.0]
    """
    if longer == 1:
        return k % period, period
    restarts, lengths = [0.0], [period]
    while restarts[-1] + lengths[-1] < len(k):
        restarts.append(restarts[-1] + lengths[-1])
        lengths.append(lengths[-1] * longer)
    which = np.searchsorted(restarts, k, "right") - 1
    return k - np.array(restarts)[which], np.array(lengths)[which]


def schedule(kind: str, **values: float) -> Schedule:
    """A learning rate schedule: step k uses lr · φ(k - 1), after a linear warm-up of `warmup` steps, if any.

    - "constant": φ(k) = 1
    - "linear": φ(k) = (1 - a) + a · final with a = min(k / over, 1): equation 8.14
    - "inverse": φ(k) = 1 / (1 + k / over): Robbins, Monro (1951)
    - "exponential": φ(k) = final^(k / over)
    - "step": φ(k) = drop^⌊k / every⌋
    - "cosine": φ(k) = final + (1 - final)(1 + cos(π a)) / 2: Loshchilov, Hutter (2017), equation 5, one period

    - "warm_restarts": repeated cosines from 1 to low: φ(k) = low + (1 - low)(1 + cos(π j / T)) / 2, j steps after the
      last restart. T is `period` up to the first restart and grows by the factor `longer` at each one: equation 5 of
      the same paper, with its restarts; `CosineAnnealingWarmRestarts(T_0=period, T_mult=longer)`
    - "polynomial": φ(k) = (1 - a)^power: `PolynomialLR(total_iters=over)`
    - "one_cycle": half a cosine from first up to 1, reached at step rise · over, and one down to final, reached at step
      over and kept: Smith, Topin (2018), arXiv:1708.07120, with the cosines of `OneCycleLR(max_lr=lr,
      total_steps=over, pct_start=rise, div_factor=1 / first, final_div_factor=first / final)`; the rate alone, since
      momentum does not change
    - "triangular": linear from low to 1 in `up` steps, back in as many, and repeated: Smith (2017), arXiv:1506.01186,
      section 3.1; `CyclicLR(base_lr=low · lr, max_lr=lr, step_size_up=up)`

    With `warmup` = w, step k <= w uses lr · k / w, and the shape starts after it.

    Raises:
        KeyError: Unknown kind; the message lists the choices.
        TypeError, ValueError: The kind has no such parameter, or its value is not allowed.

    >>> schedule("linear", final=0.0, over=4).factors(6).tolist()
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    >>> schedule("inverse").robbins_monro, schedule("cosine").robbins_monro
    (True, False)
    """
    return Schedule(kind, tuple(values.items()))
