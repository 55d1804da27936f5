"""Adaptive: a learning rate for every coordinate (section 8.5)."""
