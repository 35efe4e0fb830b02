"""Vectors of chunks: from a model's folder or from a service."""
