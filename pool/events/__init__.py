"""What happens to jobs, remembered for a while for those who listen."""
