"""What the charts are made of is counted as it happens, and a disk that refuses ends nothing."""

import logging
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.job_samples import queued

from gristmill.pool.settling.tally import Tally
from gristmill.pool.supervisor.sampler import Sampler
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse
from gristmill.schemas.overview import Sample, Span
from gristmill.storage.layout import DataFolder
from gristmill.storage.records.samples import Samples, ring_of


class Queue:
    waiting, running = 7, 2

    def stats(self) -> Any:
        return self


class Clocked:
    def __init__(self, folder: Path) -> None:
        self.now = 1_796_000_405.0
        self.samples, self.tally = Samples(DataFolder.open(folder)), Tally()
        queue: Any = Queue()
        self.sampler = Sampler(self.samples, queue, self.tally, lambda: self.now)

    def see(self, after_s: float, *documents: int) -> None:
        self.now += after_s
        self.sampler.tick(
            Glimpse(WorkerId(100 + n, 1.0), None, 0, 0.0, 0.0, 0.0, "idle", None, each)
            for n, each in enumerate(documents)
        )

    def hour(self) -> list[Sample]:
        return self.samples.read(ring_of(Span.HOUR), int(self.now))


@pytest.fixture
def clocked(tmp_path: Path) -> Clocked:
    return Clocked(tmp_path)


def test_documents_count_in_the_step_in_which_workers_show_them(clocked: Clocked) -> None:
    clocked.see(0, 3, 4)
    clocked.see(3, 5, 4)
    clocked.see(3, 6, 6)
    clocked.see(10, 6)
    clocked.see(10, 9)
    assert [each.documents for each in clocked.hour()] == [5, 0, 3]
    assert clocked.hour()[0] == Sample(1_796_000_410, 7, 2, 5, 0, 0)


def test_a_worker_that_is_replaced_takes_nothing_away(clocked: Clocked) -> None:
    clocked.see(0, 50)
    clocked.see(1)
    clocked.see(1, 2)
    clocked.see(10, 2)
    assert [each.documents for each in clocked.hour()] == [2]


def test_a_supervisor_that_is_killed_takes_no_step_with_it(tmp_path: Path) -> None:
    first = Clocked(tmp_path)
    first.see(0, 0)
    for documents in (5, 8):
        first.see(10, documents)
    second = Clocked(tmp_path)
    second.now = first.now + 2
    second.see(0)
    second.see(1, 4)
    second.see(10, 4)
    end = int(second.now) // 300 * 300 + 300
    (day,) = second.samples.read(ring_of(Span.DAY), end)
    assert (day.at, day.documents) == (end, 12)


def test_a_retry_counts_only_what_failed_in_it(clocked: Clocked) -> None:
    end = msgspec.structs.replace(queued(), counts=Counts(total=9, succeeded=5, failed=4))
    clocked.see(0)
    clocked.tally.ended(Counts(), end)
    clocked.tally.ended(Counts(total=9, failed=3), end)
    clocked.see(10)
    assert [(each.jobs, each.failed) for each in clocked.hour()] == [(2, 5)]


def test_a_disk_that_refuses_is_told_once(
    clocked: Clocked, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(clocked.samples, "write", refuse)
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            clocked.see(10)
    assert [record.getMessage() for record in caplog.records] == [
        "the history of the overview is not written: No space left on device"
    ]
