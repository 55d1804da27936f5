"""Line search: a direction, and a step length along it (sections 8.6 and 8.7.2)."""

TITLE = "Line search"
ORDER = 3
