"""Theory of a noisy run in a quadratic bowl: mean and covariance of its iterates and of their averages.

With the gradient H (θ - θ*) + ξ, E ξ = 0, E ξξᵀ = S = s I, independent from step to step, a step of momentum

    v <- α v - εₖ (H (θ - θ*) + ξ),    θ <- θ + v,    θ̂ <- θ̂ + wₖ (θ - θ̂)

(SGD: α = 0) is linear, so the first two moments of (θ, v, θ̂) follow exactly from those before the step. Since S is a
multiple of I, the two eigenvectors of H do not mix: along each of them there are three means and six covariances.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes import Landscape
from landscapes.tools.arguments import Floats, wrong_type
from landscapes.tools.compiler import compiled, float64, prepare, types
from optimizers._race import Lane, Race, lane_of
from optimizers._trajectory import checked_start
from optimizers.options.noise import Noise
from optimizers.studies.seeds import MOST_STEPS, Spread

BEYOND = 1e150  # larger numbers count as infinite: their squares would soon overflow
SAME = 1e-9  # differences below this fraction of the largest value are rounding errors

# (α, curvature, s, distance at the start, rates, shares of the averages, steps, output for the moments)
FOLLOW = types.void(float64, float64, float64, float64, float64[::1], float64[::1], types.int64[::1], float64[:, ::1])


@dataclass(frozen=True, eq=False, kw_only=True)
class Prediction(Spread):
    """The theoretical mean and covariance; see `predicted`.

    Attributes:
        excess: Expected loss above the minimum, tr(HΣ) / 2 + (m - θ*)ᵀ H (m - θ*) / 2, shape (rows,).
        average_excess: The same for the average, or None if the lane has none.
        exact: Whether the landscape is quadratic. If not, everything is for the quadratic that fits its minimum.
    """

    excess: Floats
    average_excess: Floats | None = None
    exact: bool


class Bowl(NamedTuple):
    """A lane in terms of this theory: the minimum, H's eigenvalues and eigenvectors (the columns), ε, α and s."""

    landscape: Landscape
    lane: Lane
    best: Floats
    curvatures: Floats
    axes: Floats
    lr: float
    momentum: float
    variance: float

    @property
    def settles(self) -> bool:
        """Whether the learning rate is constant, and the recursion contracts: 0 < ελ < 2 (1 + α), α < 1."""
        constant = self.lane.schedule is None or dict(self.lane.schedule.values) == {"warmup": 0.0}
        pull = self.lr * self.curvatures
        return constant and self.momentum < 1 and bool((pull > 0).all() and (pull < 2 * (1 + self.momentum)).all())


def predicted(race: Race, lane: int | str, steps: ArrayLike) -> Prediction | None:
    """Mean and covariance, over all possible seeds, of a lane's iterates and of their averages at some steps.

    For SGD and momentum with any schedule and any average, about the landscape's best minimum θ*, by the recursion of
    the first two moments above, with s = scale² for Gaussian noise and scale² ν / (ν - 2) for a Student distribution of
    ν degrees of freedom. Exact for a quadratic; otherwise the Hessian at θ* replaces that of the landscape.

    If the recursion does not contract, its numbers grow, and become infinite once one exceeds 1e150. A real run has
    diverged by then.

    Args:
        race: The race; its seed does not matter.
        lane: One of its lanes, by index or by the name of its optimizer.
        steps: Whole numbers from 0 to 1,000,000, not decreasing, shape (rows,), such as `Seeds.steps`.

    Returns:
        The prediction, with mean (rows, 2) and covariance (rows, 2, 2); or None if the theory does not apply: other
        methods, clipping, minibatches (their covariance depends on θ), a Student distribution of 2 degrees of freedom
        or fewer (its variance is infinite), a landscape without a minimum.

    Raises:
        TypeError, ValueError: Invalid steps, lane or start.
        TypeError, ValueError: steps, a lane or a start that make no sense.

    Example:
        >>> from optimizers import average, noise
        >>> lane = Lane("sgd", (("lr", 0.5),), average=average("uniform"))
        >>> asked = Race("quadratic", (lane,), (1.0, 0.0), (("condition", 1.0),), noise=noise("gaussian", 0.3))
        >>> theory = predicted(asked, 0, [0, 1, 1000])
        >>> theory.exact, theory.mean[1].round(9).tolist(), theory.covariance[2].diagonal().round(9).tolist()
        (True, [0.5, 0.0], [0.03, 0.03])
        >>> theory.average_covariance.shape
        (3, 2, 2)
    """
    at, bowl = checked_steps(steps), bowl_of(race, lane)
    if bowl is None:
        return None
    schedule, average, n = bowl.lane.schedule, bowl.lane.average, int(at[-1])
    rates = bowl.lr * (schedule.factors(n) if schedule else np.ones(n))
    shares = average.shares(n + 1) if average else np.ones(n + 1)
    along = np.empty((2, len(at), 4))
    prepare(follow, FOLLOW)
    for i, distance in enumerate((checked_start(bowl.landscape, race.start) - bowl.best) @ bowl.axes):
        follow(bowl.momentum, bowl.curvatures[i], bowl.variance, distance, rates, shares, at, along[i])
    last, averaged = (_rotate(bowl, *along[..., i : i + 2].T) for i in (0, 2))
    exact = is_quadratic(bowl.landscape, bowl.best)
    if average is None:
        return Prediction(*last[:2], excess=last[2], exact=exact)
    return Prediction(*last[:2], *averaged[:2], excess=last[2], average_excess=averaged[2], exact=exact)


