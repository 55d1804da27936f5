"""Which pages there are, in their order. The first is at /."""

from pages import averaging, basins, clipping, race, step, tournament, tune

PAGES = (
    race.PAGE,
    tournament.PAGE,
    averaging.PAGE,
    clipping.PAGE,
    step.PAGE,
    tune.PAGE,
    basins.PAGE,
)
