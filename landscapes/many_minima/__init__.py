"""Many minima: the start decides where a descent ends."""

TITLE = "Many minima"
SECTION = "8.2.2"
