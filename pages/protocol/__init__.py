"""A race and its view, defined once: the table of their fields, and everything that reads and writes it.

`kinds` has the kinds of values that a field may have, `fields` the table, `parsing` reads a race from untrusted data,
and `links` converts it to an address and back. `opening` has the default race for missing fields, and `axes` the
possible axes of a heat map.
"""
