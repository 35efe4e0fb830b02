"""Originals are kept for their documents, and for nobody else."""

import errno
import os
from pathlib import Path

import pytest
from support.library_samples import succeeded

from gristmill.schemas.ids import document_id
from gristmill.storage import faults
from gristmill.storage.check.check import check
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.originals import Originals, drop_strays

_DATA = b"the quick brown fox"
_ID = document_id("default", "a.txt")
_OLD_S = 1_000_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


def _kept(folder: DataFolder, uri: str = "a.txt", data: bytes = _DATA) -> str:
    """Keep the original of a document, long ago; returns its digest."""
    result = succeeded(uri=uri, texts=(data.decode(),))
    assert result.sha256 is not None
    originals = Originals(folder)
    originals.keep("default", uri, result.sha256, data)
    path = originals.path(document_id("default", uri), result.sha256)
    assert path is not None and path.read_bytes() == data
    assert path.stat().st_mode & 0o077 == 0
    os.utime(path, (_OLD_S, _OLD_S))
    return result.sha256


def _files(folder: DataFolder) -> list[bytes]:
    return sorted(path.read_bytes() for _, path in Originals(folder).all())


def test_what_no_document_of_the_library_came_from_is_dropped_when_it_is_old(
    folder: DataFolder,
) -> None:
    digest = _kept(folder)
    with Library.open(folder.library) as library:
        library.commit([succeeded(texts=(_DATA.decode(),))])
    _kept(folder, data=b"replaced")
    _kept(folder, uri="gone.txt", data=b"gone")
    assert drop_strays(folder, _OLD_S) == 0
    assert drop_strays(folder, _OLD_S + 1) == 2
    assert _files(folder) == [_DATA]
    Originals(folder).keep("default", "a.txt", digest, _DATA)
    (path,) = (path for _, path in Originals(folder).all())
    assert path.stat().st_mtime > _OLD_S


def test_dropping_a_document_drops_all_that_was_kept_of_it(folder: DataFolder) -> None:
    digest = _kept(folder)
    _kept(folder, data=b"replaced")
    _kept(folder, uri="other.txt", data=b"other")
    Originals(folder).drop(_ID)
    Originals(folder).drop(_ID)
    assert _files(folder) == [b"other"]
    assert Originals(folder).path(_ID, digest) is None


def test_a_check_finds_and_mends_what_is_stray_or_damaged(folder: DataFolder) -> None:
    _kept(folder)
    with Library.open(folder.library) as library:
        library.commit([succeeded(texts=(_DATA.decode(),))])
        library.drop_jobs(["job"])
    assert check(folder, repair=False) == []
    _kept(folder, uri="gone.txt", data=b"gone")
    for _, path in Originals(folder).all():
        if path.read_bytes() == _DATA:
            path.write_bytes(b"changed")
            os.utime(path, (_OLD_S, _OLD_S))
    found = {finding.code: finding.severity for finding in check(folder, repair=True)}
    assert found == {"original_damaged": "error", "original_orphan": "warning"}
    assert _files(folder) == []
    assert check(folder, repair=False) == []


def test_a_full_disk_leaves_nothing_half_kept(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(name: str, *_: object) -> None:
        if name == "original.write":
            raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(faults, "disk", full)
    with pytest.raises(OSError, match="no space"):
        Originals(folder).keep("default", "a.txt", "0" * 64, _DATA)
    assert _files(folder) == []


def test_a_name_that_is_no_utf8_finds_its_document(folder: DataFolder) -> None:
    uri = "bad\udcff.txt"
    digest = _kept(folder, uri="bad\\udcff.txt")
    Originals(folder).keep("default", uri, digest, _DATA)
    assert _files(folder) == [_DATA]
