"""Errors for people, each with its stable code."""
