"""Cliffs and exploding gradients: one gradient throws the parameters far away."""

TITLE = "Cliffs and exploding gradients"
SECTION = "8.2.4"
