"""What steps leave in the tables, and files that were made before there were steps."""

import sqlite3
from pathlib import Path
from threading import Barrier, Thread

import pytest
from support.library_samples import signature, signed, succeeded, with_steps

from gristmill.schemas.ids import document_id
from gristmill.schemas.outcomes.documents import Document
from gristmill.schemas.outcomes.results import Vectors
from gristmill.storage.library import Library
from gristmill.storage.library.sqlite.database import ddl
from gristmill.storage.library.sqlite.database.word_index import bring_words

OLD = Path(__file__).with_name("library_schema_1.sql").read_text()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


def get(library: Library, uri: str, collection: str = "default") -> Document:
    found = library.document(document_id(collection, uri))
    assert found is not None
    return found


def rows(library: Library, *tables: str) -> list[int]:
    return [library._index.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables]


def test_vectors_go_when_their_document_is_replaced_or_deleted(path: Path) -> None:
    with Library.open(path) as library:
        made = Vectors.of("m", [[1.0], [2.0]])
        library.commit([with_steps(succeeded(texts=("one", "two")), vectors=made)])
        library.commit([succeeded("again", texts=("other",))])
        assert rows(library, "vectors") == [0]
        assert [row.vector for row in library.export(None)] == [None]
        library.commit([with_steps(succeeded("third", texts=("p", "q")), vectors=made)])
        assert library.delete_document(document_id("default", "a.txt"))
        assert rows(library, "vectors", "chunks") == [0, 0]


def test_a_document_is_no_near_duplicate_of_what_it_replaces(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed("a", signature(1))])
        again = succeeded("again", uri="a", texts=("a new text",))
        library.commit([with_steps(again, signature=signature(1, changed=1))])
        assert "near_duplicate_of" not in get(library, "a").metadata
        assert rows(library, "signatures", "signature_bands") == [1, 20]


def test_what_is_deleted_is_near_to_nothing(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed("a", signature(1))])
        library.delete_document(document_id("default", "a"))
        assert rows(library, "signatures", "signature_bands") == [0, 0]
        library.commit([signed("b", signature(1))])
        assert "near_duplicate_of" not in get(library, "b").metadata


def test_a_thousand_copies_of_one_form_are_compared_with_a_few(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed(f"{n}", signature(1)) for n in range(300)])
        looked: list[str] = []
        library._index.set_trace_callback(looked.append)
        library.commit([signed("last", signature(1))])
        library._index.set_trace_callback(None)
        assert sum("FROM signatures JOIN" in each for each in looked) <= 8
        assert get(library, "last").metadata["near_duplicate_of"]["uri"] == "0"


def old_library(path: Path) -> None:
    """A library that the first version of Gristmill left."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.executescript(OLD)
    db.execute(
        "INSERT INTO documents VALUES(1, ?, 'default', 'a.txt', 1, 'x', 'p', 'text/plain', 'Old',"
        " '{}', NULL, 3, 1, 1, 5, 'job')",
        (document_id("default", "a.txt"),),
    )
    db.execute("INSERT INTO chunks VALUES(1, 1, NULL, NULL, 0, 5, 'older')")
    db.execute("INSERT INTO fts(rowid, title, headings, text) VALUES(1, 'Old', NULL, 'older')")
    db.execute("INSERT INTO collections VALUES('default', 1, 1, 3)")
    db.close()


@pytest.mark.parametrize("readonly", [True, False])
def test_an_older_library_is_brought_up_to_date_with_all_that_is_in_it(
    path: Path, readonly: bool
) -> None:
    old_library(path)
    with Library.open(path, readonly=readonly) as library:
        assert library.search("older", collection=None, limit=5)[0].title == "Old"
        assert [row.text for row in library.export(None)] == ["older"]
    with Library.open(path) as library:
        library.commit([signed("b", signature(1))])
        assert library.soundness.search_index_is_sound() and library.soundness.totals_are_right()
        assert library.delete_document(document_id("default", "a.txt"))


def test_an_older_library_becomes_what_a_new_one_is(path: Path, tmp_path: Path) -> None:
    old_library(path)
    with Library.open(path) as library:
        assert library.soundness.move_index(10) == 0
    Library.open(tmp_path / "new.db").close()

    def shape(file: Path) -> dict[str, list[tuple[object, ...]]]:
        with bring_words(sqlite3.connect(file)) as db:
            assert db.execute("PRAGMA user_version").fetchone() == (ddl.SCHEMA,)
            names = [n for (n,) in db.execute("SELECT name FROM sqlite_master ORDER BY name")]
            return {name: db.execute(f"PRAGMA table_info({name})").fetchall() for name in names}

    assert shape(path) == shape(tmp_path / "new.db")


def test_two_that_open_an_older_library_at_once_bring_it_up_to_date_once(path: Path) -> None:
    old_library(path)
    start = Barrier(4)
    failures: list[BaseException] = []

    def open_it(readonly: bool) -> None:
        start.wait()
        try:
            with Library.open(path, readonly=readonly) as library:
                assert library.stats()["documents"] == 1
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=open_it, args=(n % 2 == 0,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
