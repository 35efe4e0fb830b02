"""What runs in a worker process. Nothing here imports what runs in the supervisor."""
