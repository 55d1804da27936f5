"""Second order: the curvature too (section 8.6)."""

TITLE = "Second order"
ORDER = 4
