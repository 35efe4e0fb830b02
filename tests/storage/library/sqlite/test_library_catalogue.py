"""Settings and marks of deletion in the file itself: those of before, and what a repair keeps."""

import sqlite3
from contextlib import closing
from pathlib import Path

from support.library_samples import succeeded
from support.older_library import take_back

from gristmill.schemas.jobs.options import GivenOptions
from gristmill.storage.library import Library, mend

SMALL = GivenOptions(chunk_max_chars=300)


def made(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([succeeded("j", n, uri=f"{n}.txt", texts=(f"{n}",)) for n in range(2)])


def test_a_library_of_before_has_no_settings_and_takes_some(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    made(path)
    take_back(path, 6)
    with Library.open(path, readonly=True) as library:
        assert library.collection_options("default") == GivenOptions()
        assert library.count_documents(collection=None) == 2
    with Library.open(path) as library:
        library.set_collection("default", SMALL)
        assert library.collection_options("default") == SMALL
        assert library.delete_collection("default", expected=2) == 2


def test_a_repair_keeps_settings_that_are_some_and_what_was_deleted_stays_so(
    tmp_path: Path,
) -> None:
    path = tmp_path / "library.db"
    made(path)
    with Library.open(path) as library:
        library.set_collection("default", SMALL)
        library.set_collection("broken", SMALL)
        library.delete_documents(collection=None, expected=2)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE collection_settings SET options = '{}x' WHERE collection = 'broken'")
        db.commit()
    mend(path, [])
    with Library.open(path) as library:
        assert library.collection_options("default") == SMALL
        assert library.collection_options("broken") == GivenOptions()
        assert library.count_documents(collection=None) == 0
        assert len(library.take_out_deleted(most=9)) == 2
        assert library.soundness.totals_are_right() and library.soundness.search_index_is_sound()


def test_no_table_keeps_the_old_name_but_that_of_jobs(library: Library) -> None:
    """Whoever adds a table with a column of collections finds it here."""
    library.set_collection("old", SMALL)
    library.commit([succeeded(collection="old")])
    library.rename_collection("old", "new", lambda renamed: None)
    db = library._db
    named = [
        name
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        if any(row[1] == "collection" for row in db.execute(f"PRAGMA table_info({name})"))
    ]
    assert {"documents", "collections", "collection_settings", "jobs"} <= set(named)
    for name in set(named) - {"jobs"}:
        rows = db.execute(f"SELECT count(*) FROM {name} WHERE collection = 'old'").fetchone()
        assert rows == (0,), name
