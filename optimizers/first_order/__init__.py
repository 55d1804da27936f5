"""First order: the gradient, and what is remembered of it (section 8.3)."""

TITLE = "First order"
ORDER = 1
