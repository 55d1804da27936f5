"""The page at /step."""

from pages.shared.view import show
from pages.step import PAGE

show(PAGE)
