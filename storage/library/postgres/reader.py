"""A library in PostgreSQL with a deadline for each read."""

from pathlib import Path
from typing import Self

from gristmill.storage.library.postgres.facade import PostgresLibrary
from gristmill.storage.library.sqlite.database.connection import Connection
from gristmill.storage.library.sqlite.database.gate import Patience
from gristmill.storage.library.sqlite.deadline import Deadline, TimedLibrary


class TimedPostgres(PostgresLibrary, TimedLibrary):
    """What it asks the copy keeps the deadline as with SQLite; a statement of PostgreSQL may take
    as long by itself, and to bring the copy up to date half of that."""

    @classmethod
    def reading(cls, address: str, path: Path, timeout_s: float) -> Self:
        """As `PostgresLibrary.at`. What takes longer raises LibraryTrouble with TOO_LONG."""
        library = cls(address, path, Patience(timeout_s))
        library.deadline = Deadline(None, timeout_s)
        library.keep_time(timeout_s, library.watched)
        return library

    def watched(self, db: Connection) -> None:
        """The copy was opened."""
        self.deadline.watch(db)
