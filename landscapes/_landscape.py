"""What a surface declares, and the landscape made of it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes._kernel import ABREAST, EXAMPLE, SAMPLE, Jet, Kernel, abreast, address, prepare, sample

Point: TypeAlias = tuple[float, float]
Points: TypeAlias = tuple[Point, ...]
Domain: TypeAlias = tuple[Point, Point]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Parameter:
    """A declared number: what it is called, where a knob moves it, and what it may be.

    Attributes:
        name: in code and in links.
        symbol: in formulas (LaTeX).
        default: the value when nothing is said.
        low, high: the ends of its knob.
        scale: how its knob is spread, "linear" or "log".
        at_least, at_most: the values that make sense; a knob may be narrower, a typed number may use all of them.
        integer: whether only whole numbers make sense.
        meaning: its name in words (English, translated where it is shown).
        choices: names of its values 0, 1, ..., where it is a choice and not a size.
        labels: these names in words, where they differ (English, translated where they are shown).
    """

    name: str
    symbol: str
    default: float
    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"
    at_least: float = -math.inf
    at_most: float = math.inf
    integer: bool = False
    meaning: str = ""
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def check(self, value: float | str) -> float:
        """The value as a float, or a ValueError that says what is allowed. A choice may be given by its name.

        >>> Parameter("lr", "ε", 0.1, 1e-4, 10, "log", at_least=0).check(1)
        1.0
        """
        if isinstance(value, str) and value in self.choices:
            return float(self.choices.index(value))
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise TypeError(f"{self.name} must be {self.allowed()}, not {value!r}")
        number = float(value)
        if not self.allows(number):
            raise ValueError(f"{self.name} must be {self.allowed()}, not {value!r}")
        return number

    def allows(self, number: float) -> bool:
        """Whether the parameter may have this value."""
        in_range = math.isfinite(number) and self.at_least <= number <= self.at_most
        return in_range and (not self.integer or number == math.floor(number))

    def nearest(self, number: float) -> float:
        """The allowed value nearest to a finite number.

        >>> Parameter("steps", "T", 50, 1, 200, at_least=1, at_most=200, integer=True).nearest(7.4)
        7.0
        """
        inside = min(max(number, self.at_least), self.at_most)
        return float(round(inside)) if self.integer else inside

    def allowed(self) -> str:
        """What the parameter may be, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        kind = "a whole number" if self.integer else "a finite number"
        low = "" if self.at_least == -math.inf else f", at least {self.at_least:g}"
        high = "" if self.at_most == math.inf else f", at most {self.at_most:g}"
        return kind + low + high


def settle(owner: str, declared: tuple[Parameter, ...], given: Mapping[str, float | str]) -> dict[str, float]:
    """The value of every declared parameter: as given, else its default.

    Raises:
        TypeError: a name that is not declared; the message names those that are.
        ValueError: a value that makes no sense; the message says what does.
    """
    names = [parameter.name for parameter in declared]
    for name in given:
        if name not in names:
            raise TypeError(f"{owner} has no {name!r}; it has {', '.join(names) or 'no parameters'}")
    return {parameter.name: parameter.check(given.get(parameter.name, parameter.default)) for parameter in declared}


def _nothing(**values: float) -> Points:
    return ()


def _as_they_are(**values: float) -> tuple[float, ...]:
    return tuple(values.values())


@dataclass(frozen=True)
class Surface:
    """What the one file of a surface declares. Functions take the parameters by name.

    Attributes:
        name: in code and in links.
        title, watch: its name and one sentence on what to watch (English, translated where they are shown).
        formula: LaTeX of f(x, y).
        reference: where it comes from.
        kernel: the compiled jet, see landscapes._kernel.
        domain: ((x0, x1), (y0, y1)), the map.
        start: a start that makes the surface's point.
        infimum: the greatest lower bound of f.
        minima: local minima in the domain, the best first; where minima fill a curve or a region, points of it.
        saddles: saddle points in the domain.
        minima_fill: whether the minima fill a curve or a region (of which `minima` lists points).
        attained: whether some point has the infimum for its value.
        parameters: declared numbers, in the order the kernel reads them.
        challenges: what it shows beside the challenge whose folder it lies in.
        lr: a learning rate at which descent shows what the surface is about; None where a well-tuned one does.
        pack: what the kernel reads, made of the parameters once; by default the parameters themselves.
        example: the compiled jet of one example's loss, where the surface is the mean over examples.
        size: how many examples there are.
        blurred: the jet of the surface convolved with a Gaussian, where that is known in closed form: the kernel reads
            the standard deviation, and after it what `pack` gives.
    """

    name: str
    title: str
    watch: str
    formula: str
    reference: str
    kernel: Kernel
    domain: Domain
    start: Point
    infimum: float | Callable[..., float] = 0.0
    minima: Callable[..., Points] = _nothing
    saddles: Callable[..., Points] = _nothing
    minima_fill: Callable[..., bool] | bool = False
    attained: bool = True
    parameters: tuple[Parameter, ...] = ()
    challenges: frozenset[str] = field(default_factory=frozenset)
    lr: float | None = None
    pack: Callable[..., tuple[float, ...]] = _as_they_are
    example: Kernel | None = None
    size: Callable[..., int] | None = None
    blurred: Kernel | None = None


