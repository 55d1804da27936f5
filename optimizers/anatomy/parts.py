"""The parts of a step: the shapes that are drawn, and the information that an anatomy receives.

The `anatomy` of a method receives the `Moment` of a step and returns in plain Python the parts of the step. The state
of the method (velocity, squares, a matrix) is not in the record of a run: it is recomputed from the points and
gradients of the previous steps. The compiled loops do not depend on this.

`optimizers.dissect` does the rest.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from landscapes import Landscape, Point
from landscapes.tools.arguments import Floats
from landscapes.tools.equality import ByValue
from landscapes.tools.frozen import FrozenDict
from optimizers.engine.ratios import root_means, unit_of

Vector: TypeAlias = Floats  # of shape (2,)
Matrix: TypeAlias = Floats  # of shape (2, 2), symmetric
Unit: TypeAlias = Literal["step", "gradient"]
Number: TypeAlias = float | Point


class Arrow(NamedTuple):
    """A vector, drawn from its tail.

    Attributes:
        tail: Its start, a point of the map.
        vector: (x, y), at its true length.
        unit: "step" for a displacement in the map's units, "gradient" for loss per unit of the map: the length on the
            map then has no meaning, and it may be drawn at any scale.
    """

    tail: Point
    vector: Point
    unit: Unit = "step"


class Spot(NamedTuple):
    """A single point of the map, `at`."""

    at: Point


class Box(NamedTuple):
    """A size for each coordinate, drawn as a box.

    Attributes:
        center: A point of the map.
        half: Half the width and half the height: roots of means or sums of squares, such as √r.
        unit: As for an `Arrow`.
    """

    center: Point
    half: Point
    unit: Unit = "gradient"


class Model(NamedTuple):
    """The quadratic model m(d) = value + gᵀd + ½ dᵀHd of the loss at center + d.

    Attributes:
        center: A point of the map.
        value: The loss there.
        gradient: g, as the step uses it.
        hessian: H as (hxx, hxy, hyy), as the step uses it: damped, with absolute eigenvalues, or learned.
        flat: The point of the map at which the model is stationary, or None if H is singular.
    """

    center: Point
    value: float
    gradient: Point
    hessian: tuple[float, float, float]
    flat: Point | None


class Axes(NamedTuple):
    """The eigenvectors of the Hessian.

    Attributes:
        center: A point of the map.
        eigen: (eigenvalue, vx, vy) twice, the smaller eigenvalue first, the eigenvectors of length 1.
    """

    center: Point
    eigen: tuple[tuple[float, float, float], tuple[float, float, float]]


class Search(NamedTuple):
    """A line search: φ(a) = f(origin + a · direction).

    Attributes:
        origin: A point of the map.
        direction: (x, y), at the length that the search multiplies.
        taken: The a that the search chose; 0 if it found none.
    """

    origin: Point
    direction: Point
    taken: float


class Triangle(NamedTuple):
    """A triangle of points of the map.

    Attributes:
        corners: From the best, with the least loss, to the worst.
    """

    corners: tuple[Point, Point, Point]


Shape: TypeAlias = Arrow | Spot | Box | Model | Axes | Search | Triangle


class Part(NamedTuple):
    """One part of a step: a sub-step that a viewer advances through.

    Attributes:
        term: Mark of the part in the method's formula, and key of its caption.
        shape: The shape that is drawn.
        adds: Whether it is one of the arrows whose sum is the step.
        numbers: Values for the blanks of its caption: numbers, or one for each coordinate.
    """

    term: str
    shape: Shape
    adds: bool = False
    numbers: Mapping[str, Number] = FrozenDict()


@dataclass(frozen=True, eq=False)
class Instant(ByValue):
    """One step, as the record of a run contains it.

    Attributes:
        k: Number of the step, 1, 2, ...
        rate: Learning rate ε of this step, from its schedule; 1 if the method has none.
        x, y: The point θ from which the step is taken.
        loss: f at θ.
        raw: Gradient before clipping: with noise, at the look-ahead point if the method has one.
        used: That gradient after clipping.
        probe: Point of the second gradient, for methods that take one; otherwise θ.
    """

    k: int
    rate: float
    x: float
    y: float
    loss: float
    raw: Vector
    used: Vector
    probe: Vector

    @property
    def theta(self) -> Vector:
        """θ as a vector."""
        return np.array([self.x, self.y])


@dataclass(frozen=True, eq=False)
class Moment(Instant):
    """Everything known about the step that is dissected.

    Attributes:
        hessian: Exact Hessian at θ.
        values: Hyperparameters by name.
        past: The steps before this one, in order.
        step: The recorded step.
        landscape: For values, gradients and Hessians at other points.
    """

    hessian: Matrix
    values: Mapping[str, float]
    past: tuple[Instant, ...]
    step: Vector
    landscape: Landscape

    @property
    def gradients(self) -> list[Vector]:
        """The gradients used up to and including this step."""
        return [*(one.used for one in self.past), self.used]


def adding(parts: Iterable[Part]) -> list[Arrow]:
    """The arrows whose sum is the step."""
    return [part.shape for part in parts if part.adds and isinstance(part.shape, Arrow)]


def pair(vector: Vector) -> Point:
    """A vector as two Python floats."""
    return float(vector[0]), float(vector[1])


def length(vector: Vector) -> float:
    """The Euclidean length of a vector."""
    return float(np.hypot(vector[0], vector[1]))


def dot(a: Vector, b: Vector) -> float:
    """aᵀb, summed in the same order as in the loops."""
    return float(a[0] * b[0] + a[1] * b[1])


def arrow(
    term: str, tail: Vector, vector: Vector, unit: Unit = "step", adds: bool = False, **numbers: float | Vector
) -> Part:
    """A part that is an arrow."""
    return Part(term, Arrow(pair(tail), pair(vector), unit), adds, to_numbers(numbers))


def box(term: str, center: Vector, half: Vector, unit: Unit = "gradient", **numbers: float | Vector) -> Part:
    """A part that is a box."""
    return Part(term, Box(pair(center), pair(half), unit), numbers=to_numbers(numbers))


def to_numbers(numbers: Mapping[str, float | Vector]) -> dict[str, Number]:
    """Numbers and vectors as Python floats and pairs of them."""
    plain = {name: pair(one) if isinstance(one, np.ndarray) else float(one) for name, one in numbers.items()}
    return FrozenDict(plain)


def gradient(moment: Moment, at: Vector | None = None) -> tuple[Part, ...]:
    """The gradient of a step at this point, θ by default, and the clipped gradient if clipping changed it."""
    place = moment.theta if at is None else at
    met = arrow("gradient", place, moment.raw, "gradient", length=length(moment.raw))
    if np.array_equal(moment.raw, moment.used):
        return (met,)
    return met, arrow("clipped", place, moment.used, "gradient", length=length(moment.used))


def mean(vectors: Iterable[Vector], decay: float) -> Vector:
    """m <- ρ m + (1 - ρ) g over all g in order, from m = 0."""
    m = np.zeros(2)
    for g in vectors:
        m = decay * m + (1 - decay) * g
    return m


def root_mean_square(vectors: Iterable[Vector], decay: float) -> Vector:
    """√r of r <- ρ r + (1 - ρ) g ⊙ g over all g in order, from r = 0."""
    root = np.zeros(2)
    for g in vectors:
        root = root_means(root, g, decay)
    return root


def pull(moment: Moment, tip: Vector) -> tuple[Part, ...]:
    """The weight decay -ελθ, from the tip of the previous arrow; empty without weight decay."""
    share = moment.values["weight_decay"]
    if share == 0.0:
        return ()
    way = -moment.rate * (share * moment.theta)
    return (arrow("decay", tip, way, adds=True, share=moment.rate * share),)


def axes(moment: Moment) -> Part:
    """The eigenvectors and eigenvalues of the Hessian at θ."""
    (a, b), (_, d) = moment.hessian.tolist()
    low, high = eigen(a, b, d)
    return Part("axes", Axes((moment.x, moment.y), (low, high)), numbers={"low": low[0], "high": high[0]})


def eigen(a: float, b: float, d: float) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """(λ, vx, vy) of ((a, b), (b, d)) for the smaller λ and for the larger one.

    The λ nearer to zero is the determinant over the other one: computed as a difference it would lose digits.

    >>> eigen(1.0, 0.0, 3.0)
    ((1.0, -1.0, 0.0), (3.0, 0.0, 1.0))
    """
    middle, half = (a + d) / 2, (a - d) / 2
    radius = float(np.hypot(half, b))
    large = middle + math.copysign(radius, middle)
    small = a / large * d - b / large * b if large != 0.0 else 0.0
    low, high = (large, small) if large < 0.0 else (small, large)
    x, y = (radius + half, b) if half >= 0.0 else (b, radius - half)
    norm = float(np.hypot(x, y))
    x, y = (x / norm, y / norm) if norm > 0.0 else (1.0, 0.0)
    return (low, -y, x), (high, x, y)


def model(moment: Moment, hessian: Matrix, **numbers: float) -> Part:
    """The quadratic model with the gradient that the step uses and this Hessian."""
    (a, b), (_, d) = hessian.tolist()
    move = newton_step(hessian, moment.used)
    flat = pair(moment.theta + move) if np.isfinite(move).all() else None
    quadratic = Model((moment.x, moment.y), moment.loss, pair(moment.used), (a, b, d), flat)
    return Part("model", quadratic, numbers=numbers)


def newton_step(hessian: Matrix, g: Vector) -> Vector:
    """-H⁻¹g as in `cramer`, outside the loops; not finite if H is singular."""
    unit = unit_of(hessian)
    (a, b), (_, d) = hessian / unit
    g = g / unit
    step: Vector = np.array([b * g[1] - d * g[0], b * g[0] - a * g[1]]) / (a * d - b * b)
    return step


def newest_pair(moment: Moment, s: Vector, y: Vector) -> tuple[Part, ...]:
    """The previous step s and the change y of the gradient, if the method learns from them."""
    if not dot(s, y) > 0.0:
        return ()
    return arrow("moved", moment.theta - s, s, length=length(s)), arrow("changed", moment.theta, y, "gradient")
