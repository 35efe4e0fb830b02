"""A damaged library: nobody writes to it, what can be read of it is kept whole, and no bytes,
wherever they lie in a data folder, end a check."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from support.folder_samples import manifest, put
from support.library_samples import planned, succeeded
from support.selection import rest_slow

from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import ExportRow
from gristmill.schemas.outcomes.structure import BlockKind, StructureBlock
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.check.check import Finding, check
from gristmill.storage.damage import note_damage, note_path
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import JobIndexRow, Library, losses
from gristmill.storage.library.sqlite.repair import readable
from gristmill.storage.manifests import Manifests
from gristmill.storage.records.keys import KeyRecord, Keys

PAGE = 4096
DOCUMENTS = 40


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with many documents of some pages each, and jobs in every state."""
    folder = DataFolder.open(tmp_path_factory.mktemp("sound") / "data")
    with Library.open(folder.library) as library:
        for number in range(DOCUMENTS):
            done = manifest(
                number,
                JobState.SUCCEEDED,
                counts=Counts(total=1, succeeded=1),
                explicit_key=number % 2 == 0,
            )
            texts = [f"wheel {number} stone {part} " * 60 for part in range(8)]
            blocks = [StructureBlock(BlockKind.TEXT, texts[0], start=0, end=len(texts[0]))]
            document = succeeded(done.job_id, uri=f"{number}.txt", texts=texts, structure=blocks)
            library.commit([document])
            put(folder, library, done)
        half = manifest(500)
        put(folder, library, half)
        library.plan(half.job_id, planned(2))
    waiting = [manifest(1000 + number) for number in range(8)]
    keys = Keys(folder)
    with keys.hold(job.key for job in waiting):
        keys.write_all([(job.key, KeyRecord(job.job_id, job.request)) for job in waiting])
    Manifests(folder).create_all(waiting)
    with Library.open(folder.library) as library:
        library.index_jobs(map(JobIndexRow.of, waiting))
    assert check(folder, repair=False) == []
    return folder.root


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Iterator[DataFolder]:
    """A copy of it, for one test to damage."""
    shutil.copytree(sound, tmp_path / "data")
    yield DataFolder.open(tmp_path / "data")


