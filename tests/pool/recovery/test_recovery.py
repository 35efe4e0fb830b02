"""What is found on disk is taken up or cleared away; what somebody is at is left alone."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest
from support.job_samples import NOON, new_id, queued

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.recovery.recovery import Recovery
from gristmill.pool.settling import ending
from gristmill.pool.settling.indexer import Indexer
from gristmill.schemas.jobs.manifest import FORMAT, Counts, Manifest
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.jobs.states import JobEvent, JobState
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import JobIndexRow, Library
from gristmill.storage.manifests import Manifests
from gristmill.storage.records.keys import Keys
from gristmill.storage.stores import Stores


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder.open(tmp_path / "data")
    Library.open(folder.library).close()
    return folder


@pytest.fixture
def recovery(folder: DataFolder) -> Recovery:
    queue = JobQueue(10, 1.0, on_started=lambda _: None, on_finished=lambda _: None)
    return Recovery(Stores(folder), queue, Indexer(Stores(folder), 0.0))


def _half_settled(folder: DataFolder) -> Manifest:
    """A job that has both manifests."""
    waiting = queued()
    Manifests(folder).create(waiting)
    running = ending.running(waiting, NOON)
    counts = Counts(total=1, failed=1)
    ended = ending.ended(running, JobEvent.FAILED, counts, None, NOON)
    Manifests(folder).write_terminal([ended])
    return ended


def test_a_settling_that_a_crash_cut_short_is_finished(
    folder: DataFolder, recovery: Recovery
) -> None:
    ended = _half_settled(folder)
    assert recovery.at_start() == 0
    assert Manifests(folder).pending_ids() == []
    assert Manifests(folder).read(ended.job_id) == ended


def test_a_job_that_is_just_being_reopened_is_left_alone(
    folder: DataFolder, recovery: Recovery
) -> None:
    ended = _half_settled(folder)
    again = ending.reopened(msgspec.structs.replace(ended), NOON)
    with Keys(folder).hold([ended.key]):
        Manifests(folder).create(again)
        recovery.adopt(ended.job_id)
        assert Manifests(folder).read_pending(ended.job_id) == again


def test_of_two_jobs_with_one_key_the_second_has_its_turn_after_the_first(
    folder: DataFolder, recovery: Recovery
) -> None:
    """A submitter that died before it withdrew a duplicate leaves both."""
    manifests, queue = Manifests(folder), recovery._queue
    first, second = (queued(key="f" * 64, job_id=new_id(n)) for n in (1, 2))
    manifests.create_all([first, second])
    recovery.at_start()
    assert queue.pending_ids() == {first.job_id}
    queue.cancel(first.job_id)
    running = ending.running(first, NOON)
    manifests.settle(ending.ended(running, JobEvent.SUCCEEDED, Counts(), None, NOON))
    queue.forget(first.job_id)
    recovery.sweep_soon()
    recovery.sweep()
    assert queue.pending_ids() == {second.job_id}


class _Rows(Indexer):
    """Notes what it is told to write."""

    def __init__(self) -> None:
        self.told: list[tuple[str, JobState]] = []

    def add(self, manifests: Iterable[Manifest]) -> None:
        self.told += [(each.job_id, each.state) for each in manifests]

    def accepted(self, offer: Offer) -> None:
        self.told.append((offer.job_id, offer.state))


def test_a_restart_takes_up_what_waits_in_files_and_in_batches_oldest_first(
    folder: DataFolder,
) -> None:
    early, late = (queued(key=f"{n}" * 64, job_id=new_id(n)) for n in (1, 3))
    lines = [queued(key=f"{n}" * 64, job_id=f"{new_id(n)[:-12]}0123456789ab") for n in (2, 4, 5)]
    manifests = Manifests(folder)
    manifests.create_all(lines)
    for each in (late, early):
        manifests.create(each)
    ended = ending.ended(lines[2], JobEvent.CANCELLED, Counts(), None, NOON)
    manifests.write_terminal([ended])
    with Library.open(folder.library) as library:
        # Of the others the crash took the rows.
        library.index_jobs([JobIndexRow.of(early), JobIndexRow.of(lines[2])])
    queue = JobQueue(1, 1.0, on_started=lambda _: None, on_finished=lambda _: None)
    rows = _Rows()
    assert Recovery(Stores(folder), queue, rows).at_start() == 4
    worker = WorkerId(1, 1.0)
    queue.enrol(worker)
    leased = [queue.lease(worker, [], 0) for _ in range(3)]
    expected = [each.job_id for each in (early, lines[0], late, lines[1])]
    assert [task.job_id for tasks in leased for task in tasks or ()] == expected
    assert set(rows.told) == {
        *((each.job_id, JobState.QUEUED) for each in (lines[0], late, lines[1])),
        (ended.job_id, JobState.CANCELLED),
    }


def test_a_broken_manifest_keeps_no_other_job_from_being_taken_up(folder: DataFolder) -> None:
    broken, sound = queued(key="1" * 64), queued(key="2" * 64)
    for each in (broken, sound):
        Manifests(folder).create(each)
    folder.pending_path(broken.job_id).write_bytes(b"{")
    queue = JobQueue(10, 1.0, on_started=lambda _: None, on_finished=lambda _: None)
    assert Recovery(Stores(folder), queue, _Rows()).at_start() == 1
    assert queue.pending_ids() == {sound.job_id}


def test_one_of_a_newer_format_stops_no_start_and_hides_no_other(folder: DataFolder) -> None:
    """A digit that a disk has changed is enough (found by fuzzing)."""
    manifests, rows = Manifests(folder), _Rows()
    ended = [
        queued(state=JobState.SUCCEEDED, started_at=NOON, finished_at=NOON, format=each)
        for each in (FORMAT, FORMAT + 3, FORMAT)
    ]
    manifests.write_terminal(ended)
    waiting = [queued(key="1" * 64, format=FORMAT + 1), queued(key="2" * 64)]
    for each in waiting:
        manifests.create(each)
    queue = JobQueue(10, 1.0, on_started=lambda _: None, on_finished=lambda _: None)
    with Library.open(folder.library) as library:
        # The index thinks that this one waits.
        library.index_jobs(
            [JobIndexRow.of(msgspec.structs.replace(ended[1], state=JobState.QUEUED))]
        )
    assert Recovery(Stores(folder), queue, rows).at_start() == 1
    assert queue.pending_ids() == {waiting[1].job_id}
    assert {ended[0].job_id, ended[2].job_id} <= {job_id for job_id, _ in rows.told}
