"""The page that dissects one step of a run."""

import landscapes
import optimizers
from optimizers import Lane, Race
from pages.protocol.cases import Case, Page
from pages.protocol.fields import View
from pages.protocol.opening import ZERO_NOISE
from pages.words import message

BOWL = (("condition", 10.0), ("angle", 30.0))
SADDLE = (-1.6, 1.6, -1.4, 1.6)


def runner(optimizer: str, **values: float | str) -> tuple[Lane, ...]:
    """One runner with all its hyperparameters."""
    return (Lane(optimizer, tuple(optimizers.get(optimizer, **values).values.items())),)


def bowl(lanes: tuple[Lane, ...], start: tuple[float, float] = (-3.4, 2.6)) -> Race:
    return Race("quadratic", lanes, start, BOWL, 60, ZERO_NOISE)


def saddle(lanes: tuple[Lane, ...]) -> Race:
    values = tuple((one.name, one.default) for one in landscapes.get("saddle").parameters)
    return Race("saddle", lanes, (1.1, 0.35), values, 60, ZERO_NOISE)


MOMENTUM = Case(
    "momentum",
    message("Momentum"),
    message(
        "The step is what is left of the old velocity, αv, and a push down the gradient, −εg. See which of them is "
        "longer."
    ),
    bowl(runner("momentum", lr=0.8, momentum=0.7), (-3.6, -1.0)),
    View(at=2, window=(-3.7, -0.3, -3.4, -0.4)),
)
NESTEROV = Case(
    "nesterov",
    message("Nesterov looks ahead"),
    message(
        "Before it measures, it goes where the velocity leads. There the gradient already points back, and brakes."
    ),
    bowl(runner("nesterov", lr=0.5, momentum=0.8)),
    View(at=2),
)
ADAM = Case(
    "adam",
    message("Adam and its box"),
    message(
        "Each coordinate's mean gradient is divided by the root of its mean square: the box. As long as its "
        "gradients stay alike, steep or flat, the step is about as long as the learning rate."
    ),
    bowl(runner("adam", lr=0.6)),
    View(at=4),
)
NEWTON = Case(
    "newton",
    message("Newton at a saddle"),
    message(
        "The model is flat at a saddle, and Newton jumps to where the model is flat. Uphill is as good as downhill."
    ),
    saddle(runner("newton")),
    View(at=0, window=SADDLE),
)
SADDLE_FREE = Case(
    "saddle_free",
    message("Saddle-free Newton"),
    message("The same point with every curvature taken as positive: now the model is a bowl, and the step leaves."),
    saddle(runner("saddle_free_newton")),
    View(at=0, window=SADDLE),
)
CONJUGATE = Case(
    "conjugate",
    message("Conjugate directions"),
    message(
        "After an exact line search the gradient is at a right angle to the direction searched. Adding part of "
        "the old direction turns the next one so that, in a bowl, it leads to the minimum."
    ),
    bowl(runner("conjugate_gradient", line_search="exact")),
    View(at=1),
)
CURVATURE = Case(
    "curvature",
    message("When curvature wins"),
    message(
        "A rate above 2/λ, where λ is the curvature along the gradient: the slope promises a gain, the "
        "curvature takes back more, and the loss rises (Deep Learning, equation 8.10)."
    ),
    bowl(runner("sgd", lr=2.1), (-0.9, 0.7)),
    View(at=0),
)

PAGE = Page(
    "step",
    message("One step, taken apart"),
    (MOMENTUM, NESTEROV, ADAM, NEWTON, SADDLE_FREE, CONJUGATE, CURVATURE),
    (
        message(
            "Arrows of gradients have no length on a map of places: they are drawn at a scale of their own, the same "
            "for all of them and for the box. Arrows of steps are as long as the steps. The predicted change is the "
            "Taylor series to second order, gᵀd + ½ dᵀHd, with the exact gradient and Hessian; for plain descent it is "
            "−εgᵀg + ½ε²gᵀHg."
        ),
    ),
    runners=1,
    order=4,
)
