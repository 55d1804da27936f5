"""Many minima: the start decides where a descent ends (section 8.2.2)."""
