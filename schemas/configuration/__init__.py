"""Settings, their bounds, and where each came from."""
