"""The vectors of chunks: as they are kept, what changed of them, and the search for the nearest."""
