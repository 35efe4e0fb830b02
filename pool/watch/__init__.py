"""What a worker may take, and what becomes of the dead and of what they held."""
