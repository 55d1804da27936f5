"""Which pages there are, in their order. The first is at /."""

from pages import averaging, clipping, race, step, tournament

PAGES = (race.PAGE, tournament.PAGE, averaging.PAGE, clipping.PAGE, step.PAGE)
