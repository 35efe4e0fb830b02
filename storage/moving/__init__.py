"""A library moves to another place: from a file into PostgreSQL, and back."""
