"""Which pages there are, in their order. The first is at /."""

from pages import averaging, clipping, race, step

PAGES = (race.PAGE, averaging.PAGE, clipping.PAGE, step.PAGE)
