"""The vectors of one model in memory, and an exact search for the nearest.

A vector is a row of signed bytes. Nothing of NumPy multiplies bytes quickly: a block of rows at a
time becomes floats, which takes three quarters of the time and spares three quarters of the room.
"""

from typing import Any, NamedTuple

import numpy as np

_BLOCK = 2048
_GONE = -1
_LEAST_ROOM = 1024


class Spans(NamedTuple):
    """Ranges of chunk ids, `starts <= id < stops`, sorted and apart from each other."""

    starts: Any
    stops: Any

    @classmethod
    def of(cls, pairs: list[tuple[int, int]]) -> "Spans":
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return cls(np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1]))

    def hold(self, ids: Any) -> Any:
        """Which of the ids are in one of the ranges."""
        if not len(self.starts):
            return np.zeros(len(ids), dtype=bool)
        before = np.searchsorted(self.starts, ids, side="right") - 1
        return (before >= 0) & (ids < self.stops[before])


class Matrix:
    """Rows that come and go, each with the id of its chunk."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._size = self._gone = 0
        self._sorter: Any = None
        self._ids: Any = np.empty(_LEAST_ROOM, dtype=np.int64)
        self._codes: Any = np.empty((_LEAST_ROOM, dimensions), dtype=np.int8)
        self._weights: Any = np.empty(_LEAST_ROOM, dtype=np.float32)

    def __len__(self) -> int:
        return self._size - self._gone

    @property
    def ids(self) -> Any:
        """The chunk of each row; negative for what is gone."""
        return self._ids[: self._size]

    def rows_of(self, ids: Any) -> Any:
        """The rows of those of the chunks that are there."""
        if not self._size:
            return np.zeros(0, dtype=np.int64)
        if self._sorter is None:
            # They mostly come in their order, which makes this quick.
            self._sorter = np.argsort(self.ids, kind="stable")
        places = np.searchsorted(self.ids, ids, sorter=self._sorter)
        rows = self._sorter[np.minimum(places, self._size - 1)]
        return rows[self._ids[rows] == ids]

    def codes(self, where: Any) -> Any:
        """The bytes of some rows."""
        return self._codes[where]

    def put(self, ids: Any, codes: Any) -> None:
        """Add rows of chunks that have none."""
        self._sorter = None
        end = self._size + len(ids)
        if end > len(self._ids):
            self._make_room(max(end, 2 * len(self._ids)))
        self._ids[self._size : end] = ids
        self._codes[self._size : end] = codes
        lengths = np.linalg.norm(codes.astype(np.float32), axis=1)
        self._weights[self._size : end] = 1 / np.maximum(lengths, 1e-9)
        self._size = end

    def drop(self, spans: Spans) -> None:
        """Take the rows of these chunks away."""
        self._sorter = None
        gone = spans.hold(self.ids)
        self._ids[: self._size][gone] = _GONE
        self._gone += int(gone.sum())
        if self._gone > self._size // 4:
            self._close_up()

    def nearest(self, query: Any, count: int, allowed: Any = None) -> list[tuple[int, float]]:
        """Up to `count` chunks, the nearest first, with the cosine of their angle to a query of
        length 1. `allowed` says which rows may be found."""
        there = self.ids >= 0 if self._gone else None
        if allowed is not None:
            there = allowed if there is None else there & allowed
        rows = None if there is None else np.flatnonzero(there)
        return self.best_of(query, count, rows)

    def best_of(self, query: Any, count: int, rows: Any) -> list[tuple[int, float]]:
        """The same of some rows alone; None: of all."""
        total = self._size if rows is None else len(rows)
        scores = np.empty(total, dtype=np.float32)
        for at in range(0, total, _BLOCK):
            block = slice(at, min(at + _BLOCK, total))
            which = block if rows is None else rows[block]
            scores[block] = self._codes[which].astype(np.float32) @ query
            scores[block] *= self._weights[which]
        ids = self.ids if rows is None else self.ids[rows]
        if total > count:
            kept = np.argpartition(-scores, count - 1)[:count]
            scores, ids = scores[kept], ids[kept]
        order = np.lexsort((ids, -scores))
        return [(int(ids[at]), float(scores[at])) for at in order]

    def _make_room(self, rows: int) -> None:
        before = self._size
        ids = np.empty(rows, dtype=np.int64)
        codes = np.empty((rows, self.dimensions), dtype=np.int8)
        weights = np.empty(rows, dtype=np.float32)
        ids[:before], codes[:before] = self._ids[:before], self._codes[:before]
        weights[:before] = self._weights[:before]
        self._ids, self._codes, self._weights = ids, codes, weights

    def _close_up(self) -> None:
        kept = np.flatnonzero(self.ids >= 0)
        size = len(kept)
        self._ids[:size] = self._ids[kept]
        self._codes[:size] = self._codes[kept]
        self._weights[:size] = self._weights[kept]
        self._size, self._gone = size, 0
