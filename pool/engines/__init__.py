"""The seam: an engine runs worker lives and reports losses. The supervisor knows no more of it."""
