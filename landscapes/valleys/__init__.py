"""Ill-conditioning: steep across, nearly flat along (section 8.2.1)."""
