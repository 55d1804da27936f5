"""Adaptive: a learning rate for every coordinate (section 8.5)."""

TITLE = "Adaptive learning rates"
ORDER = 2
