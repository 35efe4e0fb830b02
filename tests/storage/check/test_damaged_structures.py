"""What documents were made of, in damaged libraries and in those of versions that kept none."""

import sqlite3
from pathlib import Path

import pytest
from support.folder_samples import manifest, put
from support.library_samples import succeeded
from support.older_library import take_back

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.outcomes.structure import (
    BlockKind,
    DocumentWarning,
    StructureBlock,
    WarningCode,
)
from gristmill.storage.check.check import check
from gristmill.storage.damage import note_damage
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library, losses

_WARNING = DocumentWarning(WarningCode.CONTENT_CUT, "the sheet is cut after 10 rows")
_NAMES = ("a.txt", "b.txt")


def _blocks(name: str) -> tuple[StructureBlock, ...]:
    header = StructureBlock(BlockKind.HEADER, f"Header of {name} " * 40)
    return (header, StructureBlock(BlockKind.TEXT, name, start=0, end=len(name)))


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder.open(tmp_path / "data")
    with Library.open(folder.library) as library:
        for number, name in enumerate(_NAMES):
            counts = Counts(total=1, succeeded=1, warnings=1)
            done = manifest(number, JobState.SUCCEEDED, counts=counts)
            document = succeeded(
                done.job_id, uri=name, texts=(name,), structure=_blocks(name), warnings=[_WARNING]
            )
            library.commit([document])
            put(folder, library, done)
    return folder


def _structures(folder: DataFolder) -> dict[str, tuple[StructureBlock, ...] | None]:
    with Library.open(folder.library) as library:
        documents, _ = library.documents_page(collection=None, after=None, limit=9)
        return {each.uri: library.structure(each.document_id) for each in documents}


def test_a_repair_keeps_structures_and_warnings(folder: DataFolder) -> None:
    note_damage(folder.library, "somebody says so")
    assert "library_mended" in {finding.code for finding in check(folder, repair=True)}
    assert _structures(folder) == {name: _blocks(name) for name in _NAMES}
    with Library.open(folder.library) as library:
        document = library.document(document_id("default", "a.txt"))
        assert document is not None and document.warnings == (_WARNING,)
    assert check(folder, repair=False) == []


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE structures SET blocks = x'01ffee' WHERE document = 1",
        "UPDATE structures SET blocks = x'0091c0' WHERE document = 1",
        "UPDATE chunks SET regions = x'c1' WHERE document = 1",
        "UPDATE documents SET warnings = '{' WHERE id = 1",
    ],
)
def test_what_makes_no_sense_costs_its_document_and_no_other(folder: DataFolder, harm: str) -> None:
    with sqlite3.connect(folder.library) as db:
        db.execute(harm)
    db.close()
    codes = {finding.code for finding in check(folder, repair=True)}
    assert "library_damaged" in codes
    assert losses(folder.library).documents == (["a.txt"] if "documents" not in harm else [])
    assert _structures(folder) == {"b.txt": _blocks("b.txt")}


def test_a_library_from_before_structures_is_read_and_written(folder: DataFolder) -> None:
    take_back(folder.library, 4)
    assert _structures(folder) == {"a.txt": None, "b.txt": None}
    with Library.open(folder.library) as library:
        (first, *_), _ = library.documents_page(collection=None, after=None, limit=9)
        assert (first.warnings, library.counts(first.job_id).warnings) == ((), 0)
        again = succeeded(
            "new", uri="a.txt", texts=("a.txt",), pipeline="newer", structure=_blocks("a.txt")
        )
        library.commit([again])
    assert _structures(folder) == {"a.txt": _blocks("a.txt"), "b.txt": None}


def test_a_damaged_library_from_before_structures_loses_nothing(folder: DataFolder) -> None:
    take_back(folder.library, 4)
    note_damage(folder.library, "somebody says so")
    check(folder, repair=True)
    assert _structures(folder) == {"a.txt": None, "b.txt": None}
    assert losses(folder.library).documents == []
