"""A filter as SQL."""
