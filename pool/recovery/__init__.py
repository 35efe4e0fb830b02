"""What a crash left is taken up, what is old is dropped."""
