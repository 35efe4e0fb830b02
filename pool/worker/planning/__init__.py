"""From sources to tasks."""
