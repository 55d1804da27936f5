"""A race and how it is looked at, spelled once: the table of its fields, and what reads and writes by it.

`kinds` are the kinds of values that a field may have, `fields` is the table, `parsing` reads a race from what anyone
may have written, and `links` writes it into an address and back. `opening` has the race that stands in for what is not
said, and `axes` what a heat map may be drawn over.
"""
