"""`PostgresLibrary`: the same library, with its rows in PostgreSQL.

What is asked by an id, and all of ledgers and jobs, is asked of PostgreSQL; what is searched,
filtered or listed, of the copy in this data folder, after it was brought up to date.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gristmill.schemas.filters.tree import Filter
from gristmill.storage.library import locks
from gristmill.storage.library.locks import Lock
from gristmill.storage.library.postgres import variants  # noqa: F401  # by which SQL differs
from gristmill.storage.library.postgres.database import PostgresDatabase
from gristmill.storage.library.postgres.marking import mark_found
from gristmill.storage.library.postgres.opening import library_id
from gristmill.storage.library.postgres.search_copy.following import SearchCopy
from gristmill.storage.library.postgres.soundness import PostgresSoundness
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.connection import Connection
from gristmill.storage.library.sqlite.database.gate import USUAL, Patience
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.facade import Library

_NEXT = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_TO_NOW = (
    f"UPDATE documents SET changed = 0 WHERE changed > {_NEXT}",
    f"DELETE FROM removed WHERE changed > {_NEXT}",
)


@in_plain_words
class PostgresLibrary(Library):
    """For one thread at a time. Its connections are the process's; it needs none between calls."""

    follows = True

    def __init__(self, address: str, path: Path, patience: Patience) -> None:
        self._rows = PostgresDatabase(address, patience)
        self._db = self._rows
        self._path, self._patience = path, patience
        self._copy = SearchCopy(self._rows, library_id(address), path)

    @classmethod
    def at(cls, address: str, path: Path, *, patience: Patience = USUAL) -> "PostgresLibrary":
        """The library at an address, made when missing. `path`: where the copy is, which is
        searched; made as it is needed. Raises DataFolderUnusable, LibraryTrouble."""
        return cls(address, path, patience)

    @property
    def _index(self) -> Connection:
        return self._copy.current()

    def begin_term(self) -> int:
        """As `Ledger` says. What a restored library says of times to come, copies would read again
        and again: it is brought to now."""
        term = super().begin_term()
        with self._writing(locks.LIBRARY):
            for statement in _TO_NOW:
                self._rows.execute(statement)
        return term

    def keep_little(self) -> None:
        """There is nothing to keep."""

    @property
    def soundness(self) -> PostgresSoundness:
        return PostgresSoundness(self._rows, self._copy)

    def keep_time(self, seconds: float, opened: Callable[[Connection], None]) -> None:
        """No statement takes longer, nor what brings the copy up to date half of that. `opened`
        gets the connection to the copy, once there is one."""
        self._rows.seconds = seconds
        self._copy.seconds, self._copy.opened = seconds / 2, opened

    def close(self) -> None:
        self._copy.close()

    @contextmanager
    def _writing(self, *locks: Lock) -> Iterator[None]:
        with self._rows.writing(locks):
            yield

    @contextmanager
    def _hurrying(self, *locks: Lock) -> Iterator[None]:
        with self._rows.writing(locks):
            self._rows.execute("SET LOCAL synchronous_commit = off")
            yield

    def delete_documents(
        self, *, collection: Within, expected: int | None, where: Filter | None = None
    ) -> int:
        """As `Catalogue` says: those that the copy finds, which are still what they were."""
        if where is None:
            return super().delete_documents(collection=collection, expected=expected)
        with self._writing(locks.LIBRARY):
            # Nobody commits a document meanwhile, so the copy knows all that there are.
            return mark_found(self._rows, self._copy.current(), collection, where, expected)
