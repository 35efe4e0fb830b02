"""What the supervisor counts for programs that watch the service."""
