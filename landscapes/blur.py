"""Blurred landscapes: convolutions with an isotropic Gaussian, as in continuation methods.

f_σ(x, y) = E f(x + σ u, y + σ v), with u and v independent standard normal

Blur removes narrow minima first. A descent that starts with a strong blur and reduces it in stages may therefore end in
a deep minimum where plain descent stops in a shallow one. Goodfellow, Bengio, Courville (2016), section 8.7.6;
H. Mobahi, J. W. Fisher III, "On the link between Gaussian homotopy continuation and convex envelopes", EMMCVPR 2015.

If a surface declares no closed form, the expected value is a tensor product of one-dimensional rules, the coarsest
of `RULES` that is fine enough: at `SAMPLE` points all over the map, at minima of the sharp surface, where its curvature
is largest and on its steepest walls, value, gradient and Hessian differ from those of the next finer rule by at most
`TOLERANCE` times the largest there. The first rule is Gauss-Hermite with 32 nodes, exact for polynomials of degree
below 64 in each variable; the others are trapezoidal out to 12 σ, with steps from σ/3 down to σ/6, and one of σ/8 for
comparison. On a function that is analytic up to a distance d from the real plane, the error of a step h is about
exp(-2π d / h) of its height: L. N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM
Review 56 (2014) 385-458. Surfaces with kinks, or with walls too steep for the finest rule, cannot be blurred.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from landscapes._critical import FLAT, crossings, stationary
from landscapes._surface import Landscape, Points, Surface
from landscapes.jets import SURFACE, Jet, call, sample
from landscapes.tools.arguments import Floats, instance
from landscapes.tools.compiler import Kernel, Values, address, compiled, offset
from landscapes.tools.declarations import Parameter
from landscapes.tools.help import InstanceDoc

SIDE = 65  # nodes along each side of the grid on which critical points are searched for
WIDER = 10  # width of the map searched for lower values, relative to the domain
TOLERANCE = 1e-9  # difference between a rule and the next finer one, relative to the largest value, slope or curvature
DIGITS = 6  # decimal places of the smallest blur tried after a larger one is refused
SAMPLE = 16  # number of points at which rules are compared

SIGMA = Parameter("sigma", r"\sigma", 0.0, 0.0, 2.0, at_least=0.0)


def _rule(nodes: Floats, weights: Floats) -> tuple[float, ...]:
    """The numbers of a rule that the kernel reads: the number of nodes, the nodes, and their weights with sum 1."""
    return (float(len(nodes)), *nodes.tolist(), *(weights / weights.sum()).tolist())


def _trapezoidal(steps: int) -> tuple[float, ...]:
    """The trapezoidal rule with `steps` steps per standard deviation, out to 12."""
    nodes = np.arange(-12 * steps, 12 * steps + 1) / steps
    return _rule(nodes, np.exp(-nodes * nodes / 2))


RULES = (_rule(*np.polynomial.hermite_e.hermegauss(32)), *map(_trapezoidal, (3, 4, 6, 8)))


@compiled
def expected(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value, with p = (σ, address of the surface, a rule, numbers that the surface reads)."""
    sigma, surface, n = p[0], int(p[1]), int(p[2])
    nodes, weights, inner = offset(p, 3), offset(p, 3 + n), offset(p, 3 + 2 * n)
    f, fx, fy, fxx, fxy, fyy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        for j in range(n):
            g, gx, gy, gxx, gxy, gyy = call(surface, x + sigma * nodes[i], y + sigma * nodes[j], inner)
            w = weights[i] * weights[j]
            f += w * g
            fx += w * gx
            fy += w * gy
            fxx += w * gxx
            fxy += w * gxy
            fyy += w * gyy
    return f, fx, fy, fxx, fxy, fyy


def blur_kernel(surface: Surface) -> Kernel:
    """The kernel of the blurred surface."""
    return surface.blurred or expected


def blurred(landscape: Landscape, sigma: float) -> Landscape:
    """The landscape convolved with an isotropic Gaussian of standard deviation sigma; itself if sigma is 0.

    Raises:
        TypeError, ValueError: sigma is not a finite number, at least 0.
        ValueError: The surface has no closed form of its blur, and has kinks or is too steep for this sigma; the
            message names the largest sigma that is possible, to two digits, or 0.

    >>> import landscapes
    >>> pits = landscapes.get("styblinski_tang")
    >>> [len(blurred(pits, sigma).minima) for sigma in (0.0, 1.0, 1.5)]
    [4, 4, 1]
    """
    # Validate before the cached lookup: True and 1.0 would be one key.
    return _build(instance("landscape", Landscape, "one from `landscapes.get`", landscape), SIGMA.check(sigma))


@lru_cache(maxsize=256)
def _build(landscape: Landscape, sigma: float) -> Landscape:
    if sigma == 0:
        return landscape
    if isinstance(landscape, Blurred):  # variances add up
        return _build(landscape.sharp, float(np.hypot(landscape.sigma, sigma)))
    return Blurred(landscape, sigma)


