"""A landscape blurred: convolved with an isotropic Gaussian, the way of continuation methods.

f_σ(x, y) = E f(x + σ u, y + σ v), with u and v independent standard normal

Blur washes the narrow minima out first. A descent that begins with much of it and lowers it stage by stage may so end
in a deep minimum where plain descent stops in a shallow one. Goodfellow, Bengio, Courville (2016), section 8.7.6;
H. Mobahi, J. W. Fisher III, "On the link between Gaussian homotopy continuation and convex envelopes", EMMCVPR 2015.

Where a surface declares no closed form the expected value is a tensor product of one-dimensional rules, the coarsest
of `RULES` that is fine enough: at `SAMPLE` points all over the map, at minima of the sharp surface, where that bends
most and on its steepest walls, its value, gradient and Hessian differ from those of the next finer rule by at most
`TOLERANCE` of the largest there. The first rule is Gauss-Hermite with 32 nodes, exact for polynomials of degree below
64 in each variable; the others are trapezoidal out to 12 σ, with steps from σ/3 down to σ/6, and one of σ/8 to compare
with. On a function that is analytic up to a distance d from the real plane a step h errs by about exp(-2π d / h) of its
height: L. N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56 (2014)
385-458. A surface with kinks, or with a wall that is too steep for the finest rule, is not blurred.
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

SIDE = 65  # nodes along a side of the map, where critical points are looked for
WIDER = 10  # how many times as wide a map is searched for lower places
TOLERANCE = 1e-9  # between a rule and the next finer one, of the largest value, slope or curvature
DIGITS = 6  # after the point, of the least blur that is tried where a wider one is refused
SAMPLE = 16  # points at which they are compared

SIGMA = Parameter("sigma", r"\sigma", 0.0, 0.0, 2.0, at_least=0.0)


def _rule(nodes: Floats, weights: Floats) -> tuple[float, ...]:
    """What the kernel reads of a rule: how many nodes it has, the nodes, and their weights, of sum 1."""
    return (float(len(nodes)), *nodes.tolist(), *(weights / weights.sum()).tolist())


def _trapezoidal(steps: int) -> tuple[float, ...]:
    """The rule with `steps` steps in a standard deviation, out to 12."""
    nodes = np.arange(-12 * steps, 12 * steps + 1) / steps
    return _rule(nodes, np.exp(-nodes * nodes / 2))


RULES = (_rule(*np.polynomial.hermite_e.hermegauss(32)), *map(_trapezoidal, (3, 4, 6, 8)))


@compiled
def expected(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value, with p = (σ, address of the surface, a rule, what the surface reads)."""
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
    """The compiled jet of the surface when it is blurred."""
    return surface.blurred or expected


def blurred(landscape: Landscape, sigma: float) -> Landscape:
    """The landscape convolved with an isotropic Gaussian of standard deviation sigma; itself where sigma is 0.

    Raises:
        TypeError, ValueError: sigma is not a finite number, at least 0.
        ValueError: the surface has no closed form of its blur, and either has kinks or is too steep for this sigma; the
            message names the largest sigma up to which it is known, to two digits, or 0.

    >>> import landscapes
    >>> pits = landscapes.get("styblinski_tang")
    >>> [len(blurred(pits, sigma).minima) for sigma in (0.0, 1.0, 1.5)]
    [4, 4, 1]
    """
    # Checked before they are looked up: True and 1.0 are one key.
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
    """What a blurred surface's kernel reads. It finds the address of the sharp kernel in the process that calls it."""

    surface: Surface
    sigma: float
    rule: int

    def __call__(self, **values: float) -> tuple[float, ...]:
        sharp = self.surface
        head = () if sharp.blurred else (float(address(sharp.kernel, SURFACE)), *RULES[self.rule])
        return (self.sigma, *head, *sharp.pack(**values))


def _probes(sharp: Landscape) -> Floats:
    """The points at which rules are compared, without any period (R. Dyer's additive sequence), as (n, 2)."""
    low, high = np.array(sharp.domain).T
    spread = np.arange(1, SAMPLE + 1)[:, None] * [0.7548776662466927, 0.5698402909980532] % 1
    return np.concatenate([low + spread * (high - low), np.reshape(sharp.minima[:8], (-1, 2))])


