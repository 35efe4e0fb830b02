"""Handlers of the calls on jobs: handed in, looked at, changed."""
