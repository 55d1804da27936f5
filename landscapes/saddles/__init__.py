"""Saddle points: the gradient vanishes where there is no minimum."""

TITLE = "Saddle points"
SECTION = "8.2.3"
