"""The Tournament page: a race from many starts, so that nobody wins by a lucky start."""

from pages.protocol.cases import Page
from pages.words import message

PAGE = Page("tournament", message("Tournament"), order=1)
