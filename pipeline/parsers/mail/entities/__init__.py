"""MIME entities and their headers."""
