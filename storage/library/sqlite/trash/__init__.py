"""Deleted documents that can be taken back for a time: out of every index, packed."""
