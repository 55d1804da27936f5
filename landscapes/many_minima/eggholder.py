"""The eggholder: hundreds of irregular hollows, the deepest at the border.

f(x, y) = -c sin √|c + x/2| - x sin √|x - c| + max(0, |x| - 512)³ + max(0, |y| - 512)³, with c = y + 47

It is published for -512 <= x, y <= 512, where its least value, -959.6407 at (512, 404.2319), is not a minimum but lies
on the border: beyond, it would swing ever lower. The cubic walls, outside that box and with two continuous derivatives,
prevent this and leave the published function unchanged. So the deepest hollow is closed only by a wall, slightly
outside the box: -961.8626 at (513.0090, 405.1352). The map shows the walls too. M. Jamil, X.-S. Yang, "A
literature survey of benchmark functions for global optimization problems", International Journal of Mathematical
Modelling and Numerical Optimisation 4 (2013) 150-194.

Two lines of cusps cross the map, c = -x/2 and c = x, where √|·| is infinitely steep: half of each is a groove, the
other half a ridge. Any slope across them is a subgradient there; the jet has the shortest, the one along the line, and
the curvature along the line only. On both lines f is -x sin √(3|x|/2), whose critical points are known.
"""

import math
from collections.abc import Iterator
from functools import cache

from landscapes.authoring import (
    Jet,
    Points,
    Surface,
    Values,
    compiled,
    device_function,
    gaussian,
    newton,
    python_function,
    root,
    swing,
)

EDGE = 512.0
CUSP = 1e-200  # points this close to a line of cusps count as on it: closer, 1/√|·|³ would be infinite

# Starts of Newton's method for the other critical points, rounded to whole numbers: x, y.
HOLLOWS = """
513 405, 482 433, 479 435, 439 454, -466 386, 347 499, -315 514, -457 -383, -390 -415, -361 -430, 283 -487,
400 -368, 465 -302, 494 -272, -295 -462, -175 -513, 419 171, -514 278, 325 216, -106 423, 285 235, 282 237,
-243 274, -333 181, -372 142, -376 138, -415 99, -506 6, 242 256, 513 59, -409 -156, 150 301, -514 -274,
-287 -212, 442 -24, 514 -206, 91 -391, 18 366, 203 -269, 267 -203, 297 -173, 362 -107, -219 -244, -189 -258,
-124 -290, 277 29, 196 514, -313 -58, -76 191, -16 -343, -163 96, -201 56, -205 53, -243 13, 181 72, 140 91,
137 92, 97 111, 513 268, -171 -96, 61 -199, 13 151, 123 -131, 152 -101, 208 -43, -101 -126, -71 -140, -11 -168,
-46 38, -83 -3, -86 -6, -123 -46, 91 -18, 48 -2, 45 0, 8 16, 32 -85, 59 -54, -37 -61, -6 -71, -17 -36, -20 -39,
-514 213, 8 -42, 4 -42, -514 208, 513 -514
"""
PASSES = """
-514 230, -514 186, -512 331, -504 -350, -479 -106, -479 -225, -478 190, -475 193, -448 62, -435 233, -412 -396,
-395 452, -392 -20, -386 124, -372 -416, -368 -418, -360 -284, -356 154, -342 327, -335 -80, -334 -179,
-329 -437, -318 54, -293 -317, -290 221, -281 91, -278 94, -269 -16, -263 -332, -241 -225, -239 -483, -237 135,
-216 -60, -215 -139, -214 39, -201 -245, -199 -365, -198 473, -197 -247, -185 69, -171 341, -170 -15, -159 -266,
-148 -173, -145 229, -136 19, -133 22, -126 -48, -123 -106, -119 -187, -118 137, -94 -18, -92 64, -88 -420,
-82 -127, -79 -128, -73 -309, -66 10, -63 -45, -58 -218, -57 -80, -44 -27, -43 -147, -40 -24, -28 -95, -23 -44,
-17 -61, -14 382, -14 -62, -12 262, -10 162, -7 82, -5 22, -3 -46, -3 -19, -1 -41, 1 -53, 3 -75, 3 -48, 5 -116,
7 513, 7 -176, 10 -256, 12 -356, 14 -32, 14 -476, 17 -33, 23 -50, 28 1, 40 -70, 43 53, 44 -67, 57 -14, 58 124,
63 -49, 66 -104, 73 215, 79 34, 82 33, 88 326, 92 -158, 94 -76, 103 457, 118 -231, 119 93, 123 12, 126 -46,
133 -116, 136 -113, 145 -323, 148 79, 159 172, 170 -79, 171 -435, 185 -163, 197 153, 199 271, 201 151, 214 -133,
215 45, 216 -34, 237 -229, 239 389, 241 131, 255 514, 263 238, 269 -78, 278 -188, 281 -185, 290 -315, 293 223,
318 -148, 329 343, 334 85, 335 -14, 342 -421, 356 -248, 360 190, 368 324, 372 322, 386 -218, 392 -74, 396 468,
412 302, 435 -327, 448 -156, 461 436, 475 -287, 478 -284, 479 131, 479 12, 484 -514, 490 421, 504 256,
512.5 -95.9, 513 -242, 514 -492, 514 338
"""


