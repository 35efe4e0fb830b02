"""What a failing library raises: one error for everybody, which says whose fault it is."""

import pickle
import sqlite3
from pathlib import Path

import pytest
from support.library_calls import ROLES, arguments_of
from support.library_samples import succeeded

from gristmill.schemas.problems.library_errors import LibraryDamaged, LibraryFault, LibraryTrouble
from gristmill.storage.library import Library, Patience, of_the_machine
from gristmill.storage.library.sqlite.database.trouble import trouble
from gristmill.storage.library.sqlite.repair.soundness import Soundness


def _error(kind: type[sqlite3.Error], code: int | None = None) -> sqlite3.Error:
    error = kind("it failed")
    if code is not None:
        error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "transient", "fault"),
    [
        (_error(sqlite3.OperationalError, sqlite3.SQLITE_FULL), True, LibraryFault.FULL),
        (_error(sqlite3.OperationalError, sqlite3.SQLITE_IOERR_READ), True, LibraryFault.FAILED),
        (_error(sqlite3.OperationalError, sqlite3.SQLITE_BUSY), True, LibraryFault.FAILED),
        (_error(sqlite3.OperationalError, sqlite3.SQLITE_READONLY), True, LibraryFault.DENIED),
        (_error(sqlite3.OperationalError, sqlite3.SQLITE_CANTOPEN), True, LibraryFault.DENIED),
        (_error(sqlite3.OperationalError, sqlite3.SQLITE_ERROR), True, LibraryFault.OTHER),
        (_error(sqlite3.OperationalError), True, LibraryFault.OTHER),
        (_error(sqlite3.InternalError), True, LibraryFault.OTHER),
        (_error(sqlite3.DatabaseError, sqlite3.SQLITE_CORRUPT), True, LibraryFault.DAMAGED),
        (_error(sqlite3.DatabaseError, sqlite3.SQLITE_NOTADB), True, LibraryFault.DAMAGED),
        (_error(sqlite3.DatabaseError, 267), True, LibraryFault.DAMAGED),
        (_error(sqlite3.IntegrityError), False, LibraryFault.OTHER),
        (_error(sqlite3.DataError), False, LibraryFault.OTHER),
        (_error(sqlite3.ProgrammingError), False, LibraryFault.OTHER),
    ],
)
def test_what_another_try_may_mend_is_transient(
    error: sqlite3.Error, transient: bool, fault: LibraryFault
) -> None:
    found = trouble(error)
    assert (found.transient, found.fault, found.reason) == (transient, fault, "it failed")
    if fault is LibraryFault.DAMAGED:
        assert isinstance(found, LibraryDamaged) and "gristmill check --repair" in found.message
    else:
        assert found.message == str(found) == "the library could not be used: it failed"
    assert of_the_machine(found) is transient


def test_a_failing_disk_is_the_machines_and_what_cannot_be_stored_is_not() -> None:
    assert of_the_machine(OSError(5, "Input/output error"))
    assert not of_the_machine(OverflowError("a number too large for a column"))


def test_trouble_says_the_same_in_another_process() -> None:
    told = LibraryTrouble("it failed", transient=False, fault=LibraryFault.DENIED)
    heard = pickle.loads(pickle.dumps(told))
    assert vars(heard) == vars(told) and str(heard) == str(told)


@pytest.mark.parametrize("name", ROLES)
def test_every_method_of_every_role_fails_with_library_trouble(tmp_path: Path, name: str) -> None:
    library = Library.open(tmp_path / "library.db")
    method = getattr(library, name)
    arguments = arguments_of(method)
    library.close()
    with pytest.raises(LibraryTrouble, match="closed database"):
        # Lists that are streamed fail when they are read.
        list(method(**arguments))


def test_every_question_about_soundness_fails_with_library_trouble(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.db")
    soundness = library.soundness
    library.close()
    questions = [name for name in vars(Soundness) if not name.startswith("_")]
    # A damaged file is what `damage` is there to tell of.
    for name in sorted({*questions} - {"damage"}):
        arguments = ["job"] if name == "recount" else []
        with pytest.raises(LibraryTrouble, match="closed database"):
            list(getattr(soundness, name)(*arguments))


def test_a_stream_that_breaks_off_in_the_middle_is_library_trouble(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.db") as library:
        library.commit([succeeded(uri="a", texts=("one", "two"))])
        rows = library.export(None)
        next(rows)
        library._db.execute("PRAGMA foreign_keys=OFF")
        for table in ("chunks", "documents"):
            library._db.execute(f"ALTER TABLE {table} RENAME TO away_{table}")
        with pytest.raises(LibraryTrouble, match="no such table"):
            list(rows)


def test_a_locked_library_is_transient_trouble(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as holder, Library.open(path, patience=Patience(0.01)) as other:
        with holder._writing(), pytest.raises(LibraryTrouble, match="locked") as caught:
            other.cancel_pending("job")
        assert caught.value.transient
