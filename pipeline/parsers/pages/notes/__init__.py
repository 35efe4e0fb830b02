"""Form values and annotations of a PDF."""
