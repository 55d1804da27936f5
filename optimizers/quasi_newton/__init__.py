"""Quasi-Newton: curvature learned from gradients (section 8.6.3)."""

TITLE = "Quasi-Newton"
ORDER = 5
