"""The contests, one a module: each has a `CONTEST`."""
