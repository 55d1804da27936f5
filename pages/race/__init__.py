"""The Race page."""

from pages.shared.about import Page
from pages.words import message

PAGE = Page("race", message("Race"))
