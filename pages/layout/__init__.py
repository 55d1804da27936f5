"""What every page is laid out with: the sidebar, the picker, notices, and the result in words."""
