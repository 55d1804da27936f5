"""Local and global structure: downhill is the wrong way (section 8.2.7)."""
