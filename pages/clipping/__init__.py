"""The page on gradient clipping: the same run unclipped, clipped by norm and by value, on one map."""

import optimizers
from optimizers import Clip, Lane, Noise, Race
from pages.protocol.cases import Case, Page
from pages.protocol.fields import View
from pages.protocol.opening import ZERO_NOISE
from pages.words import message

CLIFF = (("steps", 50.0),)
BOWL = (("condition", 5.0), ("angle", 30.0))
AROUND = (2.2, 7.0, -4.2, -0.2)  # the foot of the cliff and the end of its wall


def runners(optimizer: str, values: dict[str, float], *clips: Clip | None) -> tuple[Lane, ...]:
    """The same runner with each clipping."""
    return tuple(
        Lane(optimizer, tuple(optimizers.get(optimizer, **values).values.items()), clip=clip) for clip in clips
    )


def each_way(lr: float, threshold: float) -> tuple[Lane, ...]:
    """Gradient descent: unclipped, clipped by norm and by value."""
    return runners("sgd", {"lr": lr}, None, optimizers.clip("norm", threshold), optimizers.clip("value", threshold))


def cliff(start: tuple[float, float]) -> Race:
    return Race("recurrent_cliff", each_way(3.0, 0.3), start, CLIFF, 1200, ZERO_NOISE)


def bowl(lanes: tuple[Lane, ...], steps: int, noise: Noise = ZERO_NOISE, seed: int = 0) -> Race:
    return Race("quadratic", lanes, (-3.4, 2.6), BOWL, steps, noise, seed)


ABOVE = Case(
    "above",
    message("The cliff, from above"),
    message(
        "The gradient at the edge of the wall is huge and tells nothing about what lies beyond. Unclipped, one step "
        "throws the runner far off the map; clipped, it stays and reaches the valley."
    ),
    cliff((5.5, -1.8)),
    View(window=AROUND),
)
BELOW = Case(
    "below",
    message("The cliff, from below"),
    message(
        "From the low side the wall is just as steep. The unclipped runner hits it and is thrown over it; the clipped "
        "ones bounce along its foot and down to the valley."
    ),
    cliff((4.2, -3.3)),
    View(window=AROUND),
)
TAILS = Case(
    "tails",
    message("Heavy-tailed noise"),
    message(
        "A bowl, and noise of which a single draw can be enormous. Unclipped, such a draw can be a leap across "
        "the map; clipped, no draw moves the runner further than the threshold allows."
    ),
    bowl(each_way(0.1, 1.0), 1000, optimizers.noise("student", 0.3, freedom=1.2), 2),
)
LOW = Case(
    "low",
    message("A very low threshold"),
    message(
        "The threshold is below every gradient. By norm each step has the same length: descent becomes "
        "normalized descent. By value each coordinate steeper than the threshold keeps only its sign: most "
        "steps run along diagonals."
    ),
    bowl(each_way(0.5, 0.02), 300),
)
MOMENTUM = Case(
    "momentum",
    message("Before or after momentum"),
    message(
        "Clipping the gradient keeps the huge gradient of the wall out of the velocity. Clipping the whole step "
        "lets it in and holds the steps back, until the velocity has forgotten it."
    ),
    Race(
        "recurrent_cliff",
        runners(
            "momentum",
            {"lr": 0.1, "momentum": 0.9},
            None,
            optimizers.clip("norm", 0.3),
            optimizers.clip("norm", 0.3, applied="step"),
        ),
        (5.5, -3.0),
        CLIFF,
        600,
        ZERO_NOISE,
    ),
    View(window=AROUND),
)

PAGE = Page(
    "clipping",
    message("Gradient clipping"),
    (ABOVE, BELOW, TAILS, LOW, MOMENTUM),
    (
        message(
            "**By norm** a gradient with ‖g‖ > c, the threshold, becomes c · g / ‖g‖: it keeps its direction "
            "(Pascanu, Mikolov and Bengio, 2013). **By value** every coordinate is cut to [−c, c]: the "
            "direction may turn, which is why the two runners part. Both are heuristics: with noise, the mean "
            "of clipped gradients need not be the gradient of the loss, so the point of rest may shift."
        ),
    ),
    subject="clip",
    order=3,
)
