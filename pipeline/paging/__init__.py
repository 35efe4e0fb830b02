"""Long documents in parts: pages counted, parts read, and put together as if read at once."""
