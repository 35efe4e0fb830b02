"""Handlers of the calls on the service itself, and on what it keeps for its operators."""
