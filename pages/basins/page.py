"""The page at /basins."""

from pages.basins import PAGE
from pages.shared.view import show

show(PAGE)
