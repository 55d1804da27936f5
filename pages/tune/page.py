"""The page at /tune."""

from pages.shared.view import show
from pages.tune import PAGE

show(PAGE)
