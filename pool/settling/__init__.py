"""What happened to a job, written once."""
