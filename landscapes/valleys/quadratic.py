"""A quadratic bowl with a condition number and a rotation.

f(x, y) = ½ (u² / κ + v²), where (u, v) is (x, y) turned back by the angle: u = x cos φ + y sin φ, v = y cos φ - x sin φ

The larger eigenvalue is 1 for any condition number κ, so a learning rate below 2 is stable for gradient descent, and at
a fixed learning rate the number of steps grows like κ. Goodfellow, Bengio, Courville (2016), section 8.2.1.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled, offset


@compiled
def quadratic(x: float, y: float, p: Values) -> Jet:
    """The jet, with p = (a, b, d), the entries of the Hessian ((a, b), (b, d))."""
    a, b, d = p[0], p[1], p[2]
    gx, gy = a * x + b * y, b * x + d * y
    return 0.5 * (x * gx + y * gy), gx, gy, a, b, d


@compiled
def blurred_quadratic(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, a, b, d): σ²/2 times the trace is added."""
    f, fx, fy, fxx, fxy, fyy = quadratic(x, y, offset(p, 1))
    return f + 0.5 * p[0] * p[0] * (fxx + fyy), fx, fy, fxx, fxy, fyy


def hessian(condition: float, angle: float) -> tuple[float, float, float]:
    """The entries (a, b, d) of R diag(1/κ, 1) Rᵀ."""
    flat, quarters = 1 / condition, angle / 90
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    if quarters == int(quarters):  # exact rotation: cos 90° is not 0 in floating point
        c, s = float(round(c)), float(round(s))
    return flat * c * c + s * s, (flat - 1) * c * s + 0.0, flat * s * s + c * c


def minima(condition: float, angle: float) -> Points:
    """The origin."""
    return ((0.0, 0.0),)


SURFACE = Surface(
    name="quadratic",
    title="Quadratic bowl",
    watch="One rate is too large across a long bowl and too small along it: that is ill-conditioning.",
    formula=r"\tfrac12\left(\frac{u^2}{\kappa} + v^2\right),\quad (u, v) = R_{-\varphi}\,(x, y)",
    reference="Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.2.1",
    kernel=quadratic,
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(-3.4, 2.6),
    minima=minima,
    pack=hessian,
    blurred=blurred_quadratic,
    parameters=(
        Parameter(
            "condition", r"\kappa", 100.0, 1.0, 1e4, "log", at_least=1.0, at_most=1e8, meaning="condition number"
        ),
        Parameter("angle", r"\varphi", 30.0, 0.0, 180.0, at_least=-360.0, at_most=360.0, meaning="rotation in degrees"),
    ),
)
