"""Long-term dependencies: repeated multiplication by the same weight vanishes or explodes."""

TITLE = "Long-term dependencies"
SECTION = "8.2.5"
