"""Anatomy of a step: the parts that are drawn, and their captions."""
