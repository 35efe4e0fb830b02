"""Manifests: created, run, ended once, reopened; and what is read at each moment."""

import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from support.job_samples import NOON, new_id, queued
from support.store_sets import JobStores

from gristmill.schemas.ids import day_of
from gristmill.schemas.jobs.manifest import Counts, Manifest, Moment
from gristmill.schemas.jobs.sources import InlineText
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.manifests import Manifests

DAY_S = 24 * 3600


def _in(manifest: Manifest, state: JobState, **changes: Any) -> Manifest:
    history = (*manifest.history, Moment(state, NOON))
    return msgspec.structs.replace(manifest, state=state, history=history, **changes)


def test_a_job_is_pending_from_its_creation_to_its_end(
    manifests: Manifests, open_stores: Callable[[], JobStores]
) -> None:
    job, others = queued(), open_stores().manifests
    assert manifests.read(job.job_id) is None and not manifests.is_pending(job.job_id)
    manifests.create(job)
    assert others.read(job.job_id) == job and others.is_pending(job.job_id)
    running = _in(job, JobState.RUNNING)
    manifests.write_running(running)
    assert others.read(job.job_id) == running and others.pending_ids() == [job.job_id]
    ended = _in(running, JobState.SUCCEEDED, counts=Counts(total=1, succeeded=1))
    manifests.settle(ended)
    assert others.read(job.job_id) == ended
    assert others.is_ended(job.job_id) and not others.is_pending(job.job_id)
    assert others.pending_ids() == [] and list(others.ended_ids()) == [job.job_id]


@pytest.mark.parametrize("chars", [10, 200_000])
def test_jobs_that_are_created_together_are_read_one_by_one(
    manifests: Manifests, chars: int
) -> None:
    jobs = [queued(InlineText(f"{n}.txt", "x" * chars)) for n in range(5)]
    manifests.create_all(jobs)
    assert [manifests.read_pending(job.job_id) for job in jobs] == jobs
    assert manifests.pending_ids() == sorted(job.job_id for job in jobs)


def test_ends_that_are_written_together_are_read_one_by_one(manifests: Manifests) -> None:
    jobs = [queued() for _ in range(5)]
    manifests.create_all(jobs)
    ended = [_in(job, JobState.SUCCEEDED) for job in jobs]
    assert manifests.write_terminal(ended) == [None] * 5
    assert [manifests.read_terminal(job.job_id) for job in jobs] == ended
    assert manifests.all_ended(job.job_id for job in jobs)
    assert not manifests.all_ended([jobs[0].job_id, new_id()])
    assert manifests.ended_among([new_id(), jobs[3].job_id]) == [jobs[3].job_id]


def test_an_end_is_the_truth_before_its_pending_manifest_is_dropped_and_after(
    manifests: Manifests,
) -> None:
    job = queued()
    manifests.create(job)
    ended = _in(job, JobState.CANCELLED)
    assert manifests.write_terminal([ended]) == [None]
    assert manifests.read(job.job_id) == ended and not manifests.is_pending(job.job_id)
    assert manifests.read_pending(job.job_id) == job
    for _ in range(2):
        manifests.drop_pending(job.job_id)
        assert manifests.read(job.job_id) == ended


def test_what_is_written_of_a_job_after_its_end_changes_nothing(manifests: Manifests) -> None:
    job = queued()
    manifests.create(job)
    ended = _in(job, JobState.SUCCEEDED)
    manifests.settle(ended)
    manifests.write_running(_in(job, JobState.RUNNING))
    assert manifests.read(job.job_id) == ended and not manifests.is_pending(job.job_id)
    unended, outlived = manifests.all_pending_ids()
    assert (unended, outlived) == ([], [job.job_id])


def test_a_reopened_job_is_pending_again_and_can_end_again(manifests: Manifests) -> None:
    failed = _in(queued(), JobState.FAILED)
    manifests.settle(failed)
    again = _in(failed, JobState.QUEUED, run=2)
    manifests.reopen(again)
    assert manifests.read(again.job_id) == again and manifests.is_pending(again.job_id)
    assert list(manifests.ended_ids()) == []
    ended = _in(again, JobState.SUCCEEDED)
    manifests.settle(ended)
    assert manifests.read(again.job_id) == ended
    assert list(manifests.ended_ids()) == [again.job_id]


def test_a_withdrawn_job_is_unknown(manifests: Manifests) -> None:
    alone, together, other = queued(), queued(), queued()
    manifests.create(alone)
    manifests.create_all([together, other])
    for _ in range(2):
        manifests.withdraw(alone.job_id, together.job_id)
        assert manifests.read(alone.job_id) is manifests.read(together.job_id) is None
    assert manifests.pending_ids() == [other.job_id]


def test_a_dropped_end_is_unknown_and_the_others_stay(manifests: Manifests) -> None:
    jobs = [_in(queued(), JobState.SUCCEEDED) for _ in range(3)]
    manifests.write_terminal(jobs)
    manifests.drop_terminal(jobs[1].job_id)
    manifests.remove_empty([jobs[1].job_id])
    assert [manifests.read(job.job_id) for job in jobs] == [jobs[0], None, jobs[2]]
    assert sorted(manifests.ended_ids()) == sorted([jobs[0].job_id, jobs[2].job_id])


@pytest.mark.slow
def test_a_reader_always_finds_a_job_that_is_settled_and_reopened_meanwhile(
    manifests: Manifests,
) -> None:
    job = queued()
    manifests.create(job)

    def turn_over() -> None:
        for _ in range(60):
            manifests.settle(_in(job, JobState.FAILED))
            manifests.reopen(job)

    writer = threading.Thread(target=turn_over)
    writer.start()
    reads = 0
    while writer.is_alive() or not reads:
        found = manifests.read(job.job_id)
        assert found is not None and found.state in (JobState.QUEUED, JobState.FAILED)
        reads += 1


def test_pending_ids_are_sorted_oldest_first(manifests: Manifests) -> None:
    ids = [new_id(after_s) for after_s in (5, 1, 3, 2, 4)]
    for job_id in ids:
        manifests.create(queued(job_id=job_id))
    assert manifests.pending_ids() == sorted(ids)
    assert manifests.strays({ids[0], ids[1]}) == sorted(ids[2:])


def test_ended_jobs_come_by_day(manifests: Manifests) -> None:
    jobs = [queued(job_id=new_id(days * DAY_S)) for days in (2, 0, 1)]
    for job in jobs:
        manifests.settle(_in(job, JobState.SUCCEEDED))
    days = [day_of(job_id) for job_id in manifests.ended_ids()]
    assert days == ["2026-11-23", "2026-11-24", "2026-11-25"]
    assert [day_of(job_id) for job_id in manifests.ended_ids("2026-11-24")] == days[:2]


@pytest.mark.parametrize("job_id", ["00000000-0000-7000-8000-000000000000"])
def test_an_id_of_any_age_is_merely_unknown(manifests: Manifests, job_id: str) -> None:
    assert manifests.read(job_id) is None
