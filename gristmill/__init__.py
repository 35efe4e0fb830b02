"""Turn piles of documents into clean, searchable chunks."""

__version__ = "0.1.0"
