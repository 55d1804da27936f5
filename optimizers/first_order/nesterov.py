"""Gradient descent with Nesterov momentum.

v <- α v - ε g(θ + α v)
θ <- θ + v

Goodfellow, Bengio, Courville (2016), algorithm 8.3. `torch.optim.SGD(lr=ε, momentum=α, nesterov=True)` stores the point
θ + α v instead of θ: the same path after that change of variable, for a constant ε.
"""

from typing import Any

from landscapes._kernel import compiled, inlined
from optimizers._descent import Course, Hyper, Shift, Site, State, descend
from optimizers._hyperparameters import learning_rate, momentum
from optimizers._method import Method


@inlined
def ahead(x: float, y: float, s: State, h: Hyper) -> tuple[float, float]:
    """θ + α v: where the velocity alone would carry the point."""
    return x + h[1] * s[0], y + h[1] * s[1]


@inlined
def step(k: int, lr: float, at: Site, s: State, h: Hyper) -> Shift:
    """h = (ε, α); s = (vx, vy); the gradient is the one ahead."""
    vx, vy = h[1] * s[0] - lr * at.gx, h[1] * s[1] - lr * at.gy
    return vx, vy, (vx, vy)


@compiled
def trace(surface: int, values: Any, x: float, y: float, hyper: Any, course: Course, record: Any) -> int:
    """The loop with this step."""
    return descend(ahead, step, (0.0, 0.0), surface, values, x, y, hyper, course, record)


METHOD = Method(
    name="nesterov",
    title="Nesterov",
    idea="Looks where its velocity is about to carry it, and corrects the course there.",
    formula=r"v \leftarrow \alpha v - \epsilon\, g(\theta + \alpha v),\qquad \theta \leftarrow \theta + v",
    reference="Nesterov (1983), Soviet Mathematics Doklady 27, 372-376; Sutskever et al. (2013), ICML; "
    "Deep Learning, algorithm 8.3",
    trace=trace,
    hyperparameters=(learning_rate(0.01), momentum()),
)
