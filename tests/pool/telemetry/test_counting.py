"""Ends of jobs and documents are counted by what became of them, once for each run."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.job_samples import NOON, queued

from gristmill.pool.settling.ending import ended, event_for, reopened, running
from gristmill.pool.telemetry.counting import Counting
from gristmill.schemas.jobs.manifest import Counts, JobError, Manifest
from gristmill.schemas.telemetry import service_measures as measures
from gristmill.schemas.telemetry.measures import OTHER, Measure
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.records.meters import Meter
from gristmill.storage.stores import Stores


class Counted:
    """A meter, what counts into it, and the library that it asks."""

    def __init__(self, library: Library) -> None:
        self.meter, self.library = Meter(measures.SUPERVISOR_LAYOUT), library
        self.counting = Counting(self.meter)

    def of(self, measure: Measure, *labels: str) -> list[float]:
        place = measures.SUPERVISOR_LAYOUT.place(measure, labels)
        return self.meter.numbers()[place : place + measure.size]

    def documents(self) -> dict[tuple[str, ...], float]:
        found = {labels: self.of(measures.DOCUMENTS, *labels)[0] for labels in DOCUMENT_SERIES}
        return {labels: number for labels, number in found.items() if number}

    def moved(self, before: Manifest, after: Manifest) -> None:
        self.counting.moved(before, after, self.library)

    def fails(self, job_id: str, *codes: str) -> None:
        for ordinal, code in enumerate(codes):
            self.library.fail(job_id, ordinal, f"{ordinal}.txt", code, "why", 1)


DOCUMENT_SERIES = list(measures.DOCUMENTS.series())


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Counted]:
    with Stores(DataFolder.open(tmp_path / "data")).library() as library:
        yield Counted(library)


def later(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def end(
    manifest: Manifest, counts: Counts, after_s: float, error: JobError | None = None
) -> Manifest:
    event = event_for(counts, cancelled=False, error=error)
    return ended(manifest, event, counts, error, NOON + later(after_s))


def test_a_job_that_went_straight_to_its_end_has_waited_and_was_processed(counted: Counted) -> None:
    job = queued()
    begun = running(job, job.submitted_at + later(2))
    counted.moved(job, end(begun, Counts(total=3, succeeded=2, unchanged=1), 10))
    assert counted.of(measures.JOBS, "succeeded", "") == [1]
    assert counted.documents() == {("succeeded", ""): 2, ("unchanged", ""): 1}
    assert counted.of(measures.WAIT)[-1] == pytest.approx(2)
    assert sum(counted.of(measures.PROCESSING)[:-1]) == 1


def test_a_job_that_was_seen_to_run_is_not_said_to_have_waited_twice(counted: Counted) -> None:
    job = queued()
    begun = running(job, job.submitted_at + later(2))
    counted.moved(job, begun)
    counted.moved(begun, end(begun, Counts(total=1, succeeded=1), 10))
    assert sum(counted.of(measures.WAIT)[:-1]) == 1


def test_failed_documents_are_counted_by_their_codes_and_unknown_ones_as_other(
    counted: Counted,
) -> None:
    job = queued()
    counted.fails(job.job_id, "timeout", "timeout", "crashed", "of_a_plugin")
    begun = running(job, NOON)
    counted.moved(begun, end(begun, Counts(total=6, succeeded=1, failed=5), 1))
    assert counted.documents() == {
        ("succeeded", ""): 1,
        ("failed", "timeout"): 2,
        ("failed", "crashed"): 1,
        # One of a plugin's own, and one that the ledger knows nothing of.
        ("failed", OTHER): 2,
    }
    assert counted.of(measures.JOBS, "partial", "") == [1]


def test_a_retry_counts_what_it_did_and_waits_from_the_retry_on(counted: Counted) -> None:
    job = queued()
    begun = running(job, NOON)
    counted.fails(job.job_id, "timeout")
    first = end(begun, Counts(total=4, succeeded=3, failed=1), 1)
    counted.moved(job, first)
    again = reopened(first, NOON + later(100))
    last = end(running(again, NOON + later(103)), Counts(total=4, succeeded=3, failed=1), 110)
    counted.moved(again, last)
    assert counted.documents() == {("succeeded", ""): 3, ("failed", "timeout"): 2}
    assert counted.of(measures.JOBS, "partial", "") == [2]
    assert counted.of(measures.WAIT)[-1] == pytest.approx(3, abs=0.01)


def test_a_job_that_failed_as_a_whole_has_its_code_and_one_of_no_table_is_other(
    counted: Counted,
) -> None:
    for code in ("withdrawn", "of_a_plugin"):
        job = queued()
        begun = running(job, NOON)
        counted.moved(begun, end(begun, Counts(), 1, JobError(code, "why")))
    assert counted.of(measures.JOBS, "failed", "withdrawn") == [1]
    assert counted.of(measures.JOBS, "failed", OTHER) == [1]


def test_a_clock_that_went_back_makes_no_negative_wait(counted: Counted) -> None:
    job = queued()
    begun = running(job, job.submitted_at - later(50))
    counted.moved(job, msgspec.structs.replace(begun, finished_at=None))
    assert counted.of(measures.WAIT)[-1] == 0


def test_what_was_skipped_is_counted_once_and_a_retry_skips_it_no_more(counted: Counted) -> None:
    job = queued()
    begun = running(job, NOON)
    counted.fails(job.job_id, "timeout")
    counts = Counts(total=4, succeeded=1, failed=1, skipped=2)
    first = end(begun, counts, 1)
    counted.moved(job, first)
    again = reopened(first, NOON + later(100))
    counted.moved(again, end(running(again, NOON + later(103)), counts, 110))
    assert counted.documents()["skipped", ""] == 2
