"""Searches by meaning: orders by nearness, and how they become one with that by words."""
