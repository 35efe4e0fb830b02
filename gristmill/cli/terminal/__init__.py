"""What people and programs read: output, progress, failures, exit codes."""
