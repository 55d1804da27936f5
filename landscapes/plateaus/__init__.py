"""Plateaus: the gradient all but vanishes over a wide region."""

TITLE = "Plateaus"
SECTION = "8.2.3"
