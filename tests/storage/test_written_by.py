"""Which version has worked on a data folder is noted, and named where that helps."""

import sqlite3
from pathlib import Path

import pytest

from gristmill.schemas.ids import uuid7
from gristmill.schemas.jobs.manifest import FORMAT
from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.schemas.version import VERSION
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests
from gristmill.storage.written_by import note_version, noted_version, what_to_use


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


def test_the_version_is_noted_once(folder: DataFolder) -> None:
    note_version(folder)
    first = folder.version_note.stat().st_mtime_ns, folder.version_note.stat().st_ino
    note_version(folder)
    assert noted_version(folder) == VERSION
    assert (folder.version_note.stat().st_mtime_ns, folder.version_note.stat().st_ino) == first


@pytest.mark.parametrize(
    ("before", "after", "noted"),
    [
        ("0.9.0", "0.10.0", "0.10.0"),
        ("0.10.0", "0.9.0", "0.10.0"),
        ("1.0", "0.9.0", "1.0"),
        ("no version", "0.2.0", "0.2.0"),
        ("", "0.2.0", "0.2.0"),
        ("\x00\xff" * 4000, "0.2.0", "0.2.0"),
    ],
)
def test_the_newest_version_stays_noted(
    folder: DataFolder, before: str, after: str, noted: str
) -> None:
    folder.version_note.write_text(before)
    note_version(folder, after)
    assert noted_version(folder) == noted


def test_a_library_that_is_too_new_names_the_version_to_use(folder: DataFolder) -> None:
    Library.open(folder.library).close()
    with sqlite3.connect(folder.library) as db:
        db.execute("PRAGMA user_version=99")
    folder.version_note.write_text("99.1.0\n")
    with pytest.raises(DataFolderUnusable, match=r"use Gristmill 99\.1\.0, which wrote"):
        Library.open(folder.library)


def test_a_manifest_that_is_too_new_names_the_version_to_use(folder: DataFolder) -> None:
    job_id = uuid7(1_764_400_000_000_000_000, 1)
    folder.pending_path(job_id).write_text(f'{{"format": {FORMAT + 1}}}')
    folder.version_note.write_text("99.1.0\n")
    with pytest.raises(DataFolderUnusable, match=r"use Gristmill 99\.1\.0, which wrote"):
        Manifests(folder).read(job_id)


def test_a_note_that_cannot_be_right_is_not_passed_on(folder: DataFolder, tmp_path: Path) -> None:
    note_version(folder)
    for path in (folder.library, tmp_path / "alone.db"):
        assert what_to_use(path).startswith("use the version of Gristmill that wrote")
