"""Commands that start and end a service."""