def stationary(race: Race, lane: int | str) -> Floats | None:
    """The stationary covariance (2, 2) of a lane's iterates, at a constant learning rate.

    Along an eigenvector of curvature λ it is εs / (λ (2 - ελ)) for SGD, and with momentum

        εs / (λ (1 - α)) · (1 + α) / (2 (1 + α) - ελ):

    the fixed point of the recursion of `predicted`. For small ε it is εs / (2λ), as in Mandt, Hoffman, Blei (2017),
    Journal of Machine Learning Research 18 (134), 1-35.

    Returns:
        The covariance, or None if `predicted` returns None or there is no stationary distribution: with a schedule or
        a warm-up, and for ελ >= 2 (1 + α), α >= 1, ε = 0 or a flat minimum.

    Example:
        >>> from optimizers import noise
        >>> asked = Race("quadratic", (Lane("sgd", (("lr", 0.5),)),), (1.0, 0.0), noise=noise("gaussian", 0.3))
        >>> np.linalg.eigvalsh(stationary(asked, 0)).round(9).tolist()  # λ = 1 and 1/100
        [0.03, 2.255639098]
    """
    bowl = bowl_of(race, lane)
    if bowl is None or not bowl.settles:
        return None
    pull, more = bowl.lr * bowl.curvatures, 1 + bowl.momentum
    kept = bowl.lr * bowl.variance * more / (bowl.curvatures * (1 - bowl.momentum) * (2 * more - pull))
    return np.asarray((bowl.axes * kept) @ bowl.axes.T)


def one_over_k(race: Race, lane: int | str) -> float | None:
    """The c of the asymptotic excess loss c / k of the uniform average of k iterates: c = tr(H⁻¹S) / 2.

    Polyak, Juditsky (1992), SIAM Journal on Control and Optimization 30, 838-855: k times the covariance of the average
    tends to H⁻¹SH⁻¹ for any learning rate; the excess loss is half the trace of H times that over k. With a burn-in of
    b steps the average at step n is of k = n - b + 1 iterates.

    Returns:
        The constant, or None if `stationary` returns None.

    Example:
        >>> from optimizers import noise
        >>> asked = Race("quadratic", (Lane("sgd", (("lr", 0.5),)),), (1.0, 0.0), noise=noise("gaussian", 0.3))
        >>> round(one_over_k(asked, 0), 9)  # (1 + 100) · 0.09 / 2
        4.545
    """
    bowl = bowl_of(race, lane)
    return float((bowl.variance / bowl.curvatures).sum() / 2) if bowl and bowl.settles else None


def bowl_of(race: Race, lane: int | str) -> Bowl | None:
    """The lane in terms of this theory, or None."""
    chosen = lane_of(race, lane)
    landscape, runner, variance = race.build_landscape(), chosen.build_optimizer(), noise_variance(race.noise)
    if runner.name not in ("sgd", "momentum") or chosen.clip or variance is None or not landscape.minima:
        return None
    best = np.array(landscape.minima[0])
    curvatures, axes = np.linalg.eigh(landscape.hessian(*best))
    values = runner.values
    return Bowl(landscape, chosen, best, curvatures, axes, values["lr"], values.get("momentum", 0.0), variance)


