"""The process that puts the rest together, and what may be asked of it."""
