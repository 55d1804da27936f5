"""First order: the gradient and its history (section 8.3)."""

TITLE = "First order"
ORDER = 1
