"""The Race page, at /."""

from pages.race.view import show

show()
