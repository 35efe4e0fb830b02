"""What other programs ask by protocols of their own, answered by jobs and the library."""
