"""Commands on documents and collections, and on a file alone."""
