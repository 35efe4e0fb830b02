"""Batch files: many pending manifests in one durable write, each as good as a file of its own."""

import os
from pathlib import Path

import msgspec
import pytest
from arming import arm
from job_samples import NOON, queued

from gristmill.pool.client.drafts import Request, drafts_of
from gristmill.schemas.ids import batch_of, renamed
from gristmill.schemas.manifest import Manifest
from gristmill.schemas.request import IngestionTask
from gristmill.schemas.sources import TextSource
from gristmill.schemas.states import JobState
from gristmill.storage.batches import Batches
from gristmill.storage.check import check
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifest_format import BrokenManifest
from gristmill.storage.manifests import Manifests
from gristmill.storage.retention import purge


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
    return [msgspec.structs.replace(queued(), job_id=draft.job_id) for draft in drafts]


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


def test_a_batch_of_one_is_a_file_of_its_own(folder: DataFolder, manifests: Manifests) -> None:
    (job,) = _batch(1)
    manifests.create_all([job])
    assert list(folder.pending.iterdir()) == [folder.pending_path(job.job_id)]
    assert not list(folder.batches.iterdir())


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
    assert [path.name for path in folder.batches.iterdir()] == [".lock"]


def test_a_second_part_of_a_batch_keeps_the_first(manifests: Manifests) -> None:
    jobs = _batch(4)
    manifests.create_all(jobs[:2])
    manifests.create_all(jobs[2:])
    assert manifests.pending_ids() == [job.job_id for job in jobs]


def test_two_batches_have_two_files(folder: DataFolder, manifests: Manifests) -> None:
    manifests.create_all(_batch(2))
    manifests.create_all(_batch(2))
    assert len(Batches(folder).paths()) == 2 and len(manifests.pending_ids()) == 4


@pytest.mark.parametrize("point", ["durable.write", "durable.fsync", "durable.fsync_folder"])
def test_a_batch_that_cannot_be_written_is_withdrawn_without_room_on_the_disk(
    folder: DataFolder, manifests: Manifests, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    jobs = _batch(3)
    arm(monkeypatch, f"{point}=enospc@1!")
    with pytest.raises(OSError, match="No space"):
        manifests.create_all(jobs)
    arm(monkeypatch, "durable.write=enospc")
    manifests.withdraw(*(job.job_id for job in jobs))
    assert manifests.pending_ids() == []


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


def test_a_check_sees_the_jobs_of_batches_and_a_broken_file(
    folder: DataFolder, manifests: Manifests
) -> None:
    job, other = _batch(2)
    manifests.create_all([job, other])
    Library.open(folder.library).close()
    assert {finding.code for finding in check(folder, repair=True)} == {"job_index"}
    assert check(folder, repair=False) == []
    (path,) = Batches(folder).paths()
    path.write_bytes(b"{ half")
    os.utime(path, (0, 0))
    with pytest.raises(BrokenManifest, match="gristmill check"):
        manifests.read(job.job_id)
    assert manifests.pending_ids() == []
    assert "broken_batch" in {finding.code for finding in check(folder, repair=True)}
    assert list((folder.root / "quarantine").iterdir()) and manifests.read(job.job_id) is None


def test_a_file_without_strays_is_read_again_only_when_it_has_changed(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, late = _batch(3)[:2], queued()
    late = msgspec.structs.replace(late, job_id=renamed(late.job_id, 9, batch_of(first[0].job_id)))
    manifests.create_all(first)
    known = {job.job_id for job in first}
    assert manifests.strays(known) == []
    with monkeypatch.context() as patched:
        patched.setattr("gristmill.storage.batches._lines", None)
        assert manifests.strays(known) == []
    manifests.create_all([late, late])
    assert manifests.strays(known) == [late.job_id]
    # A stray stays one until somebody takes it up.
    assert manifests.strays(known) == [late.job_id]
    assert manifests.strays({*known, late.job_id}) == []
