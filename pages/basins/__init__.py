"""The page of basins: where and how soon a runner ends, for every start on the map."""

import landscapes
import optimizers
from optimizers import Lane, Race
from pages.protocol.cases import Case, Page
from pages.protocol.opening import ZERO_NOISE
from pages.words import message


def runner(optimizer: str, **values: float) -> Lane:
    """A runner with all its hyperparameters."""
    return Lane(optimizer, tuple(optimizers.get(optimizer, **values).values.items()))


def race(landscape: str, *lanes: Lane, steps: int = 300) -> Race:
    surface, _ = landscapes.surfaces()[landscape]
    values = tuple((one.name, one.default) for one in surface.parameters)
    return Race(landscape, lanes, surface.start, values, steps, ZERO_NOISE)


NEWTON = Case(
    "newton",
    message("Newton's fractal"),
    message(
        "Descent ends in the valley it starts above. Newton jumps: neighbours end in different minima, at saddles, "
        "even at the top, and the border between them never becomes smooth."
    ),
    race("himmelblau", runner("newton"), runner("sgd", lr=0.01)),
)
MOMENTUM = Case(
    "momentum",
    message("Momentum runs past"),
    message(
        "With momentum a runner may leave the valley it starts in and swing into others: its basins are folded "
        "into each other, where those of plain descent have simple borders."
    ),
    race("himmelblau", runner("momentum", lr=0.01, momentum=0.8), runner("sgd", lr=0.01)),
)
RATE = Case(
    "rate",
    message("A rate too large"),
    message(
        "The same method at two rates. The larger one leaps over the two narrow valleys: what comes near them bounces "
        "to and fro and never comes to rest, the grey ground. The smaller one rests in all four."
    ),
    race("himmelblau", runner("sgd", lr=0.02), runner("sgd", lr=0.005)),
)
MANY = Case(
    "many",
    message("Many minima"),
    message(
        "Each of the four valleys keeps what starts in it. Only one is the deepest: the start decides who gets there."
    ),
    race("styblinski_tang", runner("adam", lr=0.3), runner("sgd", lr=0.01), steps=1000),
)

PAGE = Page(
    "basins",
    message("Basins"),
    (NEWTON, MOMENTUM, RATE, MANY),
    (
        message(
            "Every point of the map is a start. Its hue says where the runner ends, its strength how long that takes: "
            "pale is soon, strong is late. A click or a drag on the map starts a runner there."
        ),
    ),
    runners=2,
    order=6,
)
