"""`check`: a sound folder has no findings; damage is found, and mended where it may be."""

import hashlib
import io
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from support.folder_samples import manifest, put
from support.library_samples import planned, succeeded

from gristmill.schemas.ids import claim_of, document_id
from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.jobs.sources import Spooled
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import DataFolderBusy
from gristmill.storage.check.check import Finding, Severity, check
from gristmill.storage.disk.locks import try_lock
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import JobIndexRow, Library
from gristmill.storage.manifests import Manifests
from gristmill.storage.records.keys import KeyRecord, Keys
from gristmill.storage.spool import Spool

LONG_AGO = 1_700_000_000


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def library(folder: DataFolder) -> Iterator[Library]:
    with Library.open(folder.library) as opened:
        yield opened


def lay_apart(folder: DataFolder, job: Manifest) -> Path:
    """Give an ended job a file of its own, as older versions did; returns it."""
    path = folder.terminal_path(job.job_id)
    Manifests(folder).drop_terminal(job.job_id)
    Manifests(folder).remove_empty([job.job_id])
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.encode(job))
    return path


def upload(folder: DataFolder, data: bytes = b"bytes") -> Spooled:
    return Spool(folder).store(io.BytesIO(data), 100, uri="u.txt", media_type=None)


def age(path: Path) -> None:
    os.utime(path, (LONG_AGO, LONG_AGO))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def mended(folder: DataFolder, code: str) -> None:
    """The check tells `code` and nothing else; a repair mends it, and then all is well."""
    assert codes(check(folder, repair=False)) == [code]
    (finding,) = check(folder, repair=True)
    assert (finding.code, finding.repaired) == (code, True)
    assert check(folder, repair=False) == []


def test_an_empty_folder_is_sound(folder: DataFolder) -> None:
    assert check(folder, repair=False) == []
    assert not folder.library.exists()
    assert not folder.supervisor_lock.exists()


def test_a_folder_with_jobs_in_every_state_is_sound(folder: DataFolder, library: Library) -> None:
    job = manifest(1, JobState.SUCCEEDED, counts=Counts(total=1, succeeded=1))
    put(folder, library, job)
    library.commit([succeeded(job.job_id)])
    put(folder, library, manifest(2, sources=(upload(folder),)))
    put(folder, library, manifest(3, JobState.FAILED, explicit_key=False))
    assert check(folder, repair=False) == []
    assert check(folder, repair=True) == []


def test_a_broken_manifest_is_moved_aside_whole(folder: DataFolder, library: Library) -> None:
    job = put(folder, library, manifest(1, explicit_key=False))
    library.clear_job_index()
    path = folder.pending_path(job.job_id)
    path.write_bytes(path.read_bytes()[:100])
    broken = path.read_bytes()
    assert codes(check(folder, repair=False)) == ["broken_manifest"]
    (finding,) = check(folder, repair=True)
    assert finding.severity is Severity.ERROR
    assert finding.subject == f"jobs/pending/{job.job_id}.json"
    (kept,) = (folder.root / "quarantine").iterdir()
    assert kept.read_bytes() == broken
    assert check(folder, repair=False) == []


def test_a_second_broken_manifest_of_the_same_name_overwrites_nothing(
    folder: DataFolder,
) -> None:
    path = folder.pending_path(manifest(1).job_id)
    for content in (b"one", b"two"):
        path.write_bytes(content)
        check(folder, repair=True)
    kept = {entry.read_bytes() for entry in (folder.root / "quarantine").iterdir()}
    assert kept == {b"one", b"two"}


def test_a_manifest_of_a_newer_version_is_left_alone(folder: DataFolder) -> None:
    path = folder.pending_path(manifest(1).job_id)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(manifest(1), format=99)))
    for repair in (False, True):
        (finding,) = check(folder, repair=repair)
        assert (finding.code, finding.repaired) == ("newer_manifest", False)
    assert path.exists()


def test_of_two_manifests_the_pending_one_goes(folder: DataFolder, library: Library) -> None:
    job = put(folder, library, manifest(1, JobState.FAILED))
    Manifests(folder).create(manifest(1))
    mended(folder, "both_manifests")
    assert Manifests(folder).read(job.job_id) == job
    assert not folder.pending_path(job.job_id).exists()


