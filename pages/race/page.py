"""The page at /."""

from pages.layout.show import show
from pages.race import PAGE

show(PAGE)
