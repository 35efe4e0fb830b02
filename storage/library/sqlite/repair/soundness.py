"""Whether a library is in order, and what mends it: what `gristmill check` looks at."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from gristmill.storage.library.sqlite.database import word_index
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.records import counters
from gristmill.storage.library.sqlite.repair import integrity
from gristmill.storage.library.sqlite.vectors import graph_files, moving


@in_plain_words
class Soundness:
    """Questions and repairs over one connection. Repairs are transactions of their own.
    All raise what `Library` raises."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        writing: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._db, self._path, self._writing = connection, path, writing

    def damage(self) -> list[str]:
        """What SQLite finds wrong with the file itself."""
        return integrity.damage(self._db)

    def move_index(self, most: int = 500) -> int:
        """Move the words of up to `most` chunks of an older library into the index that it has
        now; returns how many chunks are left. Where none were, nothing is written."""
        if not word_index.is_moving(self._db):
            return 0
        with self._writing():
            return word_index.move(self._db, most)

    def move_vectors(self, most: int = 500) -> int:
        """Bring up to `most` vectors of an older library into the form that they have now;
        returns how many ids are left. Where none were, nothing is written."""
        if not moving.is_moving(self._db):
            return 0
        with self._writing():
            return moving.move(self._db, most)

    def search_index_is_sound(self) -> bool:
        """Whether the full-text index holds the words of all chunks, and no others."""
        with self._writing():
            return word_index.is_sound(self._db)

    def rebuild_search_index(self) -> None:
        """Make the full-text index again from the chunks."""
        with self._writing():
            word_index.rebuild(self._db)

    def vectors_are_right(self) -> bool:
        """Whether each vector has a chunk, a model and as many numbers as that says, and each file
        of an index of them can be used."""
        return integrity.vectors_are_right(self._db) and not self._broken_graphs()

    def mend_vectors(self) -> None:
        """Drop vectors that belong to nothing, and what is derived of the others: whoever searches
        makes it again. Raises OSError."""
        with self._writing():
            integrity.drop_stray_vectors(self._db)
        for path in self._broken_graphs():
            path.unlink(missing_ok=True)

    def _broken_graphs(self) -> list[Path]:
        whole = {each.path for each in graph_files.usable(self._db, self._path) if each.is_whole()}
        return [path for path in graph_files.everything(self._path) if path not in whole]

    def totals_are_right(self) -> bool:
        """Whether what `stats` tells is what the documents add up to."""
        return integrity.totals_are_right(self._db)

    def rebuild_totals(self) -> None:
        with self._writing():
            integrity.rebuild_totals(self._db)

    def miscounted_jobs(self) -> list[str]:
        """Planned jobs whose counters are not those of their ledger rows."""
        return integrity.miscounted_jobs(self._db)

    def recount(self, job_id: str) -> None:
        """Set the counters of a planned job from its ledger rows."""
        with self._writing():
            counters.recount(self._db, job_id)

    def ledger_jobs(self) -> Iterator[str]:
        """Every job that has ledger rows or a plan, by id."""
        return integrity.ledger_jobs(self._db)
