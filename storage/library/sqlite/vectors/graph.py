"""An approximate index of many vectors (HNSW, by usearch), derived from the library.

It finds candidates; what they are worth is reckoned exactly, from the vectors themselves.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gristmill.schemas.problems.vector_errors import not_installed

_CONNECTIVITY, _EXPANSION_ADD, _EXPANSION_SEARCH = 16, 64, 256


class Graph:
    """An index over the vectors of a matrix, filled by and by."""

    def __init__(self, dimensions: int) -> None:
        self._index = _new_index(dimensions)

    def lacking(self, ids: Any) -> Any:
        """Those of the chunks that are not in it."""
        return ids[~self._index.contains(ids)] if len(ids) else ids

    def add(self, ids: Any, codes: Any) -> None:
        """Add chunks that are not in it."""
        if len(ids):
            self._index.add(ids, codes, threads=1)

    def drop(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Take chunks `first <= id < stop` out."""
        for first, stop in pairs:
            ids = np.arange(first, stop, dtype=np.uint64)
            there = self._index.contains(ids)
            if there.any():
                self._index.remove(ids[there])

    def candidates(self, query: Any, count: int) -> Any:
        """About the nearest chunks to a query, in no order."""
        code = np.rint(query / max(float(np.abs(query).max()), 1e-9) * 127).astype(np.int8)
        return self._index.search(code, count, threads=1).keys.astype(np.int64)

    def write(self, path: Path) -> None:
        """Write it to a file, not durably. Raises OSError."""
        try:
            self._index.save(str(path))
        except Exception as error:
            # usearch raises exceptions of its own, straight below Exception.
            raise OSError(f"the index of vectors cannot be written: {error}") from None

    @classmethod
    def read(cls, path: Path, dimensions: int) -> "Graph | None":
        """The graph in a file; None where it cannot be used."""
        graph = cls(dimensions)
        try:
            graph._index.load(str(path))
        except Exception:
            return None
        return graph if graph._index.ndim == dimensions else None


def _new_index(dimensions: int) -> Any:
    try:
        from usearch.index import Index
    except ImportError as error:
        raise not_installed(error.name) from None
    return Index(
        ndim=dimensions,
        metric="cos",
        dtype="i8",
        connectivity=_CONNECTIVITY,
        expansion_add=_EXPANSION_ADD,
        expansion_search=_EXPANSION_SEARCH,
    )
