"""Batch files go with the last of their jobs."""

from pathlib import Path

import msgspec
import pytest
from support.job_samples import NOON, queued

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.intake.drafts import Request, drafts_of
from gristmill.pool.recovery.batch_keeper import BatchKeeper
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import offer_of
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import TextSource
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.manifests.batches import Batches
from gristmill.storage.stores import Stores


class Mill:
    def __init__(self, root: Path) -> None:
        self.folder = DataFolder.open(root / "data")
        self.queue = JobQueue(100, 300.0, on_started=lambda _: None, on_finished=lambda _: None)
        self.manifests = Manifests(self.folder)
        self.keeper = BatchKeeper(Stores(self.folder), self.queue)

    def batch(self, count: int) -> list[Manifest]:
        task = IngestionTask(sources=[TextSource("Flour")])
        drafts = drafts_of([Request(task)] * count)
        jobs = [
            msgspec.structs.replace(queued(), job_id=draft.job_id, key=f"{number:064x}")
            for number, draft in enumerate(drafts)
        ]
        self.manifests.create_all(jobs)
        return jobs

    def end(self, job: Manifest) -> None:
        ended = msgspec.structs.replace(job, state=JobState.SUCCEEDED, finished_at=NOON)
        self.manifests.settle(ended)

    def files(self) -> int:
        return len(Batches(self.folder).paths())


@pytest.fixture
def mill(tmp_path: Path) -> Mill:
    return Mill(tmp_path)


def test_a_file_stays_until_all_of_its_jobs_have_ended(mill: Mill) -> None:
    jobs = mill.batch(3)
    for job in reversed(jobs):
        mill.keeper.look()
        assert mill.files() == 1
        mill.end(job)
    mill.keeper.look()
    assert mill.files() == 0


def test_a_job_that_was_never_offered_keeps_its_file(mill: Mill) -> None:
    jobs = mill.batch(2)
    mill.end(jobs[0])
    mill.keeper.look()
    mill.keeper.look()
    assert mill.manifests.pending_ids() == [jobs[1].job_id]


def test_a_job_that_runs_again_keeps_its_file_from_being_looked_through(mill: Mill) -> None:
    jobs = mill.batch(2)
    for job in jobs:
        mill.end(job)
    mill.queue.offer(offer_of(jobs[1]), True)
    mill.keeper.look()
    assert mill.files() == 1
    mill.queue.cancel(jobs[1].job_id)
    mill.queue.forget(jobs[1].job_id)
    mill.keeper.look()
    assert mill.files() == 0


def test_a_line_that_comes_after_the_look_stays(mill: Mill) -> None:
    first, second, *late = mill.batch(4)
    mill.manifests.withdraw(*(job.job_id for job in late))
    mill.keeper.look()
    mill.end(first)
    mill.end(second)
    mill.manifests.create_all(late)
    mill.keeper.look()
    assert mill.manifests.pending_ids() == [job.job_id for job in late]
    for job in late:
        mill.end(job)
    mill.keeper.look()
    assert mill.files() == 0
