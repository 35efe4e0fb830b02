"""A library moves into PostgreSQL and back, and says the same in each place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.library_samples import planned, succeeded
from support.postgres_server import PostgresServer, postgres_server

from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.problems.errors import DataFolderBusy, DataFolderUnusable
from gristmill.storage import faults
from gristmill.storage.check.check import check
from gristmill.storage.disk.locks import try_lock
from gristmill.storage.layout import DataFolder
from gristmill.storage.moving.moving import move
from gristmill.storage.opening import noted_place, open_library

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        yield started


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """With a job of documents, some replaced and deleted, one failed; and what collections say."""
    folder = DataFolder.open(tmp_path / "data")
    with open_library(folder) as library:
        library.plan("job", planned(9))
        library.commit(
            [succeeded("job", n, uri=f"{n}.txt", texts=(f"grist {n}", "flour")) for n in range(7)]
        )
        library.fail("job", 7, "7.txt", "crashed", "it was too coarse", 1)
        library.commit([succeeded("again", 0, uri="3.txt", texts=("a finer grist",))])
        library.delete_document(library.search("grist 2", collection=None, limit=1)[0].document_id)
        library.set_collection("shelf", GivenOptions(pdf="text"))
        library.begin_term()
    return folder


def _nothing(name: str, rows: int) -> None:
    """The progress of a test."""


def _told(folder: DataFolder) -> list[object]:
    with open_library(folder) as library:
        return [
            library.counts("job"),
            library.ledger_page("job", state=None, after=None, limit=99),
            sorted((row.uri, row.ordinal, row.text) for row in library.export(None)),
            [hit.uri for hit in library.search("finer grist", collection=None, limit=9)],
            library.stats(),
            library.collection_options("shelf"),
        ]


def test_a_library_moves_there_and_back_and_goes_on_in_each_place(
    folder: DataFolder, server: PostgresServer
) -> None:
    before, address = _told(folder), server.new_library()
    there = move(folder, address, _nothing)
    assert _told(folder) == before and noted_place(folder) == address
    assert not folder.library.exists() and {each.name for each in there.held} > {"ledger"}
    with open_library(folder) as library:
        states = library.commit([succeeded("more", 0, uri="new.txt", texts=("bran",))])
        assert states == [DocumentState.SUCCEEDED]
        assert [hit.uri for hit in library.search("bran", collection=None, limit=9)] == ["new.txt"]
    after = _told(folder)
    move(folder, "", _nothing)
    assert _told(folder) == after and noted_place(folder) == "" and folder.library.exists()
    assert [each for each in check(folder, repair=False) if each.code == "search_index"] == []
    with open_library(folder) as library:
        assert library.soundness.search_index_is_sound() and library.soundness.totals_are_right()
        documents = library.stats()["documents"]
        library.commit([succeeded("last", 0, uri="last.txt", texts=("chaff",))])
        assert library.stats()["documents"] == documents + 1


@pytest.mark.parametrize("table", ["ledger", "chunks", "signature_bands"])
def test_a_move_that_is_cut_off_goes_on(
    folder: DataFolder, server: PostgresServer, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    before, address = _told(folder), server.new_library()
    with monkeypatch.context() as armed:
        armed.setenv(faults.VARIABLE, f"migrate.step:{table}=raise")
        faults.rearm()
        with pytest.raises(faults.InjectedFault):
            move(folder, address, _nothing)
    faults.rearm()
    assert _told(folder) == before and folder.library.exists()
    move(folder, address, _nothing)
    assert _told(folder) == before


def test_a_full_place_and_a_folder_at_work_are_refused(
    folder: DataFolder, server: PostgresServer, tmp_path: Path
) -> None:
    address = server.new_library()
    move(folder, address, _nothing)
    other = DataFolder.open(tmp_path / "other")
    with open_library(other) as library:
        library.commit([succeeded()])
    with pytest.raises(DataFolderUnusable, match="not empty"):
        move(other, address, _nothing)
    lock = try_lock(other.supervisor_lock)
    assert lock is not None
    with pytest.raises(DataFolderBusy):
        move(other, address, _nothing)
    lock.release()
