"""The page for tuning: results of a race with other settings."""

import landscapes
import optimizers
from landscapes import Point
from optimizers import Lane, Race
from pages.protocol.cases import Case, Page
from pages.protocol.fields import View
from pages.protocol.opening import ZERO_NOISE
from pages.words import message


def runner(optimizer: str, **values: float) -> Lane:
    """A runner with all its hyperparameters."""
    return Lane(optimizer, tuple(optimizers.get(optimizer, **values).values.items()))


def race(name: str, *lanes: Lane, steps: int = 300, start: Point | None = None, **values: float) -> Race:
    landscape = landscapes.get(name, **values)
    return Race(name, lanes, start or landscape.start, tuple(landscape.values.items()), steps, ZERO_NOISE)


BOWL = Case(
    "bowl",
    message("Rate and momentum"),
    message(
        "Each cell is a run with momentum α. To the right of the dashed edge 2(1 + α)/λ, where λ is the largest "
        "curvature, every run diverges. With little momentum the fastest runs lie just left of the edge; with "
        "more, all rates between the dotted lines contract alike, and the fastest runs can lie anywhere between "
        "them."
    ),
    race(
        "quadratic",
        runner("momentum", lr=0.5, momentum=0.5),
        runner("sgd", lr=0.5),
        runner("adam", lr=0.1),
        condition=30.0,
    ),
)
FORGIVES = Case(
    "forgives",
    message("Who forgives a wrong rate?"),
    message(
        "The final loss of each runner against its learning rate. Compare the widths of the bands that work, in "
        "powers of ten: Adam's is the widest, then momentum's; those of RMSProp and of plain descent are narrow."
    ),
    race(
        "quadratic",
        runner("adam", lr=0.1),
        runner("rmsprop", lr=0.05),
        runner("momentum", lr=0.1, momentum=0.9),
        runner("sgd", lr=0.5),
        steps=1000,
        start=(-3.2, -1.8),
        condition=100.0,
    ),
)
ILL = Case(
    "ill",
    message("Ill-conditioning"),
    message(
        "The condition number against the learning rate. The steepest direction sets the largest rate that is "
        "stable, the flattest one the smallest that is fast enough: the larger the condition number, the "
        "narrower the band between them."
    ),
    race(
        "quadratic", runner("sgd", lr=0.5), runner("momentum", lr=0.5, momentum=0.9), start=(-3.2, -1.8), condition=10.0
    ),
    View(axes="lr condition"),
)
VALLEY = Case(
    "valley",
    message("Rosenbrock's valley"),
    message(
        "Where the curvature changes along the path there is no single edge: a rate that is good on the floor "
        "is too large on the wall, and the border is ragged."
    ),
    race("rosenbrock", runner("momentum", lr=0.001, momentum=0.9), runner("adam", lr=0.1), steps=500),
)

PAGE = Page(
    "tune",
    message("Tune"),
    (BOWL, FORGIVES, ILL, VALLEY),
    (
        message(
            "A cell of the heat map is a run of the chosen runner with the numbers of its place and all others as they "
            "are set. Point at a cell to see its path, click to keep its numbers. The band of a runner is where it "
            "ends with less than a thousandth of the loss it began with; with noise the line is the median over seeds."
        ),
    ),
    order=5,
)
