"""Plateaus: the gradient all but vanishes over a wide region (section 8.2.3)."""