def test_a_terminal_manifest_under_the_wrong_day_is_put_right(
    folder: DataFolder, library: Library
) -> None:
    job = put(folder, library, manifest(1, JobState.FAILED))
    own = lay_apart(folder, job)
    wrong = folder.jobs / "2020-01-01" / own.name
    wrong.parent.mkdir()
    own.rename(wrong)
    findings = check(folder, repair=False)
    assert "misplaced_manifest" in codes(findings)
    assert all(finding.repaired for finding in check(folder, repair=True)[:1])
    assert Manifests(folder).read(job.job_id) == job


def test_a_terminal_manifest_among_the_pending_ones_is_put_right(
    folder: DataFolder, library: Library
) -> None:
    job = put(folder, library, manifest(1, JobState.FAILED))
    lay_apart(folder, job).rename(folder.pending_path(job.job_id))
    (first, *_) = check(folder, repair=True)
    assert (first.code, first.repaired) == ("misplaced_manifest", True)
    assert Manifests(folder).read_terminal(job.job_id) == job


def test_a_manifest_under_another_jobs_name_does_not_push_a_good_one_out(
    folder: DataFolder, library: Library
) -> None:
    job = put(folder, library, manifest(1))
    copy = folder.pending_path(manifest(2).job_id)
    copy.write_bytes(folder.pending_path(job.job_id).read_bytes())
    mended(folder, "misplaced_manifest")
    assert Manifests(folder).read(job.job_id) == job
    assert not copy.exists()
    assert len(list((folder.root / "quarantine").iterdir())) == 1


def test_a_manifest_that_names_a_path_as_its_job_leads_nowhere(folder: DataFolder) -> None:
    evil = msgspec.structs.replace(manifest(1), job_id="../../outside")
    folder.pending_path(manifest(1).job_id).write_bytes(msgspec.json.encode(evil))
    mended(folder, "broken_manifest")
    assert not (folder.root.parent / "outside.json").exists()


def test_a_record_of_a_job_that_does_not_exist_is_removed(folder: DataFolder) -> None:
    keys, digest = Keys(folder), "ab" * 32
    with keys.hold([digest]):
        keys.write(digest, KeyRecord(manifest(1).job_id, "r"))
    mended(folder, "stale_key")
    assert not folder.key_path(digest).exists()


def test_a_record_that_cannot_be_read_is_removed(folder: DataFolder) -> None:
    path = folder.key_path("cd" * 32)
    path.parent.mkdir()
    path.write_bytes(b'{"job_id": "01')
    mended(folder, "stale_key")


def test_a_derived_key_of_an_ended_job_is_removed_and_a_callers_key_is_kept(
    folder: DataFolder, library: Library
) -> None:
    kept = put(folder, library, manifest(1, JobState.FAILED))
    ended = put(folder, library, manifest(2, JobState.FAILED, explicit_key=False))
    keys = Keys(folder)
    with keys.hold([ended.key]):
        keys.write(ended.key, KeyRecord(ended.job_id, ended.request))
    mended(folder, "stale_key")
    assert keys.read(kept.key) == KeyRecord(kept.job_id, kept.request)


def test_a_record_whose_manifest_is_broken_is_kept(folder: DataFolder, library: Library) -> None:
    job = put(folder, library, manifest(1, JobState.FAILED))
    lay_apart(folder, job).write_bytes(b"{")
    assert "stale_key" not in codes(check(folder, repair=False))


def test_a_lost_record_of_a_callers_key_is_written_again(
    folder: DataFolder, library: Library
) -> None:
    job = put(folder, library, manifest(1))
    folder.key_path(job.key).unlink()
    mended(folder, "missing_key")
    assert Keys(folder).read(job.key) == KeyRecord(job.job_id, job.request)


def test_an_upload_that_no_job_needs_is_removed(folder: DataFolder, library: Library) -> None:
    needed = upload(folder)
    put(folder, library, manifest(1, JobState.FAILED, sources=(needed,)))
    orphan = upload(folder)
    age(folder.upload_path(orphan))
    age(folder.upload_path(needed))
    mended(folder, "spool_orphan")
    assert folder.upload_path(needed).exists()
    assert not folder.upload_path(orphan).exists()


def test_an_upload_of_this_minute_may_still_get_its_manifest(folder: DataFolder) -> None:
    orphan = upload(folder)
    assert check(folder, repair=True) == []
    assert folder.upload_path(orphan).exists()


