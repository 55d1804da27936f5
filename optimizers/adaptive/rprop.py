"""Rprop: resilient backpropagation.

For each coordinate, with g' the previous gradient (0 at the first step) and Δ a step size that starts at ε:

g g' > 0:  Δ <- min(η₊ Δ, Δ₊),  θ <- θ - Δ sign(g)
g g' < 0:  Δ <- max(η₋ Δ, Δ₋),  θ stays, and g counts as 0 at the next step
g g' = 0:  θ <- θ - Δ sign(g)

Riedmiller, Braun (1993), without their step back where a sign changes: the iRprop⁻ of Igel, Hüsken (2003),
Neurocomputing 50, 105-123. `torch.optim.Rprop(lr=ε, etas=(η₋, η₊), step_sizes=(Δ₋, Δ₊))`, which also clamps ε to
[Δ₋, Δ₊].

ε is only the initial size: of a schedule only the first factor matters, as in PyTorch. No size shrinks below Δ₋, so
the run rests only if both coordinates happen to wait. Clipping of the gradient changes no sign: with a threshold above
0 the path is the same.
"""

import numpy as np

from optimizers.authoring import (
    Evaluation,
    Hyper,
    Method,
    Moment,
    Parameter,
    Part,
    State,
    Update,
    arrow,
    box,
    captions,
    device_function,
    gradient,
    sign,
)

BELOW_1, ABOVE_1 = 1 - 2.0**-53, 1 + 2.0**-52


@device_function
def next_size(turn: float, size: float, h: Hyper) -> float:
    """Δ, given the product `turn` of the signs of this gradient and the previous one."""
    grown, shrunk = min(h[2] * size, h[4]), max(h[1] * size, h[3])
    return grown if turn > 0 else shrunk if turn < 0 else size


@device_function
def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
    """h = (ε, η₋, η₊, Δ₋, Δ₊); s = (sign g'x, sign g'y, Δx, Δy)."""
    sx, sy = sign(at.gx), sign(at.gy)
    turn_x, turn_y = sx * s[0], sy * s[1]
    size_x, size_y = next_size(turn_x, lr if k == 1 else s[2], h), next_size(turn_y, lr if k == 1 else s[3], h)
    sx, sy = 0.0 if turn_x < 0 else sx, 0.0 if turn_y < 0 else sy
    return -size_x * sx, -size_y * sy, (sx, sy, size_x, size_y)


def anatomy(moment: Moment) -> tuple[Part, ...]:
    """The box of the sizes, and the step to one of its corners, or along a side if a coordinate waits."""
    values, signs = moment.values, np.zeros(2)
    sizes = np.full(2, (*moment.past, moment)[0].rate)
    for g in moment.gradients:
        turn = np.sign(g) * signs
        grown = np.minimum(values["etaplus"] * sizes, values["step_max"])
        shrunk = np.maximum(values["etaminus"] * sizes, values["step_min"])
        sizes = np.where(turn > 0, grown, np.where(turn < 0, shrunk, sizes))
        signs = np.where(turn < 0, 0.0, np.sign(g))
    return (
        *gradient(moment),
        box("sizes", moment.theta, sizes, "step", sizes=sizes),
        arrow("signs", moment.theta, -sizes * signs, adds=True),
    )


METHOD = Method(
    name="rprop",
    title="Rprop",
    idea="Follows only signs: a coordinate's step grows while its slope keeps its sign, and shrinks when it turns.",
    formula=r"g\,g' > 0:\ \class{sizes}{\Delta} \leftarrow \min(\eta_+ \Delta, \Delta_+),\qquad "
    r"g\,g' < 0:\ \Delta \leftarrow \max(\eta_- \Delta, \Delta_-),\quad g \leftarrow 0,\qquad "
    r"\theta \leftarrow \theta \class{signs}{- \Delta \operatorname{sign}(g)},\qquad "
    r"g' \leftarrow \class{gradient}{g}",
    reference="Riedmiller, Braun (1993), IEEE International Conference on Neural Networks, 586-591",
    step=step,
    state=(0.0, 0.0, 0.0, 0.0),
    hyperparameters=(
        Parameter("lr", r"\epsilon", 0.01, 1e-5, 10.0, "log", at_least=0.0, meaning="first size of the steps"),
        Parameter(
            "etaminus", r"\eta_-", 0.5, 0.1, 0.9, at_least=2.0**-53, at_most=BELOW_1, meaning="factor where it turns"
        ),
        Parameter("etaplus", r"\eta_+", 1.2, 1.01, 2.0, at_least=ABOVE_1, meaning="factor where it does not"),
        Parameter("step_min", r"\Delta_-", 1e-6, 1e-12, 1e-2, "log", at_least=0.0, meaning="smallest size of a step"),
        Parameter("step_max", r"\Delta_+", 50.0, 1e-2, 1e3, "log", at_least=0.0, meaning="largest size of a step"),
    ),
    captions={
        **captions.COMMON,
        "sizes": "The sides of the box are the sizes of the steps, {sizes}: one grows while the slope keeps its sign, "
        "and shrinks when it turns.",
        "signs": "Each coordinate goes downhill by its side of the box, whatever its slope; one that has just turned "
        "waits for a step.",
    },
    anatomy=anatomy,
)
