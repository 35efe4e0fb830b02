"""What other programs plug in: each stands on the client, and its packages are an extra."""
