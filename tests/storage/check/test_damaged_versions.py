"""What documents were before, in libraries that are mended and in those of older versions."""

import sqlite3
from pathlib import Path

import msgspec
import pytest
from support.folder_samples import manifest, put
from support.library_samples import succeeded
from support.older_library import take_back

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.check.check import check
from gristmill.storage.damage import note_damage
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library, losses

_ID = document_id("default", "a.txt")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """With a document that was "Rye." before."""
    folder = DataFolder.open(tmp_path / "data")
    with Library.open(folder.library) as library:
        for number, text in enumerate(("Rye.", "Oats.")):
            done = manifest(number, JobState.SUCCEEDED, counts=Counts(total=1, succeeded=1))
            came = succeeded(done.job_id, texts=(text,))
            library.commit([msgspec.structs.replace(came, keep_last=100)])
            put(folder, library, done)
    return folder


def _before(folder: DataFolder) -> str | None:
    with Library.open(folder.library) as library:
        assert library.document(_ID) is not None
        last = library.last_version(_ID)
        return None if last is None else last.text


def test_a_repair_keeps_what_documents_were_before(folder: DataFolder) -> None:
    note_damage(folder.library, "somebody says so")
    assert "library_mended" in {finding.code for finding in check(folder, repair=True)}
    assert _before(folder) == "Rye."
    assert check(folder, repair=False) == []


@pytest.mark.parametrize("text", ["x'01ffee'", "'no bytes'"])
def test_a_version_that_makes_no_sense_goes_and_its_document_stays(
    folder: DataFolder, text: str
) -> None:
    with sqlite3.connect(folder.library) as db:
        db.execute(f"UPDATE versions SET text = {text}")
    db.close()
    assert "library_damaged" in {finding.code for finding in check(folder, repair=True)}
    assert losses(folder.library).documents == []
    assert _before(folder) is None


def test_a_library_from_before_versions_keeps_them_from_now_on(folder: DataFolder) -> None:
    take_back(folder.library, 8)
    assert _before(folder) is None
    with Library.open(folder.library) as library:
        came = succeeded("new", texts=("Spelt.",))
        library.commit([msgspec.structs.replace(came, keep_last=100)])
    assert _before(folder) == "Oats."
