"""A connection to `library.db`: opening, creating, and the transactions of writers."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gristmill.schemas.problems.errors import DataFolderUnusable, GristmillError
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.schemas.version import VERSION
from gristmill.storage import faults
from gristmill.storage.damage import note_damage, refuse_damaged
from gristmill.storage.disk.durable import private, sync_folder, temp_beside
from gristmill.storage.library.sqlite.database import ddl
from gristmill.storage.library.sqlite.database.gate import BUSY_S, USUAL, Patience, pass_gate
from gristmill.storage.library.sqlite.database.trouble import FAILURES, noted
from gristmill.storage.library.sqlite.database.word_index import bring_words
from gristmill.storage.written_by import what_to_use

Connection = sqlite3.Connection
FileTrouble = sqlite3.DatabaseError
"""For those who keep a file of this kind beside something else."""
_STATEMENTS = 128
_NO_SCHEMA = 1000
_BEAT_STEPS = 100_000
"""Of SQLite's machine: some milliseconds."""


def connect_writer(path: Path, patience: Patience = USUAL) -> sqlite3.Connection:
    """A connection that may write. The file is made when missing. Raises DataFolderUnusable, and
    LibraryDamaged."""
    try:
        if _is_missing(path):
            _create(path)
        connection = _connect(path, "rw")
        _migrate(connection, path)
    except (*FAILURES, OSError) as error:
        raise _unusable(path, error) from None
    if patience.beat is not None:
        connection.set_progress_handler(patience.beat, _BEAT_STEPS)
    return _checked(connection, path, ddl.WRITER_PRAGMAS)


def connect_reader(path: Path, busy_s: float = BUSY_S) -> sqlite3.Connection:
    """A connection that only reads; without a file, one to an empty library in memory. `busy_s`:
    how long a read waits for whoever has locked the file.

    Raises DataFolderUnusable, and LibraryDamaged.
    """
    if _is_missing(path):
        connection = bring_words(
            sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        )
        connection.executescript(ddl.script())
    else:
        try:
            connection = _connect(path, "ro", busy_s)
            if _is_older(connection):
                # Reading has to wait for what only a writer can do.
                connection.close()
                connect_writer(path).close()
                connection = _connect(path, "ro", busy_s)
        except FAILURES as error:
            raise _unusable(path, error) from None
    return _checked(connection, path, ddl.READER_PRAGMAS)


@contextmanager
def writing(
    connection: sqlite3.Connection, gate: Path, patience: Patience = USUAL
) -> Iterator[None]:
    """One write transaction: all of it or nothing. Raises sqlite3.Error and OSError."""
    with pass_gate(gate, patience):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            faults.disk("library.write")
            connection.execute("COMMIT")
        except BaseException:
            # A full disk may already have rolled back.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def gate_of(path: Path) -> Path:
    """The lock file beside a library that its writers take in turn."""
    return path.with_name(f"{path.name}.lock")


def _is_missing(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except FileNotFoundError:
        return True


def _create(path: Path) -> None:
    """Make the file elsewhere and move it into place, whole: no reader ever meets a library
    without its tables, and of several creators only the first one acts."""
    with pass_gate(gate_of(path)):
        if not _is_missing(path):
            return
        # A repair that was cut short: an empty library in its place would hide the damage.
        refuse_damaged(path)
        temp = temp_beside(path)
        try:
            # SQLite gives the files beside it the mode that this one has.
            os.close(private(str(temp), os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            with closing(sqlite3.connect(temp, isolation_level=None)) as connection:
                for pragma in ddl.FILE_PRAGMAS:
                    connection.execute(f"PRAGMA {pragma}")
                connection.executescript(f"BEGIN; {ddl.script()}; COMMIT")
            temp.replace(path)
        finally:
            for suffix in ("", "-wal", "-shm"):
                temp.with_name(temp.name + suffix).unlink(missing_ok=True)
        sync_folder(path.parent)


def _is_older(connection: sqlite3.Connection) -> bool:
    """Whether an older version made the file, one that this version can bring up to date."""
    return connection.execute("PRAGMA user_version").fetchone()[0] in ddl.MIGRATIONS


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file of an older version up to date, whole or not at all. Whoever comes second
    finds it done."""
    try:
        if not _is_older(connection):
            return
        with writing(connection, gate_of(path)):
            while _is_older(connection):
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                for statement in ddl.migration(version):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={version + 1}")
    except BaseException:
        connection.close()
        raise


def _connect(path: Path, mode: str, busy_s: float = BUSY_S) -> sqlite3.Connection:
    return bring_words(
        sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=busy_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
        )
    )


def _checked(
    connection: sqlite3.Connection, path: Path, pragmas: tuple[str, ...]
) -> sqlite3.Connection:
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != ddl.SCHEMA:
            raise _wrong_version(path, version)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except FAILURES as error:
        connection.close()
        raise _unusable(path, error) from None
    except BaseException:
        connection.close()
        raise
    return connection


def _wrong_version(path: Path, version: int) -> GristmillError:
    if not 0 <= version <= _NO_SCHEMA:
        # No version will ever have that many: these are not the bytes that were written.
        reason = f"it says that its schema is {version}"
        note_damage(path, reason)
        return LibraryDamaged(reason)
    if version > ddl.SCHEMA:
        return DataFolderUnusable(
            f"{path} has schema {version}, Gristmill {VERSION} reads up to {ddl.SCHEMA}; "
            + what_to_use(path)
        )
    return DataFolderUnusable(f"{path} is no library of Gristmill; move it away")


def _unusable(path: Path, error: Exception) -> GristmillError:
    told = noted(error, path)
    if isinstance(told, LibraryDamaged):
        return told
    return DataFolderUnusable(
        f"cannot use the library {path}: {error}; run `gristmill check`, or mend its permissions"
    )
