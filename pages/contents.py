"""Which pages there are, in their order. The first is at /."""

from pages import averaging, clipping, race

PAGES = (race.PAGE, averaging.PAGE, clipping.PAGE)
