"""The page at /."""

from pages.race import PAGE
from pages.shared.view import show

show(PAGE)
