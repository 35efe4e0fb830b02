"""Pages: PDF and images."""
