"""What a worker may still do of the machine."""
