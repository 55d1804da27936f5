"""Many minima: the start determines where a descent ends."""

TITLE = "Many minima"
SECTION = "8.2.2"
