"""The Race page: its state, its links, its words."""
