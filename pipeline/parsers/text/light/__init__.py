"""Light markup languages."""
