"""Theory of the learning rate: at which rates a run in a quadratic bowl contracts, and at which it does so fastest.

Along an eigenvector of curvature λ a step of momentum is θ <- (1 + α - ελ) θ - α θ', with θ' the previous point, and a
step of Nesterov's θ <- (1 + α) (1 - ελ) θ - α (1 - ελ) θ'. Either contracts if both roots of its characteristic
polynomial lie inside the unit circle.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from landscapes import Landscape
from optimizers._method import Optimizer
from optimizers._race import Race, lane_of

KNOWN = ("sgd", "momentum", "nesterov")


class Rates(NamedTuple):
    """Theoretical learning rates of a lane.

    Attributes:
        edge: From this rate on, a run in the bowl that fits the minimum does not contract.
        fastest: The least and the largest rate at which it contracts fastest, for this momentum; None if unknown.
    """

    edge: float
    fastest: tuple[float, float] | None


def rates(race: Race, lane: int | str) -> Rates | None:
    """The edge and the fastest of the learning rates of SGD, momentum and Nesterov (with constant momentum).

    With the curvatures μ <= L at the landscape's best minimum:

    - SGD: edge 2 / L, fastest 2 / (L + μ)
    - momentum α: edge 2 (1 + α) / L. Along an eigenvector it contracts by √α if (1 - √α)² <= ελ <= (1 + √α)², and by
      a larger factor otherwise. So every ε from (1 - √α)² / μ to (1 + √α)² / L contracts by √α, the least factor; for
      α = ((√κ - 1) / (√κ + 1))², κ = L / μ, both are 4 / (√L + √μ)², the fastest of all pairs (Polyak, 1964). Below
      that α there is no such ε, and the fastest is 2 (1 + α) / (L + μ), which contracts equally along both.
    - Nesterov: edge 2 (1 + α) / ((1 + 2α) L)

    Contraction is asymptotic, per step: of two rates that contract equally, one may still need more steps.

    Exact for a quadratic; otherwise valid near the minimum.

    Returns:
        The rates, or None for other methods, and if there is no minimum or it is flat in some direction.

    Raises:
        TypeError, ValueError: There is no such lane.

    Example:
        >>> from optimizers import Lane
        >>> rates(Race("quadratic", (Lane("sgd"),), (1.0, 1.0), (("condition", 4.0),)), 0)
        Rates(edge=2.0, fastest=(1.6, 1.6))
    """
    chosen = lane_of(race, lane)
    return _of(chosen.build_optimizer(), race.build_landscape()) if chosen.optimizer in KNOWN else None


@lru_cache(maxsize=1024)
def _of(runner: Optimizer, landscape: Landscape) -> Rates | None:
    """The rates of a runner on a landscape; both are immutable, so results are cached for use during a drag."""
    if runner.values.get("growth"):
        return None
    low, high = curvatures(landscape)
    if not low > 1e-12 * high:
        return None
    alpha = runner.values.get("momentum", 0.0)
    if runner.name == "nesterov":
        return Rates(2 * (1 + alpha) / ((1 + 2 * alpha) * high), None)
    root = math.sqrt(alpha)
    first, last = (1 - root) ** 2 / low, (1 + root) ** 2 / high
    if first > last:
        first = last = 2 * (1 + alpha) / (low + high)
    return Rates(2 * (1 + alpha) / high, (first, last))


def curvatures(landscape: Landscape) -> tuple[float, float]:
    """The least and the largest curvature at the best minimum; zeros if there is none, or if they are not finite."""
    if not landscape.minima:
        return 0.0, 0.0
    hessian = landscape.hessian(*landscape.minima[0])
    if not np.isfinite(hessian).all():
        return 0.0, 0.0
    low, high = np.linalg.eigvalsh(hessian)
    return float(low), float(high)
