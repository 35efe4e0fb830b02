"""The vectors of one model, held in memory by whoever searches them, as of one moment."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np

from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.vectors.keeping import changed_since, known_changes
from gristmill.storage.library.sqlite.vectors.matrix import Matrix, Spans

_AT_ONCE = 20_000
_ALL = "SELECT chunk, vector, scale FROM vectors WHERE model = ? AND chunk >= ? AND chunk < ?"
_WITHIN = "SELECT first_chunk, first_chunk + chunks FROM documents WHERE {where} ORDER BY 1"
_MOST_MASKS = 32
_EVERY_ID = 1 << 62


class Held:
    """Read once, then followed: `catch_up` reads what changed since, from `vector_changes`."""

    def __init__(self, row: int, dimensions: int) -> None:
        self._row = row
        self.matrix = Matrix(dimensions)
        self.change: int | None = None
        """The last change that it knows; None: it has read nothing yet."""
        self._masks: dict[Condition, Any] = {}

    def catch_up(self, db: sqlite3.Connection) -> list[tuple[int, int]]:
        """Bring it up to date; returns what was read again. Changes and vectors are seen as they
        are at one moment, whoever commits meanwhile."""
        db.execute("BEGIN")
        try:
            oldest, newest = known_changes(db)
            if self.change == newest:
                return []
            self._masks.clear()
            if self.change is None or not oldest - 1 <= self.change <= newest:
                self.matrix = Matrix(self.matrix.dimensions)
                self._read(db, 0, _EVERY_ID)
                self.change = newest
                return [(0, _EVERY_ID)]
            changed = merged(changed_since(db, self.change))
            self.matrix.drop(Spans.of(changed))
            for first, stop in changed:
                self._read(db, first, stop)
            self.change = newest
            return changed
        finally:
            db.execute("COMMIT")

    def allowed(self, db: sqlite3.Connection, where: Condition | None) -> Any:
        """Which rows are chunks of documents that meet a condition; None: all."""
        if where is None:
            return None
        if where not in self._masks:
            if len(self._masks) >= _MOST_MASKS:
                self._masks.clear()
            spans = db.execute(_WITHIN.format(where=where.sql), where.values)
            self._masks[where] = Spans.of(merged(spans)).hold(self.matrix.ids)
        return self._masks[where]

    def _read(self, db: sqlite3.Connection, first: int, stop: int) -> None:
        rows = db.execute(_ALL, (self._row, first, stop))
        while some := rows.fetchmany(_AT_ONCE):
            self.matrix.put(*_table(some, self.matrix.dimensions))


def merged(pairs: Any) -> list[tuple[int, int]]:
    """Sorted ranges, those that meet each other as one."""
    found: list[tuple[int, int]] = []
    for first, stop in pairs:
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        elif first < stop:
            found.append((first, stop))
    return found


def _table(rows: list[tuple[int, bytes, float | None]], dimensions: int) -> tuple[Any, Any]:
    """Ids and bytes of vectors in either form; what has another length is left out."""
    sound = list(_codes(rows, dimensions))
    ids = np.array([chunk for chunk, _ in sound], dtype=np.int64)
    codes = np.frombuffer(b"".join(code for _, code in sound), dtype=np.int8)
    return ids, codes.reshape(len(sound), dimensions)


def _codes(
    rows: list[tuple[int, bytes, float | None]], dimensions: int
) -> Iterator[tuple[int, bytes]]:
    for chunk, vector, scale in rows:
        if scale is None and len(vector) == 4 * dimensions:
            numbers = np.nan_to_num(np.frombuffer(vector, dtype="<f4"), posinf=0, neginf=0)
            most = float(np.abs(numbers).max(initial=0.0)) or 1.0
            yield chunk, np.rint(numbers * (127 / most)).astype(np.int8).tobytes()
        elif scale is not None and len(vector) == dimensions:
            yield chunk, vector
