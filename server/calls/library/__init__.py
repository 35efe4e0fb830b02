"""Handlers of the calls on what is in the library."""