@dataclass(frozen=True)
class Pack:
    """The numbers that the kernel of a blurred surface reads. The address is looked up in the calling process."""

    surface: Surface
    sigma: float
    rule: int

    def __call__(self, **values: float) -> tuple[float, ...]:
        sharp = self.surface
        head = () if sharp.blurred else (float(address(sharp.kernel, SURFACE)), *RULES[self.rule])
        return (self.sigma, *head, *sharp.pack(**values))


def _probes(sharp: Landscape) -> Floats:
    """The points at which rules are compared, without any period (R. Dyer's additive sequence): (n, 2)."""
    low, high = np.array(sharp.domain).T
    spread = np.arange(1, SAMPLE + 1)[:, None] * [0.7548776662466927, 0.5698402909980532] % 1
    return np.concatenate([low + spread * (high - low), np.reshape(sharp.minima[:8], (-1, 2))])


@lru_cache(maxsize=64)
def _walls(sharp: Landscape) -> Floats:
    """Likely places of narrow features, those of the largest curvatures and of the steepest walls: (n, 2)."""
    xs, ys = (np.linspace(low, high, SIDE) for low, high in sharp.domain)
    grid, jets = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1), sharp.jet(xs[:, None], ys)
    bends = grid.reshape(-1, 2)[np.argsort(np.abs(jets[..., 3:]).max(axis=-1), axis=None)[-4:]]
    return np.concatenate([bends, *(_steepest(sharp, grid, jets[..., 0], axis) for axis in (0, 1))])


