"""What Schemathesis is told of the service: hooks, and a file of settings."""
