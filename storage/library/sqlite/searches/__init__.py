"""From a question to hits, counts and suggestions."""