@pytest.fixture
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of which nothing can be read is tried in many thousand places, each the same."""
    monkeypatch.setattr(readable, "_MOST_FAILURES", 1_000)


def garble(path: Path, where: Callable[[bytearray], None]) -> None:
    data = bytearray(path.read_bytes())
    where(data)
    path.write_bytes(data)


def exported(folder: DataFolder) -> dict[str, list[ExportRow]]:
    found: dict[str, list[ExportRow]] = {}
    with Library.open(folder.library, readonly=True) as library:
        for row in library.export(None):
            found.setdefault(row.uri, []).append(row)
    return found


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def pages_with(data: bytes, text: bytes) -> list[int]:
    return [at for at in range(0, len(data), PAGE) if text in data[at : at + PAGE]]


def test_a_page_of_chunks_that_is_gone_costs_its_documents_and_no_other(
    folder: DataFolder,
) -> None:
    before = exported(folder)
    page = pages_with(folder.library.read_bytes(), b"wheel 7 stone 3 ")[0]
    garble(folder.library, lambda data: data.__setitem__(slice(page, page + 64), b"\xa5" * 64))
    findings = check(folder, repair=True)
    assert {"library_damaged", "documents_lost"} <= codes(findings)
    after = exported(folder)
    lost = set(before) - set(after)
    assert "7.txt" in lost and len(lost) <= 3
    assert set(losses(folder.library).documents) == lost
    # Whole, with the same ids, and found.
    assert all(before[uri] == rows for uri, rows in after.items())
    with Library.open(folder.library) as library:
        assert library.search("wheel 12", collection=None, limit=5)
        assert library.soundness.search_index_is_sound()
        assert library.stats()["documents"] == DOCUMENTS - len(lost)
    assert check(folder, repair=False) == []
    (aside,) = folder.root.glob("library.db.damaged-*T*")
    assert pages_with(aside.read_bytes(), b"\xa5" * 64)


def test_a_document_that_was_lost_comes_back_when_it_is_submitted_again(
    folder: DataFolder,
) -> None:
    page = pages_with(folder.library.read_bytes(), b"wheel 7 stone 3 ")[0]
    garble(folder.library, lambda data: data.__setitem__(slice(page, page + 64), bytes(64)))
    check(folder, repair=True)
    texts = [f"wheel 7 stone {part} " * 60 for part in range(8)]
    with Library.open(folder.library) as library:
        (state,) = library.commit([succeeded("again", uri="7.txt", texts=texts)])
    assert state is DocumentState.SUCCEEDED


def test_a_file_whose_first_page_is_gone_gives_back_all_that_is_in_the_others(
    folder: DataFolder,
) -> None:
    before = exported(folder)
    garble(folder.library, lambda data: data.__setitem__(slice(0, PAGE), b"\x5a" * PAGE))
    with pytest.raises(LibraryDamaged):
        Library.open(folder.library)
    assert "documents_lost" not in codes(check(folder, repair=True))
    assert exported(folder) == before
    assert check(folder, repair=False) == []


@pytest.mark.usefixtures("few_tries")
def test_a_file_of_which_nothing_is_left_is_moved_aside_and_jobs_begin_anew(
    folder: DataFolder,
) -> None:
    rubbish = random.Random(1).randbytes(folder.library.stat().st_size)
    folder.library.write_bytes(rubbish)
    found = check(folder, repair=True)
    assert {"library_damaged", "ledgers_lost"} <= codes(found)
    (aside,) = folder.root.glob("library.db.damaged-*T*")
    assert aside.read_bytes() == rubbish
    assert len(losses(folder.library).ledgers) == DOCUMENTS
    # Nothing is left to be found, and what is pending has no plan that would be taken for whole.
    assert check(folder, repair=False) == []
    with Library.open(folder.library) as library:
        pending = Manifests(folder).pending_ids()
        assert len(pending) == 9 and all(library.planned(job_id) is None for job_id in pending)
        assert len(library.jobs_page(state=None, collection=None, after=None, limit=99)) == 49


def test_a_pending_jobs_plan_is_kept_where_it_is_whole(folder: DataFolder) -> None:
    note_damage(folder.library, "somebody said so")
    assert {"library_damaged", "library_mended"} <= codes(check(folder, repair=True))
    with Library.open(folder.library) as library:
        assert library.planned(manifest(500).job_id) == 2
        assert library.pending(manifest(500).job_id) == planned(2)
    assert not note_path(folder.library).exists()
    assert len(exported(folder)) == DOCUMENTS


def test_a_check_without_repair_closes_the_intake_and_changes_nothing_else(
    folder: DataFolder,
) -> None:
    page = pages_with(folder.library.read_bytes(), b"wheel 7 stone 3 ")[0]
    garble(folder.library, lambda data: data.__setitem__(slice(page, page + 64), bytes(64)))
    before = folder.library.read_bytes()
    assert codes(check(folder, repair=False)) == {"library_damaged"}
    assert folder.library_damage is not None
    assert folder.library.read_bytes() == before
    with Library.open(folder.library) as library:
        with pytest.raises(LibraryDamaged, match="check --repair"):
            library.commit([succeeded("new", uri="new.txt")])
        with pytest.raises(LibraryDamaged):
            library.delete_document("x")


def test_nobody_makes_an_empty_library_where_a_damaged_one_was(folder: DataFolder) -> None:
    note_damage(folder.library, "it was so")
    folder.library.unlink()
    with pytest.raises(LibraryDamaged):
        Library.open(folder.library)
    assert {"library_damaged", "ledgers_lost"} <= codes(check(folder, repair=True))
    assert check(folder, repair=False) == []


def test_a_value_that_makes_no_sense_is_damage_and_no_crash(folder: DataFolder) -> None:
    with Library.open(folder.library) as library:
        library._db.execute("UPDATE documents SET metadata = '{\"a' WHERE uri = '3.txt'")
        library._db.execute("UPDATE jobs SET state = 'sunk'")
    with Library.open(folder.library) as library, pytest.raises(LibraryDamaged):
        library.documents_page(collection=None, after=None, limit=100)
    assert folder.library_damage is not None
    check(folder, repair=True)
    assert set(exported(folder)) == {f"{n}.txt" for n in range(DOCUMENTS)} - {"3.txt"}
    assert check(folder, repair=False) == []


FILES = (
    "library.db",
    "library.db",
    "library.db-wal",
    "jobs/batches/*",
    "jobs/pending/*",
    "jobs/20*/*",
    "keys/*/*.json",
)


@pytest.mark.usefixtures("few_tries")
@pytest.mark.parametrize("seed", rest_slow(*range(40), quick=6))
def test_no_bytes_anywhere_end_a_check_or_a_repair(folder: DataFolder, seed: int) -> None:
    chance = random.Random(seed)
    if seed % 3 == 0:
        # A log that was not folded in.
        with Library.open(folder.library) as library:
            library._db.execute("PRAGMA wal_autocheckpoint=0")
            library.commit([succeeded("late", uri=f"{n}.late", texts=["late"] * 9) for n in "ab"])
            shutil.copy(f"{folder.library}-wal", folder.root / "kept")
        shutil.move(folder.root / "kept", f"{folder.library}-wal")
    for pattern in chance.sample(FILES, chance.randint(1, 4)):
        for path in sorted(folder.root.glob(pattern)):
            if path.stat().st_size:
                garble(path, lambda data: _scatter(data, chance))
    first = check(folder, repair=False)
    assert all(isinstance(finding, Finding) for finding in first)
    check(folder, repair=True)
    left = [each for each in check(folder, repair=True) if not each.repaired]
    # A manifest whose bytes are others, and still a manifest, is nobody's to judge.
    assert not codes(left) & {"library_damaged", "library_unusable", "search_index"}, left
    with Library.open(folder.library) as library:
        assert sum(1 for _ in library.export(None)) == library.stats()["chunks"]
        assert len(list(library.job_rows())) <= 49 + 1
        assert library.commit([succeeded("new", uri="new.txt")]) == [DocumentState.SUCCEEDED]
    msgspec.json.encode(first)


def _scatter(data: bytearray, chance: random.Random) -> None:
    kind = chance.randrange(4)
    if kind == 0:
        del data[chance.randrange(len(data)) :]
    elif kind == 1:
        start = chance.randrange(len(data))
        data[start : start + chance.randrange(1, 3 * PAGE)] = chance.randbytes(PAGE)
    else:
        for _ in range(chance.choice((1, 5, 60))):
            start = chance.randrange(len(data))
            length = min(chance.choice((1, 8, 64)), len(data) - start)
            data[start : start + length] = chance.randbytes(length)


def test_a_process_that_can_open_nothing_takes_no_library_for_damaged(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_descriptor(*_: object, **__: object) -> str:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(Path, "read_text", no_descriptor)
    assert folder.library_damage is None
    note_damage(folder.library, "a page was garbled")
    assert folder.library_damage == "Too many open files"
