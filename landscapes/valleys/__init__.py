"""Ill-conditioning: steep across, nearly flat along."""

TITLE = "Ill-conditioning"
SECTION = "8.2.1"
