"""Plateaus: the gradient nearly vanishes over a wide region."""

TITLE = "Plateaus"
SECTION = "8.2.3"
