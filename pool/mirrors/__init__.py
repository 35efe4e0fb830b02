"""Mirrors: collections that are kept in step with folders."""
