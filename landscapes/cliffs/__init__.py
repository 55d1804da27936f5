"""Cliffs: one gradient throws the parameters far away (section 8.2.4)."""
