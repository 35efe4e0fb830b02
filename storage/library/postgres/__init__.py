"""A library in PostgreSQL: its rows there, what is searched in a copy of this machine."""
