"""The 0-1 loss: the share of irises that a linear classifier misclassifies.

f(w) = 1/n Σ [w · uᵢ ≤ 0], with uᵢ = tᵢ xᵢ for standardised petals xᵢ of kind tᵢ = ±1

The loss of interest, which gradients cannot minimize: f depends only on the direction of w and is constant between the
rays on which some w · uᵢ = 0, so the gradient is zero wherever it exists. Hence surrogate losses: Goodfellow, Bengio,
Courville (2016), section 8.1.2. The points are Fisher's (1936).
"""

import math
from functools import cache

from landscapes.authoring import VALIDATION, Jet, Points, Surface, Values, compiled, gaussian, mean, packed, petals

FAR = 4.0  # distance from the origin of the points declared as minima
MERGED = 1e-9  # rays at a smaller angle are merged: rounding separates the rays of flowers on one line


@compiled
def mistake(x: float, y: float, p: Values, i: int) -> Jet:
    """The jet of one flower's loss, with uᵢ at p[1 + 2i]. A margin of 0 is no decision and counts as a mistake."""
    margin = x * p[1 + 2 * i] + y * p[2 + 2 * i]
    wrong = 0.0 if margin > 0 else 1.0 if margin <= 0 else margin  # NaN stays NaN
    return wrong, 0.0, 0.0, 0.0, 0.0, 0.0


over_all = mean(mistake)


@compiled
def zero_one_loss(x: float, y: float, p: Values) -> Jet:
    """The jet of the mean."""
    return over_all(x, y, p)  # type: ignore[no-any-return]


@compiled
def blurred_zero_one_loss(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, n, u₁, …): a margin is normal, with std σ |uᵢ|."""
    sigma, n = p[0], int(p[1])
    f, fx, fy, fxx, fxy, fyy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        a, b = p[2 + 2 * i], p[3 + 2 * i]
        spread = sigma * math.hypot(a, b)
        z = (x * a + y * b) / spread
        a, b = a / spread, b / spread
        slope = -gaussian.normal(z)
        f += 0.5 * math.erfc(z * math.sqrt(0.5))
        fx, fy = fx + slope * a, fy + slope * b
        fxx, fxy, fyy = fxx - slope * z * a * a, fxy - slope * z * a * b, fyy - slope * z * b * b
    return f / n, fx / n, fy / n, fxx / n, fxy / n, fyy / n


@cache
def sectors(validation: float) -> tuple[tuple[int, float], ...]:
    """Number of mistakes and middle angle of every sector between two neighbouring rays."""
    points = petals(validation)
    normals = [math.atan2(b, a) + side for a, b in points for side in (-math.pi / 2, math.pi / 2)]
    rays = sorted(angle % (2 * math.pi) for angle in normals)
    middles = [
        (low + high) / 2
        for low, high in zip(rays, [*rays[1:], rays[0] + 2 * math.pi], strict=True)
        if high - low > MERGED
    ]
    return tuple((sum(math.cos(t) * a + math.sin(t) * b <= 0 for a, b in points), t) for t in middles)


def minima(validation: float) -> Points:
    """A point in every sector with fewer mistakes than both neighbouring sectors; the whole sector is as low."""
    around = sectors(validation)
    beside = zip(around[-1:] + around[:-1], around, around[1:] + around[:1], strict=True)
    low = sorted(here for before, here, after in beside if here[0] < min(before[0], after[0]))
    return tuple((FAR * math.cos(t), FAR * math.sin(t)) for _, t in low)


def infimum(validation: float) -> float:
    """The least number of mistakes, divided by the number of flowers."""
    return min(mistakes for mistakes, _ in sectors(validation)) / len(petals(validation))


SURFACE = Surface(
    name="zero_one_loss",
    title="0-1 loss",
    watch="Steps between level floors: no gradient anywhere. Who moves at all?",
    formula=r"\frac1n \sum_{i=1}^n \left[\,t_i\,(w_1 x_{i1} + w_2 x_{i2}) \le 0\,\right]",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.1.2; points of Fisher (1936)",
    kernel=zero_one_loss,
    blurred=blurred_zero_one_loss,
    domain=((-8.0, 8.0), (-7.0, 7.0)),
    start=(-3.0, 5.0),
    infimum=infimum,
    minima=minima,
    minima_fill=True,
    smooth=False,
    parameters=(VALIDATION,),
    pack=lambda validation: packed(petals(validation)),
    example=mistake,
    size=lambda validation: len(petals(validation)),
    challenges=frozenset({"plateaus"}),
)
