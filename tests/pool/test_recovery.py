"""What is found on disk is taken up or cleared away; what somebody is at is left alone."""

from pathlib import Path

import msgspec
import pytest
from job_samples import NOON, queued

from gristmill.pool import ending
from gristmill.pool.indexer import Indexer
from gristmill.pool.job_queue import JobQueue
from gristmill.pool.recovery import Recovery
from gristmill.schemas.manifest import Counts, Manifest
from gristmill.schemas.states import JobEvent
from gristmill.storage.keys import Keys
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder.open(tmp_path / "data")
    Library.open(folder.library).close()
    return folder


@pytest.fixture
def recovery(folder: DataFolder) -> Recovery:
    queue = JobQueue(10, 1.0, on_started=lambda _: None, on_finished=lambda _: None)
    return Recovery(folder, queue, Indexer(folder.library))


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
