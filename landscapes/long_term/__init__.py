"""Long-term dependencies: what is multiplied by the same weight again and again dies out or explodes."""

TITLE = "Long-term dependencies"
SECTION = "8.2.5"
