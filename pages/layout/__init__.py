"""The layout of every page: the sidebar, the picker, notices, and the result in words."""
