"""The search for the nearest vectors: exact, and among very many by an index that is derived."""

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np

from gristmill.schemas.vector_search import VectorModel
from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.vectors.graph import Graph
from gristmill.storage.library.sqlite.vectors.graph_files import keep, usable
from gristmill.storage.library.sqlite.vectors.holding import Held
from gristmill.storage.library.sqlite.vectors.keeping import changed_since
from gristmill.storage.library.sqlite.vectors.matrix import Spans

EXACT_UP_TO = 200_000
"""Vectors that are all compared: some 25 ms on one core, with 384 dimensions. Of more, an index
finds candidates in 2 to 3 ms, which it takes minutes to build."""
_FEWEST_CANDIDATES = 400
_SHARE = 4
"""Where a filter lets less than this part through, what it lets through is compared."""
_FEW = 10
_STEP = 500
"""Vectors added to the index at a time, between questions."""
_KEEP_AFTER = 20
"""The index is written again once this part of it has changed."""


class Nearest:
    """The vectors of a model, and the nearest to a query. One thread at a time."""

    def __init__(
        self, db: sqlite3.Connection, library: Path, model: VectorModel, exact_up_to: int
    ) -> None:
        self._db, self._library, self._model = db, library, model
        self._exact_up_to = exact_up_to
        self._held = Held(model.row, model.dimensions)
        self._graph: Graph | None = None
        self._lacking: Any = np.zeros(0, dtype=np.int64)
        """Chunks that are not in the index yet."""
        self._unsaved = 0

    def __len__(self) -> int:
        return len(self._held.matrix)

    def find(self, query: Any, where: Condition | None, count: int) -> list[tuple[int, float]]:
        """Up to `count` chunks of documents that meet a condition, the nearest first, with the
        cosine of the angle. `query` is a vector of any length but nought."""
        self.catch_up()
        query = np.asarray(query, dtype=np.float32)
        query = query / max(float(np.linalg.norm(query)), 1e-9)
        matrix = self._held.matrix
        allowed = self._held.allowed(self._db, where)
        passing = len(matrix) if allowed is None else int(allowed.sum())
        if not self._is_near_whole or passing * _SHARE < len(matrix):
            return matrix.nearest(query, count, allowed)
        assert self._graph is not None
        wanted = max(_FEWEST_CANDIDATES, 2 * count) * len(matrix) // max(passing, 1)
        near = self._graph.candidates(query, min(wanted, len(matrix)))
        rows = matrix.rows_of(np.union1d(near, self._lacking))
        if allowed is not None:
            rows = rows[allowed[rows]]
        return matrix.best_of(query, count, rows)

    def passing(self, where: Condition | None) -> int:
        """How many chunks are of documents that meet a condition, as of the last look."""
        allowed = self._held.allowed(self._db, where)
        there = self._held.matrix.ids >= 0
        return int(there.sum()) if allowed is None else int((allowed & there).sum())

    @property
    def _is_near_whole(self) -> bool:
        """Whether the index lacks so few that these are compared beside what it finds."""
        return self._graph is not None and len(self._lacking) * _FEW <= self._exact_up_to

    def catch_up(self) -> None:
        """Know what the library knows."""
        first_time = self._held.change is None
        changed = self._held.catch_up(self._db)
        if len(self) <= self._exact_up_to:
            self._graph = None
        elif self._graph is None:
            self._graph = (self._opened() if first_time else None) or Graph(self._model.dimensions)
            self._lacking = self._graph.lacking(self._ids())
        elif changed:
            self._graph.drop(changed)
            spans = Spans.of(changed)
            ids = self._ids()
            kept = self._lacking[~spans.hold(self._lacking)]
            self._lacking = np.concatenate([kept, ids[spans.hold(ids)]])

    def build(self) -> bool:
        """Add some vectors to the index, where one is wanted; whether more are to be added. For
        when nobody asks."""
        if self._graph is None:
            return False
        part, self._lacking = self._lacking[:_STEP], self._lacking[_STEP:]
        rows = self._held.matrix.rows_of(part)
        self._graph.add(self._held.matrix.ids[rows], self._held.matrix.codes(rows))
        self._unsaved += len(rows)
        if len(self._lacking):
            return True
        if self._unsaved * _KEEP_AFTER > len(self):
            self.save()
        return False

    def save(self) -> None:
        """Keep the index for the next one. Raises OSError."""
        if self._graph is None or len(self._lacking) or not self._unsaved:
            return
        keep(self._db, self._library, self._model.row, self._held.change or 0, self._graph.write)
        self._unsaved = 0

    def _ids(self) -> Any:
        ids = self._held.matrix.ids
        return ids[ids >= 0]

    def _opened(self) -> Graph | None:
        """The index that is kept, if there is one, without what changed since."""
        for kept in usable(self._db, self._library):
            if kept.model != self._model.row or not kept.is_whole():
                continue
            if (graph := Graph.read(kept.path, self._model.dimensions)) is not None:
                graph.drop(changed_since(self._db, kept.change))
                return graph
        return None
