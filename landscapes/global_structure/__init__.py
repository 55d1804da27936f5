"""Local and global structure: downhill is the wrong way."""

TITLE = "Local and global structure"
SECTION = "8.2.7"
