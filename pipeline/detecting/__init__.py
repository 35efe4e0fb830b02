"""What a document is, by its bytes first, then by its name and what its sender claimed."""
