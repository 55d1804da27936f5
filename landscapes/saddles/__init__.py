"""Saddle points: the gradient vanishes where nothing is minimal."""

TITLE = "Saddle points"
SECTION = "8.2.3"
