"""Second order: gradient and curvature (section 8.6)."""

TITLE = "Second order"
ORDER = 4
