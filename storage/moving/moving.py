"""`gristmill migrate`: the library of a data folder moves into PostgreSQL, or back into a file.

The old one is left as it was. The new one takes its place only once both hold the same, by numbers
and digests; whoever is interrupted before goes on with the same command.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from gristmill.schemas.problems.errors import DataFolderBusy, DataFolderUnusable
from gristmill.storage.damage import refuse_damaged
from gristmill.storage.disk.durable import sync_folder
from gristmill.storage.disk.locks import try_lock
from gristmill.storage.layout import DataFolder
from gristmill.storage.library.postgres.address import checked, shown
from gristmill.storage.library.postgres.database import PostgresDatabase
from gristmill.storage.library.postgres.ddl import CHUNK_BITS
from gristmill.storage.library.postgres.opening import library_id
from gristmill.storage.library.postgres.search_copy.following import SearchCopy
from gristmill.storage.library.sqlite.database.connection import (
    Connection,
    connect_writer,
    gate_of,
    writing,
)
from gristmill.storage.moving.comparing import Held, held
from gristmill.storage.moving.copying import Transfer
from gristmill.storage.moving.tables import CONTENTS, RECORDS
from gristmill.storage.opening import note_place, noted_place

Progress = Callable[[str, int], None]
_NUMBERS = (
    "SELECT setval('document_rows', greatest("
    f"(SELECT coalesce(max(id), 0) FROM documents), (SELECT coalesce(max(id), 0) >> {CHUNK_BITS}"
    " FROM chunks)) + 1, false)",
    *(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
        f" (SELECT coalesce(max(id), 0) FROM {table}) + 1, false)"
        for table in ("vector_models", "collection_settings", "trash")
    ),
)
"""New numbers come after those that were brought."""
_A_YEAR_S = 365 * 24 * 3600.0


class Moved(NamedTuple):
    """Where the library was and is, as may be shown; and what both hold."""

    before: str
    after: str
    held: list[Held]


def move(folder: DataFolder, target: str, progress: Progress) -> Moved:
    """To an address, or (empty) into a file of the folder. Raises DataFolderBusy where a service
    is at work, DataFolderUnusable, LibraryTrouble, OSError."""
    with _alone(folder):
        address = noted_place(folder)
        if target == address or (not target and not address):
            raise DataFolderUnusable(f"the library of {folder.root} is there already")
        if target and address:
            raise DataFolderUnusable(
                f"the library of {folder.root} is {shown(address)}; move it back first: "
                "gristmill migrate --to file"
            )
        if target:
            return _to_postgres(folder, target, progress)
        return _to_file(folder, address, progress)


def _to_postgres(folder: DataFolder, target: str, progress: Progress) -> Moved:
    if not folder.library.exists():
        raise DataFolderUnusable(f"{folder.root} has no library yet; serve it with --library")
    refuse_damaged(folder.library)
    library_id(checked(target))
    after = PostgresDatabase(target)
    with closing(connect_writer(folder.library)) as before:
        _refuse_full(after, target)
        transfer = Transfer(before, after, lambda: after.writing(()), _id_of(before), progress)
        transfer.copy((*CONTENTS, *RECORDS))
        with after.writing(()):
            for statement in _NUMBERS:
                after.execute(statement)
        found = _compared(held(before), held(after))
        transfer.finish()
    aside = folder.library.with_name(f"{folder.library.name}.moved")
    _rename(folder.library, aside)
    note_place(folder, target)
    return Moved(str(aside), shown(target), found)


def _to_file(folder: DataFolder, address: str, progress: Progress) -> Moved:
    if folder.library.exists():
        raise DataFolderUnusable(f"there is a {folder.library}, which is in the way; move it aside")
    path = folder.library.with_name(f"{folder.library.name}.moving")
    before = PostgresDatabase(address)
    copy = SearchCopy(before, library_id(address), path)
    # Documents with their words as a copy has them; then what a copy has no need of.
    copy.catch_up(_A_YEAR_S)
    copy.close()
    with closing(connect_writer(path)) as after:
        transfer = Transfer(
            before, after, lambda: writing(after, gate_of(path)), library_id(address), progress
        )
        transfer.copy(RECORDS)
        found = _compared(held(before), held(after))
        transfer.finish()
        with writing(after, gate_of(path)):
            for table in ("copy_state", "copied"):
                after.execute(f"DROP TABLE {table}")
        after.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _rename(path, folder.library)
    folder.library_place.unlink()
    sync_folder(folder.library_place.parent)
    with suppress(FileNotFoundError):
        folder.search_copy.unlink()
    return Moved(shown(address), str(folder.library), found)


def _id_of(db: Connection) -> str:
    return str(db.execute("SELECT id FROM library_id").fetchone()[0])


def _refuse_full(db: PostgresDatabase, target: str) -> None:
    if db.execute("SELECT to_regclass('migration')::text").fetchone()[0] is not None:
        return
    for table in ("documents", "ledger", "jobs"):
        if db.execute(f"SELECT EXISTS(SELECT 1 FROM {table})").fetchone()[0]:
            raise DataFolderUnusable(
                f"{shown(target)} holds a library that is not empty; name another database"
            )


def _compared(before: list[Held], after: list[Held]) -> list[Held]:
    for one, other in zip(before, after, strict=True):
        if one != other:
            raise DataFolderUnusable(
                f"{one.name} are not the same in both places ({one.rows} rows here, {other.rows} "
                "there, or what they say): nothing was moved; empty the new place and begin again"
            )
    return after


def _rename(path: Path, target: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(target.with_name(target.name + suffix))
    sync_folder(path.parent)


@contextmanager
def _alone(folder: DataFolder) -> Iterator[None]:
    lock = try_lock(folder.supervisor_lock)
    if lock is None:
        raise DataFolderBusy(f"a supervisor is at work on {folder.root}; stop it, then move")
    try:
        yield
    finally:
        lock.release()
