"""Flags, settings and the data folder of a command."""
