"""Derivative-free: uses only values of the loss."""

TITLE = "Derivative-free"
ORDER = 6