class Landscape:
    """A surface with its parameters set: value, gradient and Hessian, and where its minima and saddles are.

    Attributes:
        name: the surface's name.
        domain: ((x0, x1), (y0, y1)), the part of the plane that a map shows. The surface goes on outside.
        start: (x, y), a start that makes the surface's point.
        challenge: the challenge whose folder it lies in.
        challenges: what makes it hard, as a frozenset of str.
        parameters: the declared parameters, a tuple of `Parameter`.
        values: their values, by name.
        surface: the declaration, with title, formula and reference.
        size: how many examples the surface is the mean of; 0 where there are none.
        example_address: the address of the kernel of one example's loss; 0 where there is none.

    Example:
        >>> import landscapes
        >>> valley = landscapes.get("rosenbrock", b=10.0)
        >>> float(valley.value(0.0, 0.0)), valley.minima
        (1.0, ((1.0, 1.0),))
        >>> valley.gradient([0.0, 1.0], 0.0).shape
        (2, 2)
    """

    def __init__(self, surface: Surface, challenge: str, values: Mapping[str, float]) -> None:
        self.surface = surface
        self.values = MappingProxyType(settle(surface.name, surface.parameters, values))
        self.name = surface.name
        self.domain = surface.domain
        self.start = surface.start
        self.challenge = challenge
        self.challenges = surface.challenges | {challenge}
        self.parameters = surface.parameters
        # A kernel without parameters still gets a pointer to something.
        self.packed: Floats = np.array([*surface.pack(**self.values), 0.0])
        self.packed.setflags(write=False)
        self.address = address(surface.kernel)
        self.example_address = address(surface.example, EXAMPLE) if surface.example else 0
        self.size = surface.size(**self.values) if surface.size else 0
        prepare(sample, SAMPLE)

    def __repr__(self) -> str:
        return f"landscapes.get({', '.join([repr(self.name), *(f'{k}={v!r}' for k, v in self.values.items())])})"

    @cached_property
    def minima(self) -> Points:
        """Local minima in the domain as (x, y), the best first; where they fill a curve or a region, points of it."""
        return _plain(self.surface.minima(**self.values))

    @cached_property
    def saddles(self) -> Points:
        """Saddle points in the domain as (x, y)."""
        return _plain(self.surface.saddles(**self.values))

    @cached_property
    def minima_fill(self) -> bool:
        """Whether the minima fill a curve or a region, of which `minima` lists points."""
        declared = self.surface.minima_fill
        return declared(**self.values) if callable(declared) else declared

    @cached_property
    def infimum(self) -> float:
        """The greatest lower bound of the surface, reached or not: what a loss curve is measured from."""
        bound = self.surface.infimum
        return float(bound(**self.values)) if callable(bound) else bound

    @property
    def minimum_value(self) -> float | None:
        """The least value, or None where the surface only approaches its infimum."""
        return self.infimum if self.surface.attained else None

    def abreast(self, curved: bool) -> int:
        """The address of the kernel for many points at once, with or without their Hessians."""
        return address(abreast(self.surface.kernel, curved), ABREAST)

    def jet(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """(f, fx, fy, fxx, fxy, fyy) on the last axis, of shape (..., 6) for x and y that broadcast to (...)."""
        xs, ys = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        jets = np.empty((xs.size, 6))
        sample(self.address, self.packed, np.array([xs.ravel(), ys.ravel()]), jets)
        return jets.reshape((*xs.shape, 6))

    def at(self, x: float, y: float) -> Jet:
        """(f, fx, fy, fxx, fxy, fyy) at one point, as plain floats."""
        jets = np.empty((1, 6))
        sample(self.address, self.packed, np.array([[x], [y]]), jets)
        f, fx, fy, fxx, fxy, fyy = jets[0].tolist()
        return f, fx, fy, fxx, fxy, fyy

    def value(self, x: ArrayLike, y: ArrayLike) -> Any:
        """f(x, y), of shape (...), float64."""
        return self.jet(x, y)[..., 0]

    def gradient(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """(fx, fy) on the last axis, of shape (..., 2)."""
        return self.jet(x, y)[..., 1:3]

    def hessian(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """((fxx, fxy), (fxy, fyy)) on the last two axes, of shape (..., 2, 2)."""
        jets = self.jet(x, y)
        return jets[..., [3, 4, 4, 5]].reshape((*jets.shape[:-1], 2, 2))


def _plain(points: Points) -> Points:
    return tuple((float(x), float(y)) for x, y in points)
