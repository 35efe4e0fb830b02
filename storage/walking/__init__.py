"""Folders that path sources name: walked, whatever is put in their place meanwhile."""
