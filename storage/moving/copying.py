"""Tables are copied by some rows at a time, and what is copied is written down with them, so that
whoever is interrupted goes on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import msgspec

from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.storage import faults
from gristmill.storage.library.database import Database
from gristmill.storage.library.postgres.database import PostgresDatabase
from gristmill.storage.moving.tables import Table

_AT_ONCE = 2_000
_MADE = (
    "CREATE TABLE IF NOT EXISTS migration(name {text} PRIMARY KEY, source {text} NOT NULL,"
    " place {text} NOT NULL)"
)
_NOTE = (
    "INSERT INTO migration(name, source, place) VALUES(?, ?, ?)"
    " ON CONFLICT(name) DO UPDATE SET place = excluded.place"
)


class Transfer:
    """From one database into another. `writing` makes a transaction of the other one; `source` is
    the id of the library that moves. `progress` hears of each table how many rows it has now."""

    def __init__(
        self,
        before: Database,
        after: Database,
        writing: Callable[[], AbstractContextManager[None]],
        source: str,
        progress: Callable[[str, int], None],
    ) -> None:
        self._before, self._after, self._writing = before, after, writing
        self._source, self._progress = source, progress
        self._to_postgres = isinstance(after, PostgresDatabase)
        with writing():
            after.execute(_MADE.format(text="text"))

    def copy(self, tables: Sequence[Table]) -> None:
        """What is copied already stays. Raises LibraryTrouble, OSError, and what SQLite does."""
        for table in tables:
            count = 0
            for rows in self._left(table):
                count += len(rows)
                self._progress(table.name, count)

    def finish(self) -> None:
        """Forget what was written down."""
        with self._writing():
            self._after.execute("DROP TABLE migration")

    def _left(self, table: Table) -> Iterator[list[Any]]:
        place = self._place(table)
        insert = table.insert(self._to_postgres)
        while place is not None:
            given = () if place == () else place
            rows = self._before.execute(table.page(not given), (*given, _AT_ONCE)).fetchall()
            place = rows[-1][: len(table.keys)] if len(rows) == _AT_ONCE else None
            with self._writing():
                self._after.executemany(insert, rows)
                self._keep(table, place)
                faults.hit("migrate.step", table.name)
            yield rows

    def _place(self, table: Table) -> tuple[Any, ...] | None:
        """The keys of the last row that is there; none at the beginning, None at the end."""
        row = self._after.execute(
            "SELECT source, place FROM migration WHERE name = ?", (table.name,)
        ).fetchone()
        if row is None:
            return ()
        if row[0] != self._source:
            raise DataFolderUnusable(
                "a move of another library into this place was begun, and not ended"
            )
        place = msgspec.json.decode(row[1])
        return None if place is None else tuple(place)

    def _keep(self, table: Table, place: tuple[Any, ...] | None) -> None:
        self._after.execute(_NOTE, (table.name, self._source, msgspec.json.encode(place).decode()))