def test_an_upload_without_a_job_is_told_after_a_day_and_one_that_a_job_left_at_once(
    folder: DataFolder, library: Library
) -> None:
    never, ended = manifest(1), manifest(2, JobState.SUCCEEDED, explicit_key=False)
    put(folder, library, ended)
    paths = []
    for job in (never, ended):
        with Spool(folder).storing(claim_of(job.job_id)) as spooling:
            spooling.add(io.BytesIO(b"flour"), 9, uri=None, media_type=None)
        paths.append(folder.bundle_path(claim_of(job.job_id)))
    hour_ago = time.time() - 3600
    for path in paths:
        os.utime(path, (hour_ago, hour_ago))
    found = check(folder, repair=True)
    assert [each.subject for each in found] == [paths[1].relative_to(folder.root).as_posix()]
    assert paths[0].exists() and not paths[1].exists()
    os.utime(paths[0], (hour_ago - 86_400, hour_ago - 86_400))
    assert codes(check(folder, repair=True)) == ["spool_orphan"]


def test_missing_and_damaged_bytes_are_told_and_cannot_be_repaired(
    folder: DataFolder, library: Library
) -> None:
    missing, damaged = upload(folder, b"one"), upload(folder, b"two")
    put(folder, library, manifest(1, sources=(missing, damaged)))
    folder.upload_path(missing).unlink()
    folder.upload_path(damaged).write_bytes(b"2wo")
    for repair in (False, True):
        findings = check(folder, repair=repair)
        assert codes(findings) == ["spool_missing", "spool_damaged"]
        assert not any(finding.repaired for finding in findings)
    assert folder.upload_path(damaged).exists()


def test_damage_to_one_of_many_uploads_is_seen(folder: DataFolder, library: Library) -> None:
    with Spool(folder).storing("c0ffee") as spooling:
        for data in (b"flour", b"bran", b"husks"):
            spooling.add(io.BytesIO(data), 9, uri=None, media_type=None)
    put(folder, library, manifest(1, sources=tuple(spooling.stored)))
    assert check(folder, repair=False) == []
    folder.bundle_path("c0ffee").write_bytes(b"flourBranhusks")
    assert codes(check(folder, repair=True)) == ["spool_damaged"]


def test_an_upload_that_format_1_kept_in_a_file_of_its_own_is_checked(
    folder: DataFolder, library: Library
) -> None:
    old = Spooled("a", hashlib.sha256(b"flour").hexdigest(), "c0ffee", 5)
    path = folder.upload_path(old)
    path.parent.mkdir()
    path.write_bytes(b"flour")
    put(folder, library, manifest(1, sources=(old,)))
    assert check(folder, repair=False) == []
    path.write_bytes(b"Flour")
    assert codes(check(folder, repair=True)) == ["spool_damaged"]


def test_a_strange_file_in_the_spool_is_told_and_kept(folder: DataFolder) -> None:
    strange = folder.spool / "ab" / "notes.txt"
    strange.parent.mkdir()
    strange.write_text("mine")
    assert codes(check(folder, repair=True)) == ["stray_file"]
    assert strange.read_text() == "mine"


def test_temporary_files_of_dead_processes_are_removed(folder: DataFolder) -> None:
    dead = 2**22 + 1  # above the largest pid of Linux
    left = [
        folder.pending / f".x.json.{dead}-1-0.tmp",
        folder.root / f".library.db.{dead}-1-0.tmp-wal",
    ]
    used = folder.pending / f".y.json.{os.getpid()}-1-0.tmp"
    for path in [*left, used]:
        path.touch()
    assert codes(check(folder, repair=False)) == ["leftover", "leftover"]
    assert all(finding.repaired for finding in check(folder, repair=True))
    assert not any(path.exists() for path in left)
    assert used.exists()


def test_a_job_index_that_is_out_of_step_is_made_again(
    folder: DataFolder, library: Library
) -> None:
    jobs = [put(folder, library, manifest(n)) for n in range(3)]
    ghost = manifest(9)
    library.clear_job_index()
    wrong = JobIndexRow.of(jobs[0])._replace(state=JobState.RUNNING)
    library.index_jobs([wrong, JobIndexRow.of(jobs[1]), JobIndexRow.of(ghost)])
    mended(folder, "job_index")
    assert list(library.job_ids()) == [job.job_id for job in jobs]


