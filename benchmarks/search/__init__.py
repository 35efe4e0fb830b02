"""Search over many chunks, beside other engines on the same texts."""
