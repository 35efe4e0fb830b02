"""The file: connections, its schema, and what each statement needs."""
