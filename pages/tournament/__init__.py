"""The Tournament page: a race from many starts, so that no one wins by a lucky one."""

from pages.protocol.cases import Page
from pages.words import message

PAGE = Page("tournament", message("Tournament"), order=1)
