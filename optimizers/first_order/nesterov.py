"""Gradient descent with Nesterov momentum.

v <- α v - ε g(θ + α v)
θ <- θ + v

with α constant, or growing as αₖ = (k - 1) / (k + 2). With the second rule, without noise, on a convex surface and for
ε of at most one over its largest curvature, f(θₖ) - f* <= 2 ‖θ₀ - θ*‖² / (ε (k + 1)²): Su, Boyd, Candès (2016), JMLR
17, equations 1 and 2.

Goodfellow, Bengio, Courville (2016), algorithm 8.3. `torch.optim.SGD(lr=ε, momentum=α, nesterov=True)` stores the point
θ + α v instead of θ: the same path after that change of variable, for a constant ε.
"""

from typing import Any

from landscapes import Parameter
from landscapes._kernel import compiled, inlined
from optimizers._descent import Course, Hyper, Shift, Site, State, descend
from optimizers._hyperparameters import learning_rate, momentum
from optimizers._method import Method

GROWING = 1.0


@inlined
def ahead(x: float, y: float, s: State, h: Hyper) -> tuple[float, float]:
    """θ + α v: where the velocity alone would carry the point."""
    return x + s[2] * s[0], y + s[2] * s[1]


@inlined
def step(k: int, lr: float, at: Site, s: State, h: Hyper) -> Shift:
    """h = (ε, α, whether it grows); s = (vx, vy, the α of this step); the gradient is the one ahead."""
    vx, vy = s[2] * s[0] - lr * at.gx, s[2] * s[1] - lr * at.gy
    return vx, vy, (vx, vy, k / (k + 3) if h[2] == GROWING else h[1])


@compiled
def trace(surface: int, values: Any, x: float, y: float, hyper: Any, course: Course, record: Any) -> int:
    """The loop with this step. The first α meets no velocity."""
    return descend(ahead, step, (0.0, 0.0, 0.0), surface, values, x, y, hyper, course, record)


METHOD = Method(
    name="nesterov",
    title="Nesterov",
    idea="Looks where its velocity is about to carry it, and corrects the course there.",
    formula=r"v \leftarrow \alpha v - \epsilon\, g(\theta + \alpha v),\qquad \theta \leftarrow \theta + v",
    reference="Nesterov (1983), Soviet Mathematics Doklady 27, 372-376; Sutskever et al. (2013), ICML; "
    "Deep Learning, algorithm 8.3",
    trace=trace,
    hyperparameters=(
        learning_rate(0.01),
        momentum(),
        Parameter(
            name="growth",
            symbol=r"\alpha_k",
            default=0,
            low=0,
            high=1,
            at_least=0,
            at_most=1,
            integer=True,
            meaning="momentum over time",
            choices=("constant", "growing"),
            labels=("constant", "(k − 1) / (k + 2)"),
        ),
    ),
)
