"""The one table of calls."""
