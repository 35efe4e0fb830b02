"""One message: its bodies and what it carries."""
