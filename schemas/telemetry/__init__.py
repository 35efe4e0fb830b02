"""What is told of the service to programs that watch it."""
