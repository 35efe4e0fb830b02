"""Batch files: many pending manifests in one durable write, each as good as a file of its own."""

import os
from pathlib import Path

import msgspec
import pytest
from support.arming import arm
from support.job_samples import NOON, queued

from gristmill.pool.intake.drafts import Request, drafts_of
from gristmill.schemas.ids import batch_of
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import InlineText, TextSource
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.check.check import check
from gristmill.storage.check.findings import Severity
from gristmill.storage.disk.locks import lock_file
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests, packs
from gristmill.storage.manifests.batches import Batches
from gristmill.storage.manifests.ends import LARGE
from gristmill.storage.manifests.manifest_format import encode
from gristmill.storage.upkeep.retention import purge


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def manifests(folder: DataFolder) -> Manifests:
    return Manifests(folder)


def _batch(count: int) -> list[Manifest]:
    """Manifests whose ids name one batch file."""
    task = IngestionTask(sources=[TextSource("Flour")])
    drafts = drafts_of([Request(task)] * count)
    tag = batch_of(drafts[0].job_id)
    ids = [draft.job_id.replace(batch_of(draft.job_id), tag) for draft in drafts]
    return [msgspec.structs.replace(queued(), job_id=job_id) for job_id in ids]


def _ended(manifest: Manifest) -> Manifest:
    return msgspec.structs.replace(manifest, state=JobState.SUCCEEDED, finished_at=NOON)


def test_a_batch_is_one_file_and_each_of_its_jobs_is_pending(
    folder: DataFolder, manifests: Manifests
) -> None:
    jobs = _batch(5)
    manifests.create_all(jobs)
    assert len(list(folder.batches.iterdir())) == 1 and not list(folder.pending.iterdir())
    assert manifests.pending_ids() == [job.job_id for job in jobs]
    for job in jobs:
        assert manifests.is_pending(job.job_id)
        assert manifests.read_pending(job.job_id) == manifests.read(job.job_id) == job
    assert manifests.strays({jobs[0].job_id}) == [job.job_id for job in jobs[1:]]


def test_a_large_manifest_is_a_file_of_its_own(folder: DataFolder, manifests: Manifests) -> None:
    small, large = _batch(2)
    large = msgspec.structs.replace(large, sources=(InlineText("a", "x" * LARGE),))
    manifests.create_all([small, large])
    assert list(folder.pending.iterdir()) == [folder.pending_path(large.job_id)]
    assert manifests.pending_ids() == [small.job_id, large.job_id]
    assert manifests.read(large.job_id) == large


def test_what_is_written_later_about_a_job_is_newer_than_its_line(manifests: Manifests) -> None:
    first, second = _batch(2)
    manifests.create_all([first, second])
    running = msgspec.structs.replace(first, state=JobState.RUNNING)
    manifests.write_running(running)
    assert manifests.read(first.job_id) == running
    assert manifests.pending_ids() == [first.job_id, second.job_id]
    manifests.settle(_ended(first))
    assert manifests.read(first.job_id) == _ended(first)
    assert not manifests.is_pending(first.job_id)
    assert manifests.pending_ids() == [second.job_id]


def test_withdrawn_jobs_are_gone_from_their_file_and_the_last_takes_it_along(
    folder: DataFolder, manifests: Manifests
) -> None:
    jobs = _batch(3)
    manifests.create_all(jobs)
    manifests.withdraw(jobs[0].job_id, jobs[2].job_id)
    assert manifests.pending_ids() == [jobs[1].job_id]
    assert manifests.read(jobs[0].job_id) is None
    manifests.withdraw(jobs[1].job_id)
    assert manifests.pending_ids() == [] and manifests.read(jobs[1].job_id) is None


def test_a_second_part_of_a_batch_keeps_the_first(manifests: Manifests) -> None:
    jobs = _batch(4)
    manifests.create_all(jobs[:2])
    manifests.create_all(jobs[2:])
    assert manifests.pending_ids() == [job.job_id for job in jobs]


def test_jobs_of_two_tags_have_two_files(folder: DataFolder, manifests: Manifests) -> None:
    other = [
        msgspec.structs.replace(job, job_id=f"{job.job_id[:24]}0123456789ab") for job in _batch(2)
    ]
    manifests.create_all([*_batch(2), *other])
    assert len(Batches(folder).paths()) == 2 and len(manifests.pending_ids()) == 4