@device_function
def waves(x: float, y: float) -> Jet:
    """The jet; on a line of cusps it omits the wave that has the cusp."""
    c = y + 47
    u, v = c + 0.5 * x, x - c
    q, r = math.sqrt(abs(u)), math.sqrt(abs(v))
    a, a1, a2 = math.sin(q), 0.0, 0.0
    b, b1, b2 = math.sin(r), 0.0, 0.0
    if abs(u) > CUSP:
        a1, a2 = math.copysign(0.5, u) / q * math.cos(q), -0.25 * (q * a + math.cos(q)) / (q * q * q)
    if abs(v) > CUSP:
        b1, b2 = math.copysign(0.5, v) / r * math.cos(r), -0.25 * (r * b + math.cos(r)) / (r * r * r)
    w, z = max(0.0, abs(x) - EDGE), max(0.0, abs(y) - EDGE)
    return (
        w * w * w + z * z * z - c * a - x * b,
        math.copysign(3 * w * w, x) - 0.5 * c * a1 - b - x * b1,
        math.copysign(3 * z * z, y) - a - c * a1 + x * b1,
        6 * w - 0.25 * c * a2 - 2 * b1 - x * b2,
        -0.5 * a1 - 0.5 * c * a2 + b1 + x * b2,
        6 * z - 2 * a1 - c * a2 - x * b2,
    )


@device_function
def along(jet: Jet, s: float, t: float) -> Jet:
    """The components of slope and curvature along (s, t)."""
    f, fx, fy, fxx, fxy, fyy = jet
    square = s * s + t * t
    slope = (fx * s + fy * t) / square
    bend = (fxx * s * s + 2 * fxy * s * t + fyy * t * t) / (square * square)
    return f, slope * s, slope * t, bend * s * s, bend * s * t, bend * t * t


@compiled
def eggholder(x: float, y: float, p: Values) -> Jet:
    """The jet."""
    jet = waves(x, y)
    if abs(y + 47 + 0.5 * x) <= CUSP:
        jet = along(jet, 1.0, -0.5)
    if abs(x - (y + 47)) <= CUSP:
        jet = along(jet, 1.0, 1.0)
    return jet


