"""Learned from data: the surface is the mean of a loss over real points, and another set of points has another one."""

TITLE = "Learned from data"
SECTION = "8.1"
