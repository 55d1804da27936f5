"""A landscape blurred: convolved with an isotropic Gaussian, the way of continuation methods.

f_σ(x, y) = E f(x + σ u, y + σ v), with u and v independent standard normal

Blur washes the narrow minima out first. A descent that begins with much of it and lowers it stage by stage may so end
in a deep minimum where plain descent stops in a shallow one. Goodfellow, Bengio, Courville (2016), section 8.7.6;
H. Mobahi, J. W. Fisher III, "On the link between Gaussian homotopy continuation and convex envelopes", EMMCVPR 2015.

Where a surface declares no closed form the expected value is a tensor product of Gauss-Hermite rules with `ORDER`
nodes, 0.55 σ apart and up to 10 σ to either side. It is exact for polynomials of degree below 2 · ORDER in each
variable. For a surface that is analytic up to a distance d from the real plane the error is at most about exp(-9 d / σ)
of its height, as measured: 2e-12 at σ = d / 3, but a few percent from σ = 3d on, where a wall has become a staircase
with steps, and critical points, of its own: so it is with the recurrent cliff. The wall 1 / (1 + exp(-k x)) has
d = π / k.
"""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from landscapes._arguments import instance
from landscapes._critical import FLAT, crossings, stationary
from landscapes._help import InstanceDoc
from landscapes._kernel import Jet, Kernel, Values, address, after, call, compiled
from landscapes._landscape import Floats, Landscape, Parameter, Points, Surface

ORDER = 32
SIDE = 65  # nodes along a side of the map, where critical points are looked for
WIDER = 10  # how many times as wide a map is searched for lower places

SIGMA = Parameter("sigma", r"\sigma", 0.0, 0.0, 2.0, at_least=0.0)

_nodes, _weights = np.polynomial.hermite_e.hermegauss(ORDER)
RULE = (*_nodes.tolist(), *(_weights / _weights.sum()).tolist())


@compiled
def expected(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value, with p = (σ, address of the surface, nodes, weights, what the surface reads)."""
    sigma, surface = p[0], int(p[1])
    nodes, weights, inner = after(p, 2), after(p, 2 + ORDER), after(p, 2 + 2 * ORDER)
    f, fx, fy, fxx, fxy, fyy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(ORDER):
        for j in range(ORDER):
            g, gx, gy, gxx, gxy, gyy = call(surface, x + sigma * nodes[i], y + sigma * nodes[j], inner)
            w = weights[i] * weights[j]
            f += w * g
            fx += w * gx
            fy += w * gy
            fxx += w * gxx
            fxy += w * gxy
            fyy += w * gyy
    return f, fx, fy, fxx, fxy, fyy


def blurring(surface: Surface) -> Kernel:
    """The compiled jet of the surface when it is blurred."""
    return surface.blurred or expected


def blurred(landscape: Landscape, sigma: float) -> Landscape:
    """The landscape convolved with an isotropic Gaussian of standard deviation sigma; itself where sigma is 0.

    Raises:
        TypeError, ValueError: sigma is not a finite number, at least 0.

    >>> import landscapes
    >>> pits = landscapes.get("styblinski_tang")
    >>> [len(blurred(pits, sigma).minima) for sigma in (0.0, 1.0, 1.5)]
    [4, 4, 1]
    """
    # Checked before they are looked up: True and 1.0 are one key.
    return _made(instance("landscape", Landscape, "one from `landscapes.get`", landscape), SIGMA.check(sigma))


@lru_cache(maxsize=256)
def _made(landscape: Landscape, sigma: float) -> Landscape:
    if sigma == 0:
        return landscape
    if isinstance(landscape, Blurred):  # variances add up
        return _made(landscape.sharp, float(np.hypot(landscape.sigma, sigma)))
    return Blurred(landscape, sigma)


@dataclass(frozen=True)
class Pack:
    """What a blurred surface's kernel reads. It finds the address of the sharp kernel in the process that calls it."""

    surface: Surface
    sigma: float

    def __call__(self, **values: float) -> tuple[float, ...]:
        sharp = self.surface
        head = () if sharp.blurred else (float(address(sharp.kernel)), *RULE)
        return (self.sigma, *head, *sharp.pack(**values))


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
    """

    def __init__(self, sharp: Landscape, sigma: float) -> None:
        self.sharp, self.sigma = sharp, sigma
        surface = sharp.surface
        super().__init__(
            replace(
                surface,
                kernel=blurring(surface),
                pack=Pack(surface, sigma),
                example=None,  # it would read the sharp surface's numbers
                size=None,
                minima_fill=False,  # its minima are those with a curvature in every direction
            ),
            sharp.challenge,
            sharp.values,
        )

    __doc__: Any = InstanceDoc(__doc__)

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
        return _plain(found), _plain(points[(low < -flat) & (high > flat)]), float(jets[..., 0].min())


def _plain(points: Floats) -> Points:
    return tuple((float(x), float(y)) for x, y in points + 0.0)  # -0.0 + 0.0 is 0.0
