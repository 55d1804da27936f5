"""Which pages there are, in their order. The first is at /."""

from pages import averaging, basins, clipping, race, step, tune

PAGES = (race.PAGE, averaging.PAGE, clipping.PAGE, step.PAGE, tune.PAGE, basins.PAGE)
