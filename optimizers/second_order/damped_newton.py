"""Damped Newton: the method of Levenberg and Marquardt, with a damping that adapts.

θ <- θ - (H + α I)⁻¹ g

Goodfellow, Bengio, Courville (2016), equation 8.28. The gain ratio of a step d is what the loss really falls by over
what the quadratic model promises, -gᵀd - ½ dᵀHd = ½ (α dᵀd - gᵀd). If it is positive the step is taken and α divided by
the factor c. Otherwise, and where H + α I is not positive definite, the step is refused: its length is 0, it costs what
a step costs, and α is multiplied by c, then c², c³, ... as refusals follow each other (Nielsen, 1999), so that it rises
faster than it fell. α stays at or above the smallest normal number: from 0 it could not rise. To both decreases
10⁻¹² |f| is added, or rounding would refuse the last steps (Conn, Gould, Toint, 2000, Trust-Region Methods, section
17.4.2).

A step asks for the loss where it would go, and is charged for it also where H + α I is not positive definite and it
goes nowhere. The loss at θ is known from the steps before; that of the start is not counted.
"""

from typing import Any

from landscapes import Parameter
from landscapes._kernel import call, compiled, inlined
from optimizers._descent import Course, Hyper, Shift, Site, State, descend, here
from optimizers._method import Method

SMALLEST = 2.0**-1022
ROUNDING = 1e-12


@inlined
def step(k: int, lr: float, at: Site, s: State, h: Hyper) -> Shift:
    """h = (α at the start, c); s = (α, what the next refusal multiplies it by), and zeros before the first step."""
    alpha, rise = (s[0], s[1]) if k > 1 else (h[0], h[1])
    a, d = at.hxx + alpha, at.hyy + alpha
    determinant = a * d - at.hxy * at.hxy
    if a > 0.0 and determinant > 0.0:
        dx, dy = (at.hxy * at.gy - d * at.gx) / determinant, (at.hxy * at.gx - a * at.gy) / determinant
        if gain(at, dx, dy, alpha) > 0.0:
            return dx, dy, (max(alpha / h[1], SMALLEST), h[1])
    return 0.0, 0.0, (alpha * rise, rise * h[1])


@inlined
def gain(at: Site, dx: float, dy: float, alpha: float) -> float:
    """The gain ratio of the step d."""
    f, _, _, _, _, _ = call(at.surface, at.x + dx, at.y + dy, at.p)
    promised = 0.5 * (alpha * (dx * dx + dy * dy) - (at.gx * dx + at.gy * dy))
    slack = ROUNDING * abs(at.loss)
    ratio: float = (at.loss - f + slack) / (promised + slack)
    return ratio


@compiled
def trace(surface: int, values: Any, x: float, y: float, hyper: Any, course: Course, record: Any) -> int:
    """The loop with this step."""
    return descend(here, step, (0.0, 0.0), surface, values, x, y, hyper, course, record)


METHOD = Method(
    name="damped_newton",
    title="Damped Newton",
    idea="Newton's step, held back by a damping that grows after a failure and shrinks after a success.",
    formula=r"\theta \leftarrow \theta - (H + \alpha I)^{-1} g",
    reference="Levenberg (1944), Quarterly of Applied Mathematics 2, 164-168; Marquardt (1963), Journal of the Society "
    "for Industrial and Applied Mathematics 11, 431-441; Nielsen (1999), IMM-REP-1999-05, Technical University of "
    "Denmark; Deep Learning, equation 8.28",
    trace=trace,
    hyperparameters=(
        Parameter("damping", r"\alpha", 1.0, 1e-6, 1e3, "log", at_least=SMALLEST, meaning="damping at the start"),
        Parameter("factor", "c", 3.0, 1.1, 10.0, "log", at_least=1 + 2.0**-52, meaning="factor of the damping"),
    ),
    evaluations=(1, 1, 1),
)
