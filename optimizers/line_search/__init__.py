"""Line search: a direction, and how far to go along it (sections 8.6 and 8.7.2)."""

TITLE = "Line search"
ORDER = 3
