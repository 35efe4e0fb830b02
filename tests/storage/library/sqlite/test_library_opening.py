"""Opening a library: missing, foreign, newer, read-only."""

import sqlite3
from pathlib import Path

import pytest
from support.library_samples import planned, succeeded

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.schemas.problems.library_errors import LibraryDamaged, LibraryTrouble
from gristmill.storage.disk.locks import try_lock
from gristmill.storage.library import Library, Patience
from gristmill.storage.library.sqlite.database import connection


def test_a_missing_library_reads_as_an_empty_one_and_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path, readonly=True) as library:
        assert library.counts("job") == Counts()
        assert library.planned("job") is None
        assert library.document("0" * 32) is None
        assert library.documents_page(collection=None, after=None, limit=5) == ([], None)
        assert library.chunks_page("0" * 32, after=None, limit=5) == []
        assert library.search("word", collection=None, limit=5) == []
        assert list(library.export(None)) == []
        assert library.jobs_page(state=JobState.QUEUED, collection="c", after=None, limit=5) == []
        assert library.ledger_page("j", state=DocumentState.FAILED, after=None, limit=5) == []
        assert library.stats() == {"documents": 0, "chunks": 0, "bytes": 0, "collections": 0}
    assert list(tmp_path.iterdir()) == []


def test_a_reader_sees_what_is_committed_after_it_opened(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as writer, Library.open(path, readonly=True) as reader:
        writer.commit([succeeded()])
        assert reader.document(document_id("default", "a.txt")) is not None


def test_a_library_can_be_read_when_nobody_writes(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as writer:
        writer.commit([succeeded()])
    with Library.open(path, readonly=True) as reader:
        assert reader.stats()["documents"] == 1


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as writer:
        writer.plan("job", planned(1))
    for where in (path, tmp_path / "missing.db"):
        with Library.open(where, readonly=True) as reader, pytest.raises(LibraryTrouble):
            reader.commit([succeeded()])


@pytest.mark.parametrize("readonly", [True, False])
def test_a_newer_library_is_refused_with_what_to_do(tmp_path: Path, readonly: bool) -> None:
    path = tmp_path / "library.db"
    Library.open(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    with pytest.raises(DataFolderUnusable, match=r"schema 99.*use the version"):
        Library.open(path, readonly=readonly)


@pytest.mark.parametrize("readonly", [True, False])
def test_a_file_that_is_no_library_is_refused_and_left_alone(
    tmp_path: Path, readonly: bool
) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"these are no pages of a database at all" * 200)
    before = path.read_bytes()
    with pytest.raises(LibraryDamaged):
        Library.open(path, readonly=readonly)
    assert path.read_bytes() == before
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE theirs(x)")
    with pytest.raises(DataFolderUnusable, match="no library of Gristmill"):
        Library.open(foreign, readonly=readonly)


def test_an_empty_file_becomes_a_library(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.touch()
    with Library.open(path, readonly=True) as reader:
        assert reader.stats()["documents"] == 0
    with Library.open(path) as writer:
        assert writer.commit([succeeded()]) == [DocumentState.SUCCEEDED]


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFolderUnusable):
        Library.open(tmp_path / "missing" / "library.db")


def test_a_path_with_special_characters_is_only_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "a b?mode=memory#%41"
    folder.mkdir()
    with Library.open(folder / "library.db") as library:
        library.commit([succeeded()])
    assert (folder / "library.db").stat().st_size > 0


def test_commits_are_synced_and_the_journal_is_a_log(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.db") as library:
        library.index_jobs([])
        assert library._db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert library._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_writer_that_never_lets_go_is_an_error_and_not_a_wait_for_ever(
    tmp_path: Path,
) -> None:
    path = tmp_path / "library.db"
    Library.open(path).close()
    with Library.open(path, patience=Patience(0.01)) as library:
        held = try_lock(connection.gate_of(path))
        assert held is not None
        with pytest.raises(LibraryTrouble, match="locked"):
            library.commit([succeeded()])
        held.release()
        assert library.commit([succeeded()]) == [DocumentState.SUCCEEDED]


def note(beats: list[None]) -> bool:
    """A sign of life; asks for no end."""
    beats.append(None)
    return False


def test_whoever_waits_for_others_gives_signs_of_life(tmp_path: Path) -> None:
    path, beats = tmp_path / "library.db", list[None]()
    Library.open(path).close()
    with Library.open(path, patience=Patience(0.01, lambda: note(beats))) as library:
        held = try_lock(connection.gate_of(path))
        assert held is not None
        with pytest.raises(LibraryTrouble, match="locked"):
            library.commit([succeeded()])
        held.release()
        assert beats


def test_whoever_stores_much_gives_signs_of_life(tmp_path: Path) -> None:
    beats = list[None]()
    patience = Patience(beat=lambda: note(beats))
    with Library.open(tmp_path / "library.db", patience=patience) as library:
        library.commit([succeeded(texts=("A sack.",))])
        few = len(beats)
        much = succeeded("much", uri="b", texts=tuple(f"Sack {n} of rye." for n in range(9000)))
        library.commit([much])
        assert few == 0 and len(beats) > 1


def test_whoever_is_asked_to_gives_up_what_he_stores_or_waits_for(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library.open(path).close()
    much = succeeded("much", texts=tuple(f"Sack {n} of rye." for n in range(9000)))
    with Library.open(path, patience=Patience(beat=lambda: True)) as library:
        with pytest.raises(LibraryTrouble, match="interrupted"):
            library.commit([much])
        assert library.counts("much") == Counts()
        held = try_lock(connection.gate_of(path))
        assert held is not None
        with pytest.raises(LibraryTrouble, match="interrupted"):
            library.commit([succeeded()])
        held.release()


def test_a_full_disk_undoes_the_whole_commit(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as library:
        library.commit([succeeded()])
        pages = library._db.execute("PRAGMA page_count").fetchone()[0]
        library._db.execute(f"PRAGMA max_page_count={pages}")
        large = succeeded("large", 0, uri="b", texts=tuple(f"word{n} " * 900 for n in range(40)))
        with pytest.raises(LibraryTrouble, match="full"):
            library.commit([large])
        assert library.counts("large") == Counts()
        library._db.execute("PRAGMA max_page_count=1000000")
        assert library.commit([large]) == [DocumentState.SUCCEEDED]
