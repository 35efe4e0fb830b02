"""Exports: rows of chunks, written as lines of JSON, as CSV or as Parquet."""

from gristmill.server.exports.writing import written

__all__ = ["written"]
