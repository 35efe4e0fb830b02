"""What a client does in several requests: said once, for programs that wait and that await."""
