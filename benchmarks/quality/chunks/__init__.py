"""Rules that chunks keep."""
