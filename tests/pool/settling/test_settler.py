"""The settler's rounds: what waits is written together, and nobody suffers from a neighbour."""

from pathlib import Path

import pytest
from support.arming import arm
from support.one_thread import Mill

from gristmill import IngestionTask
from gristmill.pool.intake.drafts import Request, Submission
from gristmill.schemas.jobs.sources import TextSource
from gristmill.schemas.jobs.states import JobState
from gristmill.storage import faults
from gristmill.storage.disk import durable
from gristmill.storage.manifests import Manifests


@pytest.fixture
def mill(in_memory: Path) -> Mill:
    return Mill(in_memory / "data")


def _done(mill: Mill, count: int) -> list[str]:
    """Jobs that were accepted together and whose work is done, but for their ends."""
    tasks = [IngestionTask(sources=[TextSource(f"Sack {n}.", f"{n}")]) for n in range(count)]
    outcomes = mill.intake.submit_all([Request(task) for task in tasks])
    (worker,) = mill.workers
    while worker.lease():
        worker.work()
    return [each.manifest.job_id for each in outcomes if isinstance(each, Submission)]


def test_all_that_waits_ends_with_one_sync(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _done(mill, 20)
    syncs: list[int] = []
    real = durable._sync_data

    def sync_data(fd: int) -> None:
        syncs.append(fd)
        real(fd)

    monkeypatch.setattr(durable, "_sync_data", sync_data)
    mill.settle()
    # Two moments, at the most, and the making of nothing else.
    assert len(syncs) <= 2 and not mill.queue.pending_ids()
    assert {mill.ended(job_id).state for job_id in ids} == {JobState.SUCCEEDED}
    mill.close()


def test_a_broken_manifest_holds_up_none_of_its_round(mill: Mill) -> None:
    broken, *others = _done(mill, 5)
    path = mill.folder.pending_path(broken)
    path.write_bytes(b"{")
    mill.settle()
    assert mill.queue.pending_ids() == {broken}
    assert {mill.ended(job_id).state for job_id in others} == {JobState.SUCCEEDED}
    path.unlink()
    mill.settle()
    assert mill.ended(broken).state is JobState.SUCCEEDED
    mill.close()


@pytest.mark.parametrize("error", ["enospc", "eio"])
def test_whichever_disk_operation_of_a_round_fails_each_job_ends_once(
    mill: Mill, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    for number in range(1, 40):
        ids = _done(mill, 3)
        arm(monkeypatch, f"disk={error}@{number}!")
        mill.settle()
        over = sum(faults._passes.values()) < number
        arm(monkeypatch, "")
        mill.until_idle()
        for job_id in ids:
            assert mill.ended(job_id).state is JobState.SUCCEEDED
        if over:
            break
    assert number > 5
    assert mill.unmended() == []
    mill.close()


def test_a_pending_file_that_cannot_be_removed_does_not_keep_a_job_from_ending(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = mill.submit("Alone.").manifest
    job_id = manifest.job_id
    # A job that lasts has a file of its own beside its line in a batch file.
    Manifests(mill.folder).write_running(manifest)
    (worker,) = mill.workers
    while worker.lease():
        worker.work()
    arm(monkeypatch, "manifest.unlink=eio@1!")
    mill.settle()
    assert not mill.queue.pending_ids() and mill.folder.pending_path(job_id).exists()
    assert mill.ended(job_id).state is JobState.SUCCEEDED
    mill.sweep()
    assert not mill.folder.pending_path(job_id).exists()
    mill.close()
