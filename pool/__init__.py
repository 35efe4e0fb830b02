"""The only layer that starts, signals or kills a process."""
