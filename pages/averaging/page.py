"""The page at /averaging."""

from pages.averaging import PAGE
from pages.layout.show import show

show(PAGE)
