"""The page at /step."""

from pages.step import PAGE
from pages.shared.view import show

show(PAGE)