@lru_cache(maxsize=64)
def _walls(sharp: Landscape) -> Floats:
    """Where a narrow feature would be: where the surface bends most, and on its steepest walls, as (n, 2)."""
    xs, ys = (np.linspace(low, high, SIDE) for low, high in sharp.domain)
    grid, jets = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1), sharp.jet(xs[:, None], ys)
    bends = grid.reshape(-1, 2)[np.argsort(np.abs(jets[..., 3:]).max(axis=-1), axis=None)[-4:]]
    return np.concatenate([bends, *(_steepest(sharp, grid, jets[..., 0], axis) for axis in (0, 1))])


def _steepest(sharp: Landscape, grid: Floats, values: Floats, axis: int) -> Floats:
    """The places of the steepest steps between nodes along an axis, and those of them across the map, as (n, 2)."""
    steps = np.abs(np.diff(values, axis=axis))
    across = np.argmax(steps, axis=axis)[:: SIDE // 4]
    along = np.arange(SIDE)[:: SIDE // 4]
    at = (across, along) if axis == 0 else (along, across)
    low, high = grid[at], np.roll(grid, -1, axis=axis)[at]
    for _ in range(60):  # halved down to a float, always with the half that has the larger step
        middle = (low + high) / 2
        f, g, h = (sharp.value(*points.T) for points in (low, middle, high))
        first = (np.abs(g - f) >= np.abs(h - g))[:, None]
        low, high = np.where(first, low, middle), np.where(first, middle, high)
    return np.asarray((low + high) / 2)


def _fine_enough(sharp: Landscape, sigma: float) -> tuple[int, float] | None:
    """The coarsest rule that the next finer one agrees with, and how far they differ; None if there is none."""
    points = list(_probes(sharp))
    high = np.abs([_by(sharp, sigma, 0, point) for point in points]).max(axis=0)
    scale = _by_kind(high)
    points = [*_walls(sharp), *points]
    for rule in range(len(RULES) - 1):
        worst = 0.0
        for i, point in enumerate(points):
            fine = _by(sharp, sigma, rule + 1, point)
            off, largest = np.abs(_by(sharp, sigma, rule, point) - fine), np.maximum(scale, _by_kind(np.abs(fine)))
            if not (off <= TOLERANCE * largest).all():
                points.insert(0, points.pop(i))  # most likely the next rule fails here too
                break
            worst = max(worst, float((off[off > 0] / largest[off > 0]).max(initial=0.0)))
        else:
            return rule, worst
    return None


def _by_kind(jet: Floats) -> Floats:
    """The largest of the values, slopes and curvatures of a jet, in the place of each."""
    return np.repeat([jet[0], jet[1:3].max(), jet[3:].max()], [1, 2, 3])


def _by(sharp: Landscape, sigma: float, rule: int, point: Floats) -> Floats:
    """The jet that a rule gives at a point."""
    packed, jets = np.array(Pack(sharp.surface, sigma, rule)(**sharp.values)), np.empty((1, 6))
    packed.setflags(write=False)
    sample(address(expected, SURFACE), packed, point[:, None], jets)
    jet: Floats = jets[0]
    return jet


def _widest(sharp: Landscape, sigma: float) -> float:
    """The largest blur below a refused one, bisected over the numbers with as many digits, at most two."""
    digits = 1 - math.floor(math.log10(sigma))
    known, refused = 0, math.ceil(sigma * 10**digits)
    while refused - known > 1:
        middle = (known + refused) // 2
        known, refused = (middle, refused) if _fine_enough(sharp, middle / 10**digits) else (known, middle)
    if known or digits > DIGITS:
        return float(known / 10**digits)
    return _widest(sharp, 1 / 10**digits)


def _chosen(sharp: Landscape, sigma: float) -> tuple[int, float]:
    """The rule for a surface without a closed form of its blur, and its accuracy."""
    if not sharp.surface.smooth:
        raise ValueError(f"{sharp.name} has kinks, and no closed form of its blur is declared: it can not be blurred")
    chosen = _fine_enough(sharp, sigma)
    if chosen is None:
        why = f"{sharp.name} is too steep for the sums that stand for its blur"
        if widest := _widest(sharp, sigma):
            raise ValueError(f"sigma must be at most {widest:g}, not {sigma:g}: {why}")
        raise ValueError(f"sigma must be 0, not {sigma:g}: {why}")
    return chosen


class Blurred(Landscape):
    """A landscape convolved with a Gaussian; its parameters, map and start are those of the sharp one.

    Its minima and saddles are searched for on the map: from the nodes of a grid around which both slopes change sign,
    and from the critical points of the sharp surface. They are exact to 1e-9. A point too flat to be told from
    rounding, with a curvature below 1e-10 of the largest on the grid, is neither. The infimum is the least value at the
    minima, on the grid and on a coarser one over a map ten times as wide: what lies lower and farther out is not seen.
    It is attained if one of the minima has it.

    Attributes:
        sharp: the landscape that is blurred.
        sigma: the standard deviation.
        accuracy: how far value, gradient and Hessian may be off, in units of the largest of each on the map: the
            difference to a finer rule, at most 1e-9; 0 where there is a closed form, which is exact to rounding.
    """

    def __init__(self, sharp: Landscape, sigma: float) -> None:
        self._sharp, self.sigma = sharp, sigma
        surface = sharp.surface
        rule, self.accuracy = (0, 0.0) if surface.blurred else _chosen(sharp, sigma)
        super().__init__(
            replace(
                surface,
                kernel=blur_kernel(surface),
                pack=Pack(surface, sigma, rule),
                example=None,  # it would read the sharp surface's numbers
                size=None,
                minima_fill=False,  # its minima are those with a curvature in every direction
            ),
            sharp.challenge,
            sharp.values,
        )

    __doc__: Any = InstanceDoc(__doc__)

    @property
    def sharp(self) -> Landscape:
        """The landscape that is blurred."""
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
        """The least value at the minima, on the grid over the domain and on the wider one."""
        least = min(self._critical[2], float(self._grid(SIDE // 2 + 1, WIDER)[2][..., 0].min()))
        return min(least, self.at(*self.minima[0])[0]) if self.minima else least

    @property
    def minimum_value(self) -> float | None:
        """The least value, or None where there are lower places than the minima found in the domain."""
        return self.infimum if self.minima and self.at(*self.minima[0])[0] == self.infimum else None

    def _grid(self, side: int, wider: float = 1) -> tuple[Floats, Floats, Floats]:
        """The nodes along both sides of a map `wider` than the domain, and the jets there."""
        middle, half = np.array(self.domain) @ [0.5, 0.5], np.array(self.domain) @ [-0.5, 0.5]
        xs, ys = np.linspace(middle - wider * half, middle + wider * half, side).T
        return xs, ys, self.jet(xs[:, None], ys)

    @cached_property
    def _critical(self) -> tuple[Points, Points, float]:
        """The minima, the saddles, and the least value on the grid."""
        xs, ys, jets = self._grid(SIDE)
        known = np.array([*self.sharp.minima, *self.sharp.saddles]).reshape(-1, 2)
        starts = np.concatenate([crossings(xs, ys, jets), known])
        points = stationary(self.jet, starts, float(max(xs[1] - xs[0], ys[1] - ys[0])))
        corners = np.array(self.domain).T
        points = points[((points >= corners[0]) & (points <= corners[1])).all(axis=-1)]
        low, high = np.linalg.eigvalsh(self.hessian(*points.T)).T
        flat = FLAT * np.abs(jets[..., 3:]).max()
        found = points[low > flat]
        found = found[np.argsort(self.value(*found.T), kind="stable")]
        return _to_points(found), _to_points(points[(low < -flat) & (high > flat)]), float(jets[..., 0].min())


def _to_points(points: Floats) -> Points:
    return tuple((float(x), float(y)) for x, y in points + 0.0)  # -0.0 + 0.0 is 0.0
