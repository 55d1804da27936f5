"""The page at /tune."""

from pages.layout.show import show
from pages.tune import PAGE

show(PAGE)
