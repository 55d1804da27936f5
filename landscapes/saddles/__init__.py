"""Saddle points: the gradient vanishes where nothing is minimal (section 8.2.3)."""
