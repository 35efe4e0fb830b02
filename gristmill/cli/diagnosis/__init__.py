"""What is installed here, what is missing, and what to do about it."""
