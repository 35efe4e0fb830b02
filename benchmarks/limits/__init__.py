"""What no service can beat: the same work with all that makes it a service left out."""
