"""A copy is brought up to date before it is asked.

A document's row bears the number of the transaction that wrote it. Numbers are given when
transactions begin, and seen when they end, in any order; so a pass reads again all from the oldest
one on that was still under way when the pass before began (`pg_snapshot_xmin`). What it knows
already, by that number, it skips. So nothing is left out, whoever commits when, and what was
committed before a question is found by it.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.schemas.problems.library_errors import LibraryDamaged, LibraryFault, LibraryTrouble
from gristmill.storage.damage import clear_note
from gristmill.storage.library.postgres.database import PostgresDatabase
from gristmill.storage.library.postgres.search_copy import ddl
from gristmill.storage.library.postgres.search_copy.copying import Copier
from gristmill.storage.library.sqlite.database import word_index
from gristmill.storage.library.sqlite.database.connection import (
    Connection,
    FileTrouble,
    connect_writer,
    gate_of,
    writing,
)
from gristmill.storage.library.sqlite.database.gate import Patience

_NEWS = (
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
    " coalesce((SELECT max(changed) FROM documents) >= ?"
    " OR (SELECT max(changed) FROM removed) >= ?, false)"
)
"""By the end of each index. For EXISTS the server thinks that some row will be found soon, and
reads all where there is none: 8 ms a question at 20,000 documents."""
CATCH_UP_S = 20.0
"""That a question waits for its copy; whoever asks again finds it further on."""


class SearchCopy:
    """The copy at `path` of one library, opened when it is first asked. One thread at a time."""

    def __init__(self, rows: PostgresDatabase, library: str, path: Path) -> None:
        self._rows, self._library, self._path = rows, library, path
        self._db: Connection | None = None
        self.seconds = CATCH_UP_S
        self.opened: Callable[[Connection], None] = _nothing

    def current(self) -> Connection:
        """The copy, as the library is now. Raises LibraryTrouble where that takes too long."""
        if self.catch_up(self.seconds):
            return self._opened()
        raise LibraryTrouble(
            "the copy of this machine that is searched is being made from the library; "
            "ask again in a moment",
            fault=LibraryFault.TOO_LONG,
        )

    def catch_up(self, seconds: float) -> bool:
        """Follow the library for at most so long; whether nothing is left."""
        db, until = self._opened(), time.monotonic() + seconds
        since = db.execute("SELECT since FROM copy_state").fetchone()[0]
        oldest, news = self._rows.execute(_NEWS, (since, since)).fetchone()
        if oldest < since:
            # The server counts anew, as one that was set up again does: nothing can be told.
            self.rebuild()
            db = self._opened()
        elif not news:
            return True
        copier = Copier(self._rows, db)
        while True:
            # Another may have come this far meanwhile: each step looks where the copy is.
            with writing(db, gate_of(self._path), Patience(max(seconds, 1.0))):
                over = copier.step()
            if over:
                return True
            if time.monotonic() >= until:
                return False

    def is_right(self) -> bool:
        """Whether it has each document as the library has it now, and the words of all chunks."""
        db = self.current()
        theirs = self._rows.execute("SELECT id, changed, chunks FROM documents").fetchall()
        ours = db.execute(
            "SELECT id, copied.changed, (SELECT count(*) FROM chunks WHERE document ="
            " documents.id) FROM documents JOIN copied ON copied.document = documents.id"
        ).fetchall()
        with writing(db, gate_of(self._path)):
            return sorted(theirs) == sorted(ours) and word_index.is_sound(db)

    def rebuild(self) -> None:
        """Forget the copy: the next question makes it again."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        clear_note(self._path)

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _opened(self) -> Connection:
        if self._db is None:
            try:
                self._db = self._connected()
            except (LibraryDamaged, DataFolderUnusable, FileTrouble):
                # It is derived: whatever is wrong with it, it is made again.
                self.rebuild()
                self._db = self._connected()
            self.opened(self._db)
        return self._db

    def _connected(self) -> Connection:
        db = connect_writer(self._path)
        # What a power cut takes is followed again; the file stays whole.
        db.execute("PRAGMA synchronous=NORMAL")
        try:
            with suppress(FileTrouble):
                if db.execute("SELECT library FROM copy_state").fetchone() == (self._library,):
                    return db
            if db.execute("SELECT 1 FROM documents LIMIT 1").fetchone() is not None:
                raise DataFolderUnusable(f"{self._path} is a copy of another library")
            with writing(db, gate_of(self._path)):
                for statement in filter(str.strip, ddl.SCRIPT.split(";")):
                    db.execute(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
                if db.execute("SELECT 1 FROM copy_state").fetchone() is None:
                    db.execute("INSERT INTO copy_state VALUES(?, 0, -1, -1, -1)", (self._library,))
        except BaseException:
            db.close()
            raise
        return db


def _nothing(_: Connection) -> None:
    """Nobody has to know."""
