"""Derivative-free: by values of the loss alone."""

TITLE = "Derivative-free"
ORDER = 6