def noise_variance(noise: Noise | None) -> float | None:
    """The s of S = s I; None if the covariance of the noise is infinite or not of this form."""
    if noise is None or not noise.disturbs:
        return 0.0
    if noise.kind == "minibatch" or (noise.kind == "student" and noise["freedom"] <= 2):
        return None
    wider = noise["freedom"] / (noise["freedom"] - 2) if noise.kind == "student" else 1.0
    variance = noise["scale"] * noise["scale"] * wider
    return variance if math.isfinite(variance) else None


def is_quadratic(landscape: Landscape, best: Floats) -> bool:
    """Whether values and curvatures all over the map are those of the quadratic that fits the minimum.

    The points are irregular: a periodic surface may look quadratic at regular ones.
    """
    corners, places = np.array(landscape.domain).T, np.arange(64)[:, None] * ((0.7548776662466927, 0.5698402909980532))
    places = corners[0] + places % 1 * (corners[1] - corners[0])
    (least, *_, fxx, fxy, fyy), jets = landscape.at(*best), landscape.jet(*places.T)
    x, y = (places - best).T
    fits = least + (fxx * x * x + 2 * fxy * x * y + fyy * y * y) / 2, fxx, fxy, fyy
    if not np.isfinite(jets).all():
        return False
    off = [np.abs(jets[:, column] - fit).max() for column, fit in zip((0, 3, 4, 5), fits, strict=True)]
    return bool(off[0] <= SAME * np.abs(jets[:, 0]).max() and max(off[1:]) <= SAME * np.abs(jets[:, 3:]).max())


def checked_steps(steps: ArrayLike) -> NDArray[np.int64]:
    """The steps as an array; raise a ValueError or TypeError if they are invalid."""
    try:
        at = np.asarray(steps)
    except ValueError:  # lists of different lengths
        raise wrong_type("steps", "a list of whole numbers", steps) from None
    if at.ndim != 1 or not at.size or not np.issubdtype(at.dtype, np.integer):
        raise wrong_type("steps", "a list of whole numbers", steps)
    if at[0] < 0 or at[-1] > MOST_STEPS or (np.diff(at) < 0).any():
        raise ValueError(f"steps must be whole numbers from 0 to {MOST_STEPS} that do not fall, not {steps!r}")
    return np.array(at, np.int64)


def _rotate(bowl: Bowl, means: Floats, variances: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean (rows, 2), covariance (rows, 2, 2) and excess loss (rows,), from moments (rows, 2) along the axes."""
    beyond = ~((np.abs(means) <= BEYOND) & (variances <= BEYOND)).all(axis=-1)
    assert isinstance(beyond, np.ndarray)
    m, c = np.where(beyond[:, None], 0.0, means), np.where(beyond[:, None], 0.0, variances)
    with np.errstate(over="ignore", under="ignore"):
        mean = bowl.best + m @ bowl.axes.T
        covariance = (bowl.axes * c[:, None]) @ bowl.axes.T
        excess = (bowl.curvatures * (c + m * m)).sum(axis=1) / 2
    for numbers in (mean, covariance, excess):
        numbers[beyond] = math.inf
    return mean, covariance, excess


@compiled
def follow(
    alpha: float,
    curvature: float,
    s: float,
    distance: float,
    rates: Floats,
    shares: Floats,
    steps: NDArray[np.int64],
    rows: Floats,
) -> None:
    """Compute mean and variance of θ - θ* and of θ̂ - θ* along an eigenvector, at some steps.

    t, v and a stand for θ - θ*, the velocity and θ̂ - θ*; two letters for a covariance; nt for that of the new v and
    the old t.
    """
    t, v, a = distance, 0.0, distance
    tt, tv, vv, at, av, aa = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    k = 0
    for row in range(len(steps)):
        while k < steps[row]:
            pull, w = rates[k] * curvature, shares[k + 1]
            nt = alpha * tv - pull * tt
            na = alpha * av - pull * at
            vv = alpha * alpha * vv - 2 * alpha * pull * tv + pull * pull * tt + rates[k] * rates[k] * s
            tt, tv = tt + 2 * nt + vv, nt + vv
            at, av = at + na, na
            aa = (1 - w) * (1 - w) * aa + 2 * w * (1 - w) * at + w * w * tt
            at, av = (1 - w) * at + w * tt, (1 - w) * av + w * tv
            v = alpha * v - pull * t
            t += v
            a += w * (t - a)
            k += 1
        rows[row, 0], rows[row, 1], rows[row, 2], rows[row, 3] = t, tt, a, aa