def test_a_full_text_index_that_lost_its_words_is_made_again(
    folder: DataFolder, library: Library
) -> None:
    job = manifest(1, JobState.SUCCEEDED, counts=Counts(total=1, succeeded=1))
    put(folder, library, job)
    library.commit([succeeded(job.job_id, texts=("lost words",))])
    with sqlite3.connect(folder.library) as db:
        db.execute("INSERT INTO word_index(word_index) VALUES('delete-all')")
    assert library.search("lost", collection=None, limit=5) == []
    mended(folder, "search_index")
    assert len(library.search("lost", collection=None, limit=5)) == 1


def test_totals_and_counters_are_counted_again(folder: DataFolder, library: Library) -> None:
    job = put(folder, library, manifest(1))
    library.plan(job.job_id, planned(3))
    with sqlite3.connect(folder.library) as db:
        db.execute("INSERT INTO collections VALUES('ghost', 5, 5, 5)")
        db.execute("UPDATE plans SET pending = 99")
    assert codes(check(folder, repair=False)) == ["totals", "job_counters"]
    assert all(finding.repaired for finding in check(folder, repair=True))
    assert check(folder, repair=False) == []
    assert library.counts(job.job_id) == Counts(total=3, pending=3)


def test_a_manifest_that_counts_what_the_ledger_does_not_is_told(
    folder: DataFolder, library: Library
) -> None:
    put(folder, library, manifest(1, JobState.SUCCEEDED, counts=Counts(total=2, succeeded=2)))
    (finding,) = check(folder, repair=True)
    assert (finding.code, finding.severity) == ("counts_differ", Severity.ERROR)
    assert "2 (2 succeeded)" in finding.message
    assert "0 (none)" in finding.message


def test_ledger_rows_without_a_job_are_told_and_kept(folder: DataFolder, library: Library) -> None:
    library.plan(manifest(1).job_id, planned(2))
    assert codes(check(folder, repair=True)) == ["ledger_without_job"]
    assert library.planned(manifest(1).job_id) == 2


@pytest.mark.slow
def test_a_file_that_is_no_library_is_told_and_kept_aside(folder: DataFolder) -> None:
    folder.library.write_bytes(b"no library" * 1000)
    assert codes(check(folder, repair=False)) == ["library_damaged"]
    assert folder.library.read_bytes() == b"no library" * 1000
    assert codes(check(folder, repair=True)) == ["library_damaged", "library_mended"]
    (aside,) = folder.root.glob("library.db.damaged-*")
    assert aside.read_bytes() == b"no library" * 1000


def test_a_damaged_library_is_told(folder: DataFolder) -> None:
    with Library.open(folder.library) as library:
        put(folder, library, manifest(1, JobState.FAILED))
        texts = tuple(f"words {n} " * 50 for n in range(200))
        library.commit([succeeded(uri="big", texts=texts)])
        id_ = document_id("default", "big")
        assert len(library.chunks_page(id_, after=None, limit=999)) == 200
        assert library.soundness.damage() == []
    size = folder.library.stat().st_size
    with open(folder.library, "r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 8 * 4096)
    findings = check(folder, repair=False)
    assert set(codes(findings)) == {"library_damaged"}
    assert not any(finding.repaired for finding in findings)


def test_a_library_that_is_gone_is_told(folder: DataFolder) -> None:
    job = manifest(1, JobState.SUCCEEDED, counts=Counts(total=1, succeeded=1), explicit_key=False)
    Manifests(folder).settle(job)
    assert codes(check(folder, repair=True)) == ["library_missing"]


def test_nothing_is_repaired_under_a_supervisor(folder: DataFolder) -> None:
    held = try_lock(folder.supervisor_lock)
    assert held is not None
    with pytest.raises(DataFolderBusy):
        check(folder, repair=True)
    assert check(folder, repair=False) == []
    held.release()
    assert check(folder, repair=True) == []


def test_what_a_supervisor_may_just_be_doing_is_not_judged(folder: DataFolder) -> None:
    held = try_lock(folder.supervisor_lock)
    assert held is not None
    path = folder.pending_path(manifest(1).job_id)
    path.write_bytes(b"{")
    assert check(folder, repair=False) == []
    age(path)
    assert codes(check(folder, repair=False)) == ["broken_manifest"]
    held.release()


def test_a_repair_keeps_supervisors_away_only_while_it_lasts(folder: DataFolder) -> None:
    check(folder, repair=True)
    lock = try_lock(folder.supervisor_lock)
    assert lock is not None
    lock.release()
