"""Bytes out of archives and compound files, counted before they are made."""
