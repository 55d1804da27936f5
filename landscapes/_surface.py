"""What a surface declares, and the landscape made of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from landscapes.jets import BATCHED, EXAMPLE, SAMPLE, SURFACE, Jet, batched, sample
from landscapes.tools.arguments import Floats, Point, instance, numbers, pair, real, sequence, text, texts
from landscapes.tools.compiler import Kernel, address, prepare
from landscapes.tools.declarations import Parameter, check_functions, check_numbers, check_text, set_fields, validate
from landscapes.tools.frozen import FrozenDict
from landscapes.tools.help import InstanceDoc, describe

Points: TypeAlias = tuple[Point, ...]
Domain: TypeAlias = tuple[Point, Point]


def _no_points(**values: float) -> Points:
    return ()


def _parameters_in_order(**values: float) -> tuple[float, ...]:
    return tuple(values.values())


@dataclass(frozen=True)
class Surface:
    """What the one file of a surface declares. Functions take the parameters by name.

    Attributes:
        name: in code and in links.
        title, watch: its name and one sentence on what to watch (English, translated where they are shown).
        formula: LaTeX of f(x, y).
        reference: where it comes from.
        kernel: the compiled jet, see `landscapes.jets`.
        domain: ((x0, x1), (y0, y1)), the map.
        start: a start that makes the surface's point.
        infimum: the greatest lower bound of f.
        minima: local minima in the domain, the best first; where minima fill a curve or a region, points of it.
        saddles: saddle points in the domain.
        minima_fill: whether the minima fill a curve or a region (of which `minima` lists points).
        smooth: whether f has two continuous derivatives everywhere. Where it has not, the jet is finite all the same:
            its gradient is the shortest of the slopes there, and its Hessian leaves out what is infinite.
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
    minima: Callable[..., Points] = _no_points
    saddles: Callable[..., Points] = _no_points
    minima_fill: Callable[..., bool] | bool = False
    smooth: bool = True
    attained: bool = True
    parameters: tuple[Parameter, ...] = ()
    challenges: frozenset[str] = field(default_factory=frozenset)
    lr: float | None = None
    pack: Callable[..., tuple[float, ...]] = _parameters_in_order
    example: Kernel | None = None
    size: Callable[..., int] | None = None
    blurred: Kernel | None = None

    def __post_init__(self) -> None:
        check_text(self, "name", "title", "watch", "formula", "reference")
        check_functions(self, "kernel", compiled=True)
        check_functions(self, "example", "blurred", compiled=True, optional=True)
        check_functions(self, "minima", "saddles", "pack")
        check_functions(self, "size", optional=True)
        check_numbers(self, "parameters")
        sides = sequence(f"domain of {self.name}", self.domain, "((x0, x1), (y0, y1))")
        set_fields(
            self,
            domain=tuple(
                pair(f"every side of the domain of {self.name}", one, "two numbers (low, high)") for one in sides
            ),
            start=pair(f"start of {self.name}", self.start),
            challenges=frozenset(texts(f"challenges of {self.name}", self.challenges, "names of challenges, a set")),
        )
        if len(self.domain) != 2 or not all(low < high for low, high in self.domain):
            raise ValueError(
                f"domain of {self.name} must be ((x0, x1), (y0, y1)), from low to high, not {self.domain!r}"
            )
        if not callable(self.infimum):
            real(f"infimum of {self.name}", self.infimum, "a number or a function of the parameters")
        if self.lr is not None:
            real(f"lr of {self.name}", self.lr, "a number or None")

    def __deepcopy__(self, memo: Any) -> "Surface":
        return self


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
        sharp: the landscape without its blur; itself where there is none.
        sigma: the standard deviation of its blur; 0 where there is none.

    Example:
        >>> import landscapes
        >>> valley = landscapes.get("rosenbrock", b=10.0)
        >>> float(valley.value(0.0, 0.0)), valley.minima
        (1.0, ((1.0, 1.0),))
        >>> valley.gradient([0.0, 1.0], 0.0).shape
        (2, 2)
    """

    def __init__(self, surface: Surface, challenge: str, values: Mapping[str, float]) -> None:
        self.surface = instance("surface", Surface, "a `landscapes.Surface`", surface)
        self.values = FrozenDict(validate(surface.name, surface.parameters, values))
        self.name = surface.name
        self.domain = surface.domain
        self.start = surface.start
        self.challenge = text("challenge", challenge, "the name of a challenge")
        self.challenges = surface.challenges | {challenge}
        self.parameters = surface.parameters
        # A kernel without parameters still gets a pointer to something.
        self.packed: Floats = np.array([*surface.pack(**self.values), 0.0])
        self.packed.setflags(write=False)
        self.address = address(surface.kernel, SURFACE)
        self.example_address = address(surface.example, EXAMPLE) if surface.example else 0
        self.size = surface.size(**self.values) if surface.size else 0
        prepare(sample, SAMPLE)

    sigma: float = 0.0

    @property
    def sharp(self) -> "Landscape":
        """The landscape without its blur."""
        return self

    __doc__: Any = InstanceDoc(__doc__)

    def _describe(self) -> str:
        surface = self.surface
        return describe(
            f"{surface.title}: {surface.watch}",
            f"f(x, y) = {surface.formula}",
            f"On the map x is from {self.domain[0][0]:g} to {self.domain[0][1]:g}, y from {self.domain[1][0]:g} to "
            f"{self.domain[1][1]:g}; its start is {self.start}.",
            numbers=zip(self.parameters, self.values.values(), strict=True),
            reference=surface.reference,
        )

    def _identity(self) -> tuple[Any, ...]:
        """What two landscapes that are equal have in common."""
        return self.surface, self.challenge, self.values

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Landscape) or type(other) is not type(self):
            return NotImplemented
        return self is other or self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash((self.name, self.challenge, self.values))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.surface, self.challenge, dict(self.values))

    def __repr__(self) -> str:
        return f"landscapes.get({', '.join([repr(self.name), *(f'{k}={v!r}' for k, v in self.values.items())])})"

    @cached_property
    def minima(self) -> Points:
        """Local minima in the domain as (x, y), the best first; where they fill a curve or a region, points of it."""
        return _to_points(self.surface.minima(**self.values))

    @cached_property
    def saddles(self) -> Points:
        """Saddle points in the domain as (x, y)."""
        return _to_points(self.surface.saddles(**self.values))

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

    def batched_address(self, curved: bool) -> int:
        """The address of the kernel for many points at once, with or without their Hessians."""
        return address(batched(self.surface.kernel, curved), BATCHED)

    def jet(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """(f, fx, fy, fxx, fxy, fyy) on the last axis, of shape (..., 6) for x and y that broadcast to (...)."""
        xs, ys = np.broadcast_arrays(numbers("x", x), numbers("y", y))
        jets = np.empty((xs.size, 6))
        sample(self.address, self.packed, np.array([xs.ravel(), ys.ravel()]), jets)
        return jets.reshape((*xs.shape, 6))

    def at(self, x: float, y: float) -> Jet:
        """(f, fx, fy, fxx, fxy, fyy) at one point, as plain floats."""
        jets = np.empty((1, 6))
        sample(self.address, self.packed, np.array([[real("x", x)], [real("y", y)]]), jets)
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


def _to_points(points: Points) -> Points:
    return tuple((float(x), float(y)) for x, y in points)
