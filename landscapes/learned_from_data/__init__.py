"""Learned from data: the surface is a mean loss over real data, and other data have another surface."""

TITLE = "Learned from data"
SECTION = "8.1"
