"""What is read without a search: rows, listings, exports, jobs."""
