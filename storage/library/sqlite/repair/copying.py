"""A consistent copy of a library that others write to."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.damage import note_damage
from gristmill.storage.library.sqlite.database import ddl
from gristmill.storage.library.sqlite.database.connection import connect_reader
from gristmill.storage.library.sqlite.database.trouble import FAILURES, noted
from gristmill.storage.library.sqlite.repair import integrity


def copy_library(source: Path, target: Path) -> int:
    """Copy a library as it is at one moment, durably; returns its number of documents. Where there
    is none, nothing is made.

    Nobody waits: a reader of a log keeps no writer from it. Raises LibraryDamaged, for a copy of a
    damaged file is no backup, and OSError.
    """
    if not source.exists():
        return 0
    # Made by us, so that nobody else may read it.
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(connect_reader(source)) as old, closing(sqlite3.connect(target)) as new:
            # All pages in one step: between two steps a writer would make it begin again.
            old.backup(new)
            new.execute("PRAGMA journal_mode=WAL")
            found = integrity.damage(new)
            (documents,) = new.execute("SELECT count(*) FROM documents").fetchone()
            (version,) = new.execute("PRAGMA user_version").fetchone()
    except FAILURES as error:
        raise noted(error, source) from error
    if found or version != ddl.SCHEMA:
        reason = found[0] if found else f"it says that its schema is {version}"
        note_damage(source, reason)
        raise LibraryDamaged(reason)
    with open(target, "rb") as file:
        os.fsync(file.fileno())
    return int(documents)
