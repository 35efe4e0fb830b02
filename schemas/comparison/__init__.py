"""What has changed between two texts."""
