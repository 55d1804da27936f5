"""The Race page."""

from pages.protocol.cases import Page
from pages.words import message

PAGE = Page("race", message("Race"), order=0)
