"""The page at /basins."""

from pages.basins import PAGE
from pages.layout.show import show

show(PAGE)
