"""Makers of documents."""
