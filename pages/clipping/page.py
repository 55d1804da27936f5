"""The page at /clipping."""

from pages.clipping import PAGE
from pages.layout.show import show

show(PAGE)
