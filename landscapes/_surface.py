"""The declaration of a surface, and the landscape built from it."""

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
    """The declaration of a surface, one in every file. Its functions take the parameters by name.

    Attributes:
        name: Name in code and in links.
        title, watch: Name on the screen and one sentence on what to watch (English; translated where shown).
        formula: LaTeX of f(x, y).
        reference: Where the surface comes from.
        kernel: Compiled jet, see `landscapes.jets`.
        domain: ((x0, x1), (y0, y1)), the map.
        start: A start from which a run shows what the surface is about.
        infimum: Greatest lower bound of f.
        minima: Local minima in the domain, the best first; points of them where minima fill a curve or a region.
        saddles: Saddle points in the domain.
        minima_fill: Whether the minima fill a curve or a region (of which `minima` lists points).
        smooth: Whether f has two continuous derivatives everywhere. Where it does not, the jet is still finite: its
            gradient is the shortest subgradient, and its Hessian omits the infinite terms.
        attained: Whether f has the infimum as its value at some point.
        parameters: Declared parameters, in the order in which the kernel reads them.
        challenges: Challenges that it shows besides that of its folder.
        lr: Learning rate at which descent shows what the surface is about; None if a well-tuned one does.
        pack: Computes the numbers that the kernel reads from the parameters; by default the parameters themselves.
        example: Compiled jet of the loss of one example, if the surface is a mean over examples.
        size: Number of examples.
        blurred: Jet of the surface convolved with a Gaussian, if there is a closed form: its kernel reads the
            standard deviation, followed by the numbers from `pack`.
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
    """A surface with its parameters set: value, gradient and Hessian, minima and saddles.

    Attributes:
        name: Name of the surface.
        domain: ((x0, x1), (y0, y1)), the part of the plane shown on the map. The surface is defined outside too.
        start: (x, y), a start from which a run shows what the surface is about.
        challenge: The challenge in whose folder it lies.
        challenges: All challenges that it shows, as a frozenset of str.
        parameters: Declared parameters, a tuple of `Parameter`.
        values: Values of the parameters, by name.
        surface: The declaration, with title, formula and reference.
        size: Number of examples over which the surface is a mean; 0 if there are none.
        example_address: Address of the kernel of one example's loss; 0 if there is none.
        sharp: The landscape before blurring; itself if it is not blurred.
        sigma: Standard deviation of the blur; 0 if it is not blurred.

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
        # The trailing 0: a kernel without parameters needs a valid pointer too.
        self.packed: Floats = np.array([*surface.pack(**self.values), 0.0])
        self.packed.setflags(write=False)
        self.address = address(surface.kernel, SURFACE)
        self.example_address = address(surface.example, EXAMPLE) if surface.example else 0
        self.size = surface.size(**self.values) if surface.size else 0
        prepare(sample, SAMPLE)

    sigma: float = 0.0

    @property
    def sharp(self) -> "Landscape":
        """The landscape before blurring."""
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
        """What equal landscapes have in common."""
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
        """Local minima in the domain as (x, y), the best first; points of them where they fill a curve or a region."""
        return _to_points(self.surface.minima(**self.values))

    @cached_property
    def saddles(self) -> Points:
        """Saddle points in the domain as (x, y)."""
        return _to_points(self.surface.saddles(**self.values))

    @cached_property
    def minima_fill(self) -> bool:
        """Whether the minima fill a curve or a region (of which `minima` lists points)."""
        declared = self.surface.minima_fill
        return declared(**self.values) if callable(declared) else declared

    @cached_property
    def infimum(self) -> float:
        """Greatest lower bound of the surface, attained or not; loss curves are plotted relative to it."""
        bound = self.surface.infimum
        return float(bound(**self.values)) if callable(bound) else bound

    @property
    def minimum_value(self) -> float | None:
        """The least value, or None if the surface only approaches its infimum."""
        return self.infimum if self.surface.attained else None

    def batched_address(self, curved: bool) -> int:
        """The address of the kernel for many points at once, with or without Hessians."""
        return address(batched(self.surface.kernel, curved), BATCHED)

    def jet(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """(f, fx, fy, fxx, fxy, fyy) on the last axis, of shape (..., 6) for x and y that broadcast to (...)."""
        xs, ys = np.broadcast_arrays(numbers("x", x), numbers("y", y))
        jets = np.empty((xs.size, 6))
        sample(self.address, self.packed, np.array([xs.ravel(), ys.ravel()]), jets)
        return jets.reshape((*xs.shape, 6))

    def at(self, x: float, y: float) -> Jet:
        """(f, fx, fy, fxx, fxy, fyy) at one point, as Python floats."""
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
