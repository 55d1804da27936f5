"""The page at /tournament."""

from pages.tournament.show import show

show()
