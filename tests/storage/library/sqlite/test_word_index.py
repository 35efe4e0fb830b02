"""The index of an older library moves into the one of today, a few chunks at a time."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.library_samples import succeeded
from support.older_library import take_back

from gristmill.schemas.ids import document_id
from gristmill.storage.library.sqlite.database.word_index import Left, still_left
from gristmill.storage.library.sqlite.facade import Library
from gristmill.storage.library.sqlite.searches import ranking

NAMES = ("a.txt", "b.txt", "c.txt")


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Library]:
    """Three documents of two chunks, as a library of schema 5 has them."""
    path = tmp_path / "library.db"
    with Library.open(path) as library:
        library.commit(
            [
                succeeded(ordinal=n, uri=name, texts=(f"wheel one {name}", f"wheel two {name}"))
                for n, name in enumerate(NAMES)
            ]
        )
    take_back(path, 5)
    with Library.open(path) as library:
        yield library


def found(library: Library, query: str = "wheel") -> list[str]:
    return sorted({hit.uri for hit in library.search(query, collection=None, limit=20)})


def test_what_has_moved_and_what_has_not_are_found_at_every_step(older: Library) -> None:
    for left in (5, 4, 3, 2, 1, 0):
        assert found(older) == list(NAMES)
        assert len(older.search("wheel", collection="default", limit=20)) == 6
        assert older.soundness.move_index(1) == left
    assert found(older) == list(NAMES)
    assert older.soundness.move_index(1) == 0
    assert older.soundness.search_index_is_sound()


def test_what_moves_while_it_is_looked_for_is_found(
    older: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def and_then_it_moves(db: sqlite3.Connection) -> Left:
        left = still_left(db)
        with Library.open(older._path) as another:
            another.soundness.move_index(10)
        return left

    monkeypatch.setattr(ranking, "still_left", and_then_it_moves)
    assert found(older) == list(NAMES)


@pytest.mark.parametrize("moved", [0, 1, 2, 3, 5, 6])
@pytest.mark.parametrize("name", NAMES)
def test_a_document_goes_from_whichever_index_has_it(older: Library, moved: int, name: str) -> None:
    if moved:
        older.soundness.move_index(moved)
    assert older.delete_document(document_id("default", name))
    assert found(older) == [each for each in NAMES if each != name]
    older.commit([succeeded("later", uri="new.txt", texts=("wheel new",))])
    assert "new.txt" in found(older)
    assert older.soundness.search_index_is_sound()
    assert len(found(older)) == 3


def test_an_index_that_is_made_anew_has_moved(older: Library) -> None:
    older.soundness.move_index(3)
    older.soundness.rebuild_search_index()
    assert found(older) == list(NAMES) and older.soundness.move_index(1) == 0
    assert older.soundness.search_index_is_sound()


def test_an_empty_older_library_has_nothing_to_move(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library.open(path).close()
    take_back(path, 5)
    with Library.open(path) as library:
        assert library.soundness.move_index(1) == 0
    with sqlite3.connect(path) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
    assert "word_index" in tables and not {"fts", "indexed"} & tables