def _steepest(sharp: Landscape, grid: Floats, values: Floats, axis: int) -> Floats:
    """The places of the steepest steps between nodes along an axis, for a few lines across the map: (n, 2)."""
    steps = np.abs(np.diff(values, axis=axis))
    across = np.argmax(steps, axis=axis)[:: SIDE // 4]
    along = np.arange(SIDE)[:: SIDE // 4]
    at = (across, along) if axis == 0 else (along, across)
    low, high = grid[at], np.roll(grid, -1, axis=axis)[at]
    for _ in range(60):  # bisect down to neighbouring floats, keeping the half with the larger step
        middle = (low + high) / 2
        f, g, h = (sharp.value(*points.T) for points in (low, middle, high))
        first = (np.abs(g - f) >= np.abs(h - g))[:, None]
        low, high = np.where(first, low, middle), np.where(first, middle, high)
    return np.asarray((low + high) / 2)


def _fine_enough(sharp: Landscape, sigma: float) -> tuple[int, float] | None:
    """The coarsest rule that agrees with the next finer one, and their difference; None if there is none."""
    points = list(_probes(sharp))
    high = np.abs([_jet_by_rule(sharp, sigma, 0, point) for point in points]).max(axis=0)
    scale = _largest_by_kind(high)
    points = [*_walls(sharp), *points]
    for rule in range(len(RULES) - 1):
        worst = 0.0
        for i, point in enumerate(points):
            fine = _jet_by_rule(sharp, sigma, rule + 1, point)
            off, largest = (
                np.abs(_jet_by_rule(sharp, sigma, rule, point) - fine),
                np.maximum(scale, _largest_by_kind(np.abs(fine))),
            )
            if not (off <= TOLERANCE * largest).all():
                points.insert(0, points.pop(i))  # the next rule most likely fails here too
                break
            worst = max(worst, float((off[off > 0] / largest[off > 0]).max(initial=0.0)))
        else:
            return rule, worst
    return None


def _largest_by_kind(jet: Floats) -> Floats:
    """The maximum over the value, the slopes and the curvatures of a jet, repeated for each of its entries."""
    return np.repeat([jet[0], jet[1:3].max(), jet[3:].max()], [1, 2, 3])


def _jet_by_rule(sharp: Landscape, sigma: float, rule: int, point: Floats) -> Floats:
    """The jet at a point, computed with the given rule."""
    packed, jets = np.array(Pack(sharp.surface, sigma, rule)(**sharp.values)), np.empty((1, 6))
    packed.setflags(write=False)
    sample(address(expected, SURFACE), packed, point[:, None], jets)
    jet: Floats = jets[0]
    return jet


def _largest_blur(sharp: Landscape, sigma: float) -> float:
    """The largest possible blur below a refused one, found by bisection over numbers with at most two digits."""
    digits = 1 - math.floor(math.log10(sigma))
    allowed, refused = 0, math.ceil(sigma * 10**digits)
    while refused - allowed > 1:
        middle = (allowed + refused) // 2
        allowed, refused = (middle, refused) if _fine_enough(sharp, middle / 10**digits) else (allowed, middle)
    if allowed or digits > DIGITS:
        return float(allowed / 10**digits)
    return _largest_blur(sharp, 1 / 10**digits)


def _choose_rule(sharp: Landscape, sigma: float) -> tuple[int, float]:
    """The rule for a surface without a closed form of its blur, and the accuracy of the rule."""
    if not sharp.surface.smooth:
        raise ValueError(f"{sharp.name} has kinks, and no closed form of its blur is declared: it can not be blurred")
    choice = _fine_enough(sharp, sigma)
    if choice is None:
        why = f"{sharp.name} is too steep for the sums that stand for its blur"
        if largest := _largest_blur(sharp, sigma):
            raise ValueError(f"sigma must be at most {largest:g}, not {sigma:g}: {why}")
        raise ValueError(f"sigma must be 0, not {sigma:g}: {why}")
    return choice


class Blurred(Landscape):
    """A landscape convolved with a Gaussian; parameters, map and start are those of the sharp landscape.

    Minima and saddles are searched for on the map: from the nodes of a grid around which both slopes change sign, and
    from the critical points of the sharp surface. They are exact to 1e-9. A point whose curvature is below 1e-10 of the
    largest on the grid cannot be distinguished from rounding and counts as neither. The infimum is the least value at
    the minima, on the grid, and on a coarser grid over a map ten times as wide; lower values farther out are missed. It
    is attained if one of the minima has it.

    Attributes:
        sharp: The landscape before blurring.
        sigma: Standard deviation.
        accuracy: Bound on the error of value, gradient and Hessian, relative to the largest of each on the map: the
            difference from a finer rule, at most 1e-9; 0 for a closed form, which is exact to rounding.
    """

    def __init__(self, sharp: Landscape, sigma: float) -> None:
        self._sharp, self.sigma = sharp, sigma
        surface = sharp.surface
        rule, self.accuracy = (0, 0.0) if surface.blurred else _choose_rule(sharp, sigma)
        super().__init__(
            replace(
                surface,
                kernel=blur_kernel(surface),
                pack=Pack(surface, sigma, rule),
                example=None,  # it would read the numbers of the sharp surface
                size=None,
                minima_fill=False,  # only minima with positive curvature in every direction are found
            ),
            sharp.challenge,
            sharp.values,
        )

    __doc__: Any = InstanceDoc(__doc__)

    @property
    def sharp(self) -> Landscape:
        """The landscape before blurring."""
        return self._sharp

    def _describe(self) -> str:
        return f"Blurred with a standard deviation of {self.sigma:g}: {self.sharp._describe()}"

    def _identity(self) -> tuple[Any, ...]:
        return self.sharp, self.sigma

    def __reduce__(self) -> tuple[Any, ...]:
        return blurred, (self.sharp, self.sigma)

    def __repr__(self) -> str:
        return f"landscapes.blurred({self.sharp!r}, {self.sigma!r})"

    @cached_property
    def minima(self) -> Points:
        """Local minima in the domain as (x, y), the best first."""
        return self._critical[0]

    @cached_property
    def saddles(self) -> Points:
        """Saddle points in the domain as (x, y)."""
        return self._critical[1]

    @cached_property
    def infimum(self) -> float:
        """The least value at the minima, on the grid over the domain and on the wider grid."""
        least = min(self._critical[2], float(self._grid(SIDE // 2 + 1, WIDER)[2][..., 0].min()))
        return min(least, self.at(*self.minima[0])[0]) if self.minima else least

    @property
    def minimum_value(self) -> float | None:
        """The least value, or None if there are lower values than those of the minima in the domain."""
        return self.infimum if self.minima and self.at(*self.minima[0])[0] == self.infimum else None

    def _grid(self, side: int, wider: float = 1) -> tuple[Floats, Floats, Floats]:
        """The nodes along both sides of a map `wider` times the domain, and the jets at the nodes."""
        middle, half = np.array(self.domain) @ [0.5, 0.5], np.array(self.domain) @ [-0.5, 0.5]
        xs, ys = np.linspace(middle - wider * half, middle + wider * half, side).T
        return xs, ys, self.jet(xs[:, None], ys)

    @cached_property
    def _critical(self) -> tuple[Points, Points, float]:
        """The minima, the saddles, and the least value on the grid."""
        xs, ys, jets = self._grid(SIDE)
        guesses = np.array([*self.sharp.minima, *self.sharp.saddles]).reshape(-1, 2)
        starts = np.concatenate([crossings(xs, ys, jets), guesses])
        points = stationary(self.jet, starts, float(max(xs[1] - xs[0], ys[1] - ys[0])))
        corners = np.array(self.domain).T
        points = points[((points >= corners[0]) & (points <= corners[1])).all(axis=-1)]
        low, high = np.linalg.eigvalsh(self.hessian(*points.T)).T
        flat = FLAT * np.abs(jets[..., 3:]).max()
        minima = points[low > flat]
        minima = minima[np.argsort(self.value(*minima.T), kind="stable")]
        return _to_points(minima), _to_points(points[(low < -flat) & (high > flat)]), float(jets[..., 0].min())


def _to_points(points: Floats) -> Points:
    return tuple((float(x), float(y)) for x, y in points + 0.0)  # -0.0 + 0.0 is 0.0