@pytest.mark.parametrize("point", ["pack.write", "pack.fsync", "durable.fsync_folder"])
def test_jobs_that_cannot_be_written_are_withdrawn_without_room_on_the_disk(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    before, *jobs = _batch(4)
    if point != "durable.fsync_folder":
        manifests.create_all([before])
    arm(monkeypatch, f"{point}=enospc@1!")
    with pytest.raises(OSError, match="No space"):
        manifests.create_all(jobs)
    arm(monkeypatch, "pack.write=enospc")
    manifests.withdraw(*(job.job_id for job in jobs))
    assert set(manifests.pending_ids()) <= {before.job_id}
    assert manifests.read(jobs[0].job_id) is None


def test_a_full_disk_keeps_a_withdrawn_line_only_where_an_accepted_one_follows(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = _batch(3)
    for job in (first, second, third):
        manifests.create_all([job])
    arm(monkeypatch, "pack.write=enospc")
    with pytest.raises(OSError, match="No space"):
        manifests.withdraw(second.job_id)
    manifests.withdraw(third.job_id)
    manifests.withdraw(second.job_id)
    assert manifests.pending_ids() == [first.job_id]
    arm(monkeypatch, "")
    manifests.create_all([third])
    assert manifests.pending_ids() == [first.job_id, third.job_id]


def test_whoever_keeps_a_batch_file_for_himself_cannot_stop_submitters_for_good(
    folder: DataFolder, manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _batch(2)
    manifests.create_all([first])
    monkeypatch.setattr(packs, "_SHARE_S", 0.05)
    with open(folder.batch_path(first.job_id), "rb") as file:
        lock_file(file.fileno())
        with pytest.raises(TimeoutError, match="locked"):
            manifests.create_all([second])
    manifests.create_all([second])
    assert manifests.pending_ids() == [first.job_id, second.job_id]


def test_a_purged_job_does_not_come_back_from_its_line(
    folder: DataFolder, manifests: Manifests
) -> None:
    jobs = _batch(3)
    manifests.create_all(jobs)
    Library.open(folder.library).close()
    manifests.settle(_ended(jobs[1]))
    assert purge(folder, msgspec.structs.replace(jobs[1], finished_at=NOON).submitted_at).jobs >= 0
    manifests.take_out_of_batches()
    manifests.drop_terminal(jobs[1].job_id)
    assert manifests.pending_ids() == [jobs[0].job_id, jobs[2].job_id]
    assert manifests.read(jobs[1].job_id) is None


def test_a_check_sees_the_jobs_of_batches_and_what_is_broken_in_them(
    folder: DataFolder, manifests: Manifests
) -> None:
    job, torn, damaged = _batch(3)
    manifests.create_all([job])
    Library.open(folder.library).close()
    path = folder.batch_path(job.job_id)
    os.utime(path, (0, 0))
    assert {finding.code for finding in check(folder, repair=True)} == {"job_index"}
    assert check(folder, repair=False) == []
    with open(path, "ab") as file:
        file.write(b"\n" + encode(damaged).replace(b'"state":', b'"state"!') + b"\n")
        file.write(encode(torn)[:-9])
    os.utime(path, (0, 0))
    assert manifests.pending_ids() == [job.job_id] and manifests.read(torn.job_id) is None
    findings = check(folder, repair=True)
    assert {(finding.code, finding.severity) for finding in findings} == {
        ("broken_line", Severity.ERROR),
        ("torn_line", Severity.WARNING),
    }
    assert list((folder.root / "quarantine").iterdir()) and check(folder, repair=False) == []
    assert manifests.pending_ids() == [job.job_id]


def test_a_file_without_strays_is_read_again_only_when_it_has_changed(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    *first, late = _batch(3)
    manifests.create_all(first)
    known = {job.job_id for job in first}
    assert manifests.strays(known) == []
    with monkeypatch.context() as patched:
        patched.setattr(Batches, "ids", None)
        assert manifests.strays(known) == []
    manifests.create_all([late])
    assert manifests.strays(known) == [late.job_id]
    # A stray stays one until somebody takes it up.
    assert manifests.strays(known) == [late.job_id]
    assert manifests.strays({*known, late.job_id}) == []


def test_what_a_restart_has_taken_up_is_read_again_only_when_it_has_changed(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    *first, late = _batch(3)
    manifests.create_all(first)
    known = {job.job_id for job in first}
    assert set(manifests.all_pending_ids()[0]) == known
    manifests.know_all()
    with monkeypatch.context() as patched:
        patched.setattr(Batches, "ids", None)
        assert manifests.strays(known) == []
    manifests.create_all([late])
    assert manifests.strays(known) == [late.job_id]


def test_the_first_line_of_a_file_says_whose_it_is(
    folder: DataFolder, manifests: Manifests
) -> None:
    job, other = _batch(2)
    batches, path = Batches(folder), folder.batch_path(job.job_id)
    assert batches.first_id(path) is None
    manifests.create_all([job])
    manifests.create_all([other])
    assert batches.first_id(path) == job.job_id
    path.write_bytes(b'{"job_id": ')
    assert batches.first_id(path) is None
