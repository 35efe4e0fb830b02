"""The spool: bytes in, under their digest and a claim, in flat memory."""

import hashlib
import io
import os
import tracemalloc
from pathlib import Path

import pytest
from support.arming import arm

from gristmill.schemas.jobs.sources import Spooled
from gristmill.schemas.problems.errors import BodyTooLarge
from gristmill.storage import spool as spool_module
from gristmill.storage.layout import DataFolder
from gristmill.storage.spool import Spool

MIB = 1024 * 1024


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def spool(folder: DataFolder) -> Spool:
    return Spool(folder)


def _store(spool: Spool, data: bytes, limit: int = 1000) -> Spooled:
    return spool.store(io.BytesIO(data), limit, uri="a.txt", media_type="text/plain")


def _files(folder: DataFolder) -> list[Path]:
    return [path for path in folder.spool.rglob("*") if path.is_file()]


def test_bytes_lie_under_their_claim_and_come_back(spool: Spool, folder: DataFolder) -> None:
    stored = _store(spool, b"flour")
    sha256 = hashlib.sha256(b"flour").hexdigest()
    assert (stored.sha256, stored.bytes, stored.uri) == (sha256, 5, "a.txt")
    assert stored.media_type == "text/plain"
    assert spool.read(stored, 10) == b"flour"
    assert _files(folder) == [folder.bundle_path(stored.claim)]


def test_all_documents_of_a_job_are_one_file(spool: Spool, folder: DataFolder) -> None:
    with spool.storing("c0ffee") as spooling:
        for data in (b"flour", b"", b"bran", b"flour"):
            spooling.add(io.BytesIO(data), 9, uri=None, media_type=None)
    assert _files(folder) == [folder.bundle_path("c0ffee")]
    assert [spool.read(stored, 9) for stored in spooling.stored] == [
        b"flour",
        b"",
        b"bran",
        b"flour",
    ]
    assert folder.bundle_path("c0ffee").read_bytes() == b"flourbranflour"
    spool.discard(spooling.stored)
    assert _files(folder) == []


def test_a_job_without_uploads_makes_no_file(spool: Spool, folder: DataFolder) -> None:
    with spool.storing("c0ffee"):
        pass
    assert list(folder.spool.iterdir()) == []


def test_one_document_too_many_takes_the_others_with_it(spool: Spool, folder: DataFolder) -> None:
    with pytest.raises(BodyTooLarge), spool.storing("c0ffee") as spooling:
        spooling.add(io.BytesIO(b"flour"), 9, uri=None, media_type=None)
        spooling.add(io.BytesIO(b"far too much flour"), 9, uri=None, media_type=None)
    assert _files(folder) == []


@pytest.mark.parametrize("point", ["spool.create", "spool.fsync", "spool.rename"])
def test_a_disk_that_fails_at_the_end_leaves_nothing(
    spool: Spool, folder: DataFolder, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    arm(monkeypatch, f"{point}=eio@1!")
    with pytest.raises(OSError, match="Input/output"):
        _store(spool, b"flour")
    assert _files(folder) == []


def test_the_same_bytes_twice_are_two_claims_and_dropping_one_keeps_the_other(
    spool: Spool, folder: DataFolder
) -> None:
    first, second = _store(spool, b"flour"), _store(spool, b"flour")
    assert first.sha256 == second.sha256 and first.claim != second.claim
    spool.discard([first])
    spool.discard([first])
    assert spool.read(second, 10) == b"flour"
    assert _files(folder) == [folder.bundle_path(second.claim)]


@pytest.mark.parametrize("size", [1001, 3 * MIB])
def test_over_the_limit_nothing_is_left(spool: Spool, folder: DataFolder, size: int) -> None:
    with pytest.raises(BodyTooLarge, match="1000 bytes"):
        _store(spool, b"x" * size)
    assert _files(folder) == []


@pytest.mark.parametrize("point", ["spool.write", "durable.fsync_folder"])
def test_a_disk_that_fails_leaves_nothing(
    spool: Spool, folder: DataFolder, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    for nth in (1, 2):
        arm(monkeypatch, f"{point}=enospc@{nth}!")
        data = io.BytesIO(b"x" * (MIB + 1))
        with pytest.raises(OSError, match="No space"):
            spool.store(data, 9 * MIB, uri="a", media_type=None)
        assert _files(folder) == []
        for made in folder.spool.iterdir():
            made.rmdir()


def test_a_stream_that_breaks_off_leaves_nothing(spool: Spool, folder: DataFolder) -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise ConnectionResetError("the client went away")

    with pytest.raises(ConnectionResetError):
        spool.store(Broken(), 10, uri="a", media_type=None)
    assert _files(folder) == []


def test_a_large_upload_takes_flat_memory(spool: Spool) -> None:
    class Large:
        left = 32

        def read(self, size: int, /) -> bytes:
            self.left -= 1
            return b"x" * size if self.left >= 0 else b""

    tracemalloc.start()
    try:
        stored = spool.store(Large(), 100 * MIB, uri="a", media_type=None)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stored.bytes == 32 * MIB
    assert peak < 4 * MIB


def test_a_large_document_is_made_durable_piece_by_piece(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(
        spool_module, "sync_data", lambda number: synced.append(os.fstat(number).st_size)
    )
    stored = _store(spool, bytes(9 * MIB), 10 * MIB)
    assert synced == [4 * MIB, 8 * MIB]
    assert stored.bytes == 9 * MIB
