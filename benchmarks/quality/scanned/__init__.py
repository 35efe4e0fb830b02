"""Pages as images."""
