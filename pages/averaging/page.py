"""The page at /averaging."""

from pages.averaging import PAGE
from pages.shared.view import show

show(PAGE)
