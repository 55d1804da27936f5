"""The page on Polyak averaging: the noisy last iterate, and its running averages."""

import optimizers
from optimizers import Average, Lane, Race
from pages.protocol.cases import Case, Page
from pages.words import message


def runners(lr: float, *averages: Average) -> tuple[Lane, ...]:
    """The same runner with each average."""
    return tuple(Lane("sgd", (("lr", lr),), average=average) for average in averages)


VALLEY = Case(
    "valley",
    message("A noisy valley"),
    message(
        "With a constant rate the last iterate wanders in a region around the minimum, as large as the noise "
        "makes it. The average of all iterates but the first 20 goes on to the minimum: its excess loss falls "
        "like 1/k."
    ),
    Race(
        "quadratic",
        runners(0.7, optimizers.average("uniform", burn_in=20), optimizers.average("ema", decay=0.98)),
        (-3.4, 2.6),
        (("condition", 20.0), ("angle", 30.0)),
        1000,
        optimizers.noise("gaussian", 0.3),
    ),
)
CURVED = Case(
    "curved",
    message("A curved valley"),
    message(
        "Where the valley bends, the mean of points along it lies on its wall, not on its floor. Here the uniform "
        "average hurts; the exponential one forgets the way and follows."
    ),
    Race(
        "rosenbrock",
        runners(0.01, optimizers.average("uniform", burn_in=0), optimizers.average("ema", decay=0.95)),
        (-1.5, 2.3),
        (("a", 1.0), ("b", 10.0)),
        1000,
        optimizers.noise("gaussian", 3.0),
    ),
)

PAGE = Page(
    "averaging",
    message("Polyak averaging"),
    (VALLEY, CURVED),
    (
        message(
            "**What is proved.** Let the loss be convex and smooth, with a nonsingular Hessian H at its "
            "minimum; let the noise be independent from step to step, with a finite covariance S; and let the "
            "rates fall slower than 1/k (on a quadratic a constant rate will do, if it is stable). Then the "
            "covariance of the uniform average tends to H⁻¹SH⁻¹/k, whatever the rate (Polyak and Juditsky, "
            "1992, SIAM Journal on Control and Optimization 30). With Gaussian noise no method that sees the "
            "same gradients does better in the end. With heavier tails some do: with 3 degrees of freedom, "
            "clipping before averaging can halve the covariance."
        ),
        message(
            "**What is a heuristic.** In deep learning the loss is not convex and the path is long and bent, so "
            "a uniform average mixes in places that were left long ago. There the exponential average is used "
            "(*Deep Learning*, equation 8.39): it forgets, at the price of keeping a share of the noise."
        ),
    ),
    subject="average",
    order=2,
)
