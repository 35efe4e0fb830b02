"""Checks of the file, copies of it, and what can be saved of a damaged one."""