@compiled
def blurred_eggholder(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ).

    In each wave both factors are normal, with covariance σ²: by Stein's identity E C g(U) = E C · E g(U) + σ² E g'(U).
    """
    c, v = y + 47, p[0] * p[0]
    a, a1, a2, a3 = gaussian.root_sine(c + 0.5 * x, p[0] * math.sqrt(1.25))
    b, b1, b2, b3 = gaussian.root_sine(x - c, p[0] * math.sqrt(2))
    e, e1, e2 = gaussian.cube(x - EDGE, p[0])
    f, f1, f2 = gaussian.cube(-x - EDGE, p[0])
    g, g1, g2 = gaussian.cube(y - EDGE, p[0])
    h, h1, h2 = gaussian.cube(-y - EDGE, p[0])
    first, second = c * a1 + v * a2, x * b1 + v * b2
    bend, other = c * a2 + v * a3, x * b2 + v * b3
    return (
        e + f + g + h - c * a - v * a1 - x * b - v * b1,
        e1 - f1 - 0.5 * first - b - second,
        g1 - h1 - a - first + second,
        e2 + f2 - 0.25 * bend - 2 * b1 - other,
        -0.5 * a1 - 0.5 * bend + b1 + other,
        g2 + h2 - 2 * a1 - bend - other,
    )


def critical_points(near: str) -> Iterator[tuple[float, float]]:
    """The critical points next to the listed ones."""

    def slopes(x: float, y: float) -> tuple[float, float, float, float, float]:
        return python_function(waves)(x, y)[1:]

    for start in near.split(","):
        x, y = start.split()
        yield newton(slopes, (float(x), float(y)))


def on_first(x: float) -> tuple[float, float]:
    """The point of the line c = -x/2 at x, rounded so that it lies exactly on the line."""
    x = math.ldexp(round(math.ldexp(x, 40)), -40)
    return x, -47 - 0.5 * x


def on_second(x: float) -> tuple[float, float]:
    """The point of the line c = x at x, rounded so that it lies exactly on the line."""
    x = math.ldexp(round(math.ldexp(x, 40)), -40)
    return x, x - 47


def foot() -> float:
    """The lowest point of the line c = -x/2 at the wall x < -512."""

    def slope(x: float) -> float:
        q = math.sqrt(-1.5 * x)
        return -3 * (x + EDGE) ** 2 - math.sin(q) - 0.5 * q * math.cos(q)

    return root(slope, -EDGE - 8, -EDGE)


@cache
def minima() -> Points:
    """The hollows, and the lowest points of the grooves, c = -x/2 for x > 0 and c = x for x < 0."""
    grooves = [
        *(on_first(swing(k) / 1.5) for k in (1, 3, 5, 7, 9)),
        *(on_second(-swing(k) / 1.5) for k in (2, 4, 6, 8)),
    ]
    return tuple(sorted([*critical_points(HOLLOWS), *grooves], key=lambda at: python_function(waves)(*at)[0]))


@cache
def saddles() -> Points:
    """The passes, the highest points of the grooves and the lowest of the ridges."""
    return (
        *critical_points(PASSES),
        *(on_first(swing(k) / 1.5) for k in (2, 4, 6, 8)),
        *(on_first(-swing(k) / 1.5) for k in (2, 4, 6, 8)),
        on_first(foot()),
        *(on_second(-swing(k) / 1.5) for k in (1, 3, 5, 7)),
        *(on_second(swing(k) / 1.5) for k in (1, 3, 5, 7, 9)),
    )


def infimum() -> float:
    """The value at the minimum of the deepest hollow. Farther out the walls are too high."""
    return python_function(waves)(*minima()[0])[0]


SURFACE = Surface(
    name="eggholder",
    title="Eggholder",
    watch="Nearly a hundred minima; the deepest lies at the wall around the map. Who finds it?",
    formula=r"-c\sin\sqrt{\left|c + \tfrac x2\right|} - x\sin\sqrt{|x - c|} + \sum_{t \in \{x, y\}}"
    r"\max(0, |t| - 512)^3,\quad c = y + 47",
    reference="Jamil, Yang (2013), Int. J. Mathematical Modelling and Numerical Optimisation 4, 150-194",
    kernel=eggholder,
    blurred=blurred_eggholder,
    domain=((-520.0, 520.0), (-520.0, 520.0)),
    start=(-100.0, 330.0),
    infimum=infimum,
    minima=minima,
    saddles=saddles,
    smooth=False,
    challenges=frozenset({"saddles"}),
    lr=0.1,
)
