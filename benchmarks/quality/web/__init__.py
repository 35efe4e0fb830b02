"""Web pages with labels."""
