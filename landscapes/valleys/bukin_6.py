"""Bukin's function no. 6: a groove with infinitely steep walls and almost no slope along its floor.

f(x, y) = 100 √|y - x²/100| + |x + 10| / 100

The floor is the parabola y = x²/100, its lowest point (-10, 1). The walls get steeper towards the floor: no learning
rate is small enough for them, and the slope along the floor, 1/100, is negligible beside theirs. On the floor every
gradient of the form (± 1/100, 0) + k (-x/50, 1) is a subgradient, for any k: the jet has the shortest, the one along
the floor, which is 0 at the minimum; and since there is no curvature along the floor, its Hessian is 0 there.
It is published for -15 <= x <= -5 and -3 <= y <= 3. Z. K. Silagadze, "Finding two-dimensional peaks", Physics of
Particles and Nuclei Letters 4 (2007) 73-80.
"""

import math

from landscapes.authoring import Jet, Points, Surface, Values, compiled, device_function, gaussian

CUSP = 1e-200  # points this close to the floor count as on it: closer, the curvature would be infinite


@device_function
def sign(t: float) -> float:
    """-1, 0 or 1; NaN for NaN."""
    return 1.0 if t > 0 else -1.0 if t < 0 else t


@compiled
def bukin_6(x: float, y: float, p: Values) -> Jet:
    """The jet, with the height u above the floor and the slope of the floor, x/50."""
    u, tilt = y - x * x / 100, x / 50
    along = 0.01 * sign(x + 10)
    if abs(u) <= CUSP:
        shorter = along / (1 + tilt * tilt)
        return 0.01 * abs(x + 10), shorter, shorter * tilt, 0.0, 0.0, 0.0
    root = math.sqrt(abs(u))
    slope, bend = 50 * sign(u) / root, -25 / (root * root * root)
    return (
        100 * root + 0.01 * abs(x + 10),
        along - slope * tilt,
        slope,
        bend * tilt * tilt - slope / 50,
        -bend * tilt,
        bend,
    )


@compiled
def blurred_bukin_6(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ): over y first, which leaves a sum without cusps."""
    sigma = p[0]
    g, g1, g2 = gaussian.distance(x + 10, sigma)
    f, fx, fy, fxx, fxy, fyy = 0.01 * g, 0.01 * g1, 0.0, 0.01 * g2, 0.0, 0.0
    for i in range(-gaussian.NODES, gaussian.NODES + 1):
        at, share = x + sigma * i * gaussian.STEP, 100 * gaussian.STEP * gaussian.normal(i * gaussian.STEP)
        height, slope, bend = gaussian.root(y - at * at / 100, sigma)
        tilt = at / 50
        f += share * height
        fx -= share * slope * tilt
        fy += share * slope
        fxx += share * (bend * tilt * tilt - slope / 50)
        fxy -= share * bend * tilt
        fyy += share * bend
    return f, fx, fy, fxx, fxy, fyy


def minima() -> Points:
    """The lowest point of the floor. Off the floor f_y is not 0."""
    return ((-10.0, 1.0),)


SURFACE = Surface(
    name="bukin_6",
    title="Bukin's function no. 6",
    watch="The nearer the floor, the steeper the walls. Who moves along the floor at all?",
    formula=r"100\sqrt{\left|y - \tfrac{1}{100}x^2\right|} + \tfrac{1}{100}\left|x + 10\right|",
    reference="Silagadze (2007), Physics of Particles and Nuclei Letters 4, 73-80",
    kernel=bukin_6,
    blurred=blurred_bukin_6,
    domain=((-15.0, -5.0), (-3.0, 3.0)),
    start=(-13.5, 0.4),
    minima=minima,
    smooth=False,
    lr=1e-3,
)
