"""The deep chain with batch normalization, seen from its last two weights.

f(w_{l-1}, w_l) = (w_l w_{l-1} / √(w²_{l-1} + δ r) - 1)²,  with r = 1 + q + … + qˡ⁻² and q = δ / c²

Every hidden activation h_k = w_k ĥ_{k-1} is replaced by ĥ_k = (h_k - μ) / √(v + δ), with μ and v its mean and variance
over the minibatch; the output is w_l ĥ_{l-1}, and no learned scale or shift follows a normalization. Over the inputs -1
and 1, which are the targets too, μ is 0, v_k = w_k² s_{k-1} with s the variance after normalization, and 1 / s_k =
1 + δ / v_k = 1 + (δ / w_k²) / s_{k-1}: with all lower weights c, 1 / s_{l-2} = r. S. Ioffe, C. Szegedy, "Batch
normalization: accelerating deep network training by reducing internal covariate shift", ICML 2015, algorithm 1; the
constant δ as in Goodfellow, Bengio, Courville (2016), equation 8.37.

The factor of the lower weights is gone: they remain only in r, which tends to 1 as δ tends to 0. Of w_{l-1}, too, only
the sign remains where it is large compared with √δ. So the lower layers do neither harm nor good: this chain can only
learn one sign and one weight. Goodfellow, Bengio, Courville (2016), section 8.7.1, on linear layers.
"""

import math

from landscapes.authoring import Jet, Parameter, Points, Surface, Values, compiled, device_function, gaussian

DOMAIN = ((-2.5, 2.5), (-2.5, 2.5))


@compiled
def deep_chain_normalized(x: float, y: float, p: Values) -> Jet:
    """The jet, with (x, y) = (w_{l-1}, w_l) and p = (√(δ r)); a is the last hidden activation."""
    root = p[0]
    h = math.hypot(x, root)
    a, share = x / h, root / h
    a1 = share * share / h
    a2 = -3 * a * a1 / h
    u = y * a - 1
    return (
        u * u,
        2 * u * y * a1,
        2 * u * a,
        2 * y * (y * a1 * a1 + u * a2),
        2 * a1 * (y * a + u),
        2 * a * a,
    )


@device_function
def activation(w: float, root: float, z: float, share: float) -> tuple[float, float, float, float, float, float]:
    """The contributions of a node to (E a, E a²) and their derivatives, first those to E a, by derivatives of the
    Gaussian."""
    a = w / math.hypot(w, root)
    u, v = share * a, share * a * a
    return u, z * u, (z * z - 1) * u, v, z * v, (z * z - 1) * v


@device_function
def blurred_activation(x: float, root: float, sigma: float) -> tuple[float, float, float, float, float, float]:
    """(E a, E a²) over a Gaussian around x with their derivatives, first those of E a.

    a is steep only at 0. If that is in reach, the nodes are t with w = root · sinh t, otherwise z with w = x + σz.
    """
    a, a1, a2, b, b1, b2 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    if root >= 3 * sigma or abs(x) >= gaussian.REACH * sigma:
        for i in range(-gaussian.NODES, gaussian.NODES + 1):
            u = activation(
                x + sigma * i * gaussian.STEP,
                root,
                i * gaussian.STEP,
                gaussian.STEP * gaussian.normal(i * gaussian.STEP),
            )
            a, a1, a2, b, b1, b2 = a + u[0], a1 + u[1], a2 + u[2], b + u[3], b1 + u[4], b2 + u[5]
    else:
        first = math.ceil(math.asinh((x - gaussian.REACH * sigma) / root) / gaussian.FINE)
        end = math.floor(math.asinh((x + gaussian.REACH * sigma) / root) / gaussian.FINE) + 1
        for i in range(first, end):
            w = root * math.sinh(i * gaussian.FINE)
            z = (w - x) / sigma
            u = activation(w, root, z, gaussian.FINE * math.hypot(w, root) / sigma * gaussian.normal(z))
            a, a1, a2, b, b1, b2 = a + u[0], a1 + u[1], a2 + u[2], b + u[3], b1 + u[4], b2 + u[5]
    return a, a1 / sigma, a2 / (sigma * sigma), b, b1 / sigma, b2 / (sigma * sigma)


@compiled
def blurred_deep_chain_normalized(x: float, y: float, p: Values) -> Jet:
    """The jet of the expected value over a Gaussian, with p = (σ, √(δ r)): (y² + σ²) E a² - 2y E a + 1."""
    a, a1, a2, b, b1, b2 = blurred_activation(x, p[1], p[0])
    square = y * y + p[0] * p[0]
    return (
        square * b - 2 * y * a + 1,
        square * b1 - 2 * y * a1,
        2 * (y * b - a),
        square * b2 - 2 * y * a2,
        2 * (y * b1 - a1),
        2 * b,
    )


def softening(layers: float, others: float, delta: float) -> tuple[float]:
    """√(δ r): the scale of w_{l-1} below which δ dominates the normalization."""
    q = delta / others**2
    return (math.sqrt(delta * math.fsum(q**k for k in range(int(layers) - 1))),)


def minima(layers: float, others: float, delta: float) -> Points:
    """Points of the curve w_l = √(w²_{l-1} + δ r) / w_{l-1} that lie on the map."""
    (root,) = softening(layers, others, delta)
    points = ((s * x, s * math.hypot(x, root) / x) for x in (1.0, 2.0, 0.5) for s in (1, -1))
    return tuple((x, y) for x, y in points if abs(y) <= DOMAIN[1][1])


def saddles(layers: float, others: float, delta: float) -> Points:
    """The origin."""
    return ((0.0, 0.0),)


SURFACE = Surface(
    name="deep_chain_normalized",
    title="The deep chain, batch-normalized",
    watch="As deep, but no wall grows with it. Away from zero only the hidden weight's sign matters.",
    formula=r"\left(\frac{w_l\,w_{l-1}}{\sqrt{w_{l-1}^2 + \delta r}} - 1\right)^2,"
    r"\quad r = \sum_{k=0}^{l-2}\left(\frac{\delta}{c^2}\right)^k",
    reference="Ioffe, Szegedy (2015), Batch normalization, ICML; Deep Learning, section 8.7.1",
    kernel=deep_chain_normalized,
    blurred=blurred_deep_chain_normalized,
    domain=DOMAIN,
    start=(-1.2, 2.2),
    minima=minima,
    saddles=saddles,
    minima_fill=True,
    pack=softening,
    parameters=(
        Parameter("layers", "l", 10.0, 2.0, 20.0, at_least=2.0, at_most=30.0, integer=True, meaning="number of layers"),
        Parameter("others", "c", 1.3, 0.1, 2.0, at_least=0.1, at_most=3.0, meaning="weight of the other layers"),
        Parameter(
            "delta", r"\delta", 0.01, 1e-4, 1.0, "log", at_least=1e-8, at_most=1.0, meaning="constant under the root"
        ),
    ),
    challenges=frozenset({"saddles"}),
)
