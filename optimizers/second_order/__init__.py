"""Second order: the curvature too (section 8.6)."""
