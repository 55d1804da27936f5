"""The page at /clipping."""

from pages.clipping import PAGE
from pages.shared.view import show

show(PAGE)
