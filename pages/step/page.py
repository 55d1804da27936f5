"""The page at /step."""

from pages.layout.show import show
from pages.step import PAGE

show(PAGE)
