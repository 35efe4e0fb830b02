"""Bulk actions are done: each job once, whatever happens meanwhile, and counted as it was."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from support.many_jobs import SOMEBODY, ManyJobs

from gristmill.pool.bulk import mover as moving
from gristmill.pool.bulk.acts import acts
from gristmill.pool.bulk.mover import BulkMover
from gristmill.schemas.bulk import BulkAction, BulkState, BulkView
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import DuplicateJob, StorageFailed
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.upkeep import retention

RETRY, CANCEL, DELETE = BulkAction.RETRY, BulkAction.CANCEL, BulkAction.DELETE


@pytest.fixture
def many(in_memory: Path) -> ManyJobs:
    return ManyJobs(in_memory / "data")


def mover(
    many: ManyJobs, retry: Callable[[str], object] | None = None, **more: object
) -> BulkMover:
    made = acts(many.stores, retry or many.retry, many.cancel)
    return BulkMover(many.stores, made, **more)  # type: ignore[arg-type]


def counts(view: BulkView) -> tuple[str, int, int, int, int]:
    return view.state.value, view.done, view.refused, view.failed, view.no_longer


def test_every_job_that_was_looked_at_is_retried_once(many: ManyJobs) -> None:
    failed = [many.add(JobState.FAILED) for _ in range(7)]
    good = many.add(JobState.SUCCEEDED)
    bulk_id = many.start(RETRY)
    mover(many).look()
    assert counts(many.view(bulk_id)) == ("done", 7, 0, 0, 0)
    assert set(many.states(failed)) == {JobState.QUEUED}
    assert list(many.states([good])) == [JobState.SUCCEEDED]
    assert {many.client.manifest(each).run for each in failed} == {2}


def test_jobs_that_came_or_ended_after_the_look_are_left_alone(many: ManyJobs) -> None:
    before = many.add(JobState.FAILED)
    bulk_id = many.start(DELETE)
    after = many.add(JobState.FAILED)
    many.retry(before)
    many.index(many.client.end(before))
    mover(many).look()
    assert counts(many.view(bulk_id)) == ("done", 0, 0, 0, 1)
    assert None not in many.states([before, after])


def test_jobs_are_cancelled_and_what_has_ended_meanwhile_is_no_longer_so(many: ManyJobs) -> None:
    waiting = [many.add(JobState.QUEUED) for _ in range(3)]
    running = many.add(JobState.RUNNING)
    bulk_id = many.start(CANCEL)
    many.index(many.client.end(waiting[0]))
    mover(many).look()
    assert counts(many.view(bulk_id)) == ("done", 3, 0, 0, 1)
    assert set(many.states([*waiting[1:], running])) == {JobState.CANCELLED}


def test_deleted_jobs_leave_nothing_but_their_documents(many: ManyJobs) -> None:
    job_id, kept = many.add(JobState.FAILED, name="gone.txt"), many.add(JobState.QUEUED)
    many.key_of(job_id, f"{1:064x}")
    bulk_id = many.start(DELETE)
    mover(many).look()
    assert counts(many.view(bulk_id)) == ("done", 1, 0, 0, 0)
    assert list(many.states([job_id, kept])) == [None, JobState.QUEUED]
    assert many.stores.keys.read(f"{1:064x}") is None
    assert many.preview(DELETE, q="gone").jobs == 0
    with many.stores.library(readonly=True) as library:
        assert list(library.job_ids()) == [kept]
    assert many.stores.manifests.pending_ids() == [kept]


def test_what_is_refused_or_fails_is_counted_with_its_reason(many: ManyJobs) -> None:
    jobs = [many.add(JobState.FAILED) for _ in range(12)]

    def retry(job_id: str) -> None:
        number = jobs.index(job_id)
        if number == 0:
            raise StorageFailed("its disk is odd")
        if number < 12 - 1:
            raise DuplicateJob(f"job {number} with the same key is pending", job_id=job_id)
        many.retry(job_id)

    bulk_id = many.start(RETRY)
    mover(many, retry).look()
    view = many.view(bulk_id)
    assert counts(view) == ("done", 1, 10, 1, 0)
    assert [(each.code, each.jobs) for each in view.reasons] == [
        ("duplicate_job", 10),
        ("storage_failed", 1),
    ]
    assert view.reasons[1].job_ids == (jobs[0],)
    assert len(view.reasons[0].job_ids) == 10


def test_trouble_of_the_machine_holds_it_up_and_costs_no_job_its_turn(many: ManyJobs) -> None:
    jobs = [many.add(JobState.FAILED) for _ in range(5)]
    sound: list[bool] = [True, True]

    def retry(job_id: str) -> None:
        if not sound:
            raise LibraryDamaged("a bad page")
        sound.pop()
        many.retry(job_id)

    bulk_id = many.start(RETRY)
    one = mover(many, retry)
    with pytest.raises(LibraryDamaged):
        one.look()
    with pytest.raises(LibraryDamaged):
        one.look()
    sound += [True] * 9
    one.look()
    assert counts(many.view(bulk_id)) == ("done", 5, 0, 0, 0)
    assert set(many.states(jobs)) == {JobState.QUEUED}


@pytest.mark.parametrize("action", [RETRY, CANCEL, DELETE])
def test_one_that_died_at_any_job_is_taken_up_and_counts_each_once(
    many: ManyJobs, action: BulkAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_SLICE", 4)
    state = JobState.QUEUED if action is CANCEL else JobState.FAILED
    jobs = [many.add(state) for _ in range(10)]
    bulk_id = many.start(action)
    for dies_at in range(1, 5):
        _die_at(many, dies_at)
    mover(many).look()
    assert counts(many.view(bulk_id)) == ("done", 10, 0, 0, 0)
    expected = {RETRY: JobState.QUEUED, CANCEL: JobState.CANCELLED, DELETE: None}[action]
    assert set(many.states(jobs)) == {expected}


class Died(BaseException):
    """A process is gone: nobody catches it."""


def _die_at(many: ManyJobs, nth: int) -> None:
    """Do some, and die right after the nth was done, before anybody could count it."""
    done = []

    def dying(work: Callable[[str], object]) -> Callable[[str], object]:
        def do(job_id: str) -> object:
            found = work(job_id)
            done.append(job_id)
            if len(done) == nth:
                raise Died
            return found

        return do

    made = acts(many.stores, dying(many.retry), dying(many.cancel))  # type: ignore[arg-type]
    drop = retention._drop_for_good

    def dropping(*arguments: object) -> bool:
        dropped = drop(*arguments)  # type: ignore[arg-type]
        done.append("")
        if len(done) == nth:
            raise Died
        return dropped

    retention._drop_for_good = dropping  # type: ignore[assignment]
    try:
        with pytest.raises(Died):
            BulkMover(many.stores, made).look()
    finally:
        retention._drop_for_good = drop


def test_one_that_died_between_its_end_and_the_last_touch_has_ended(many: ManyJobs) -> None:
    many.add(JobState.FAILED)
    bulk_id = many.start(RETRY)
    (record,) = many.stores.bulk.active()
    mover(many).look()
    many.stores.bulk.begin("another", lambda active: record)  # it is under both again
    mover(many).look()
    assert many.view(bulk_id).state is BulkState.DONE
    assert list(many.stores.bulk.active()) == []


def test_one_that_is_stopped_ends_and_what_is_done_stays_so(
    many: ManyJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_SLICE", 2)
    jobs = [many.add(JobState.FAILED) for _ in range(6)]
    bulk_id = many.start(RETRY)

    def retry(job_id: str) -> None:
        many.retry(job_id)
        many.keeper.stop(bulk_id, SOMEBODY)

    mover(many, retry).look()
    view = many.view(bulk_id)
    assert view.state is BulkState.CANCELLED and view.finished_at is not None
    assert list(many.states(jobs)).count(JobState.QUEUED) == view.done == 2


def test_a_retry_waits_for_room_in_the_queue_and_others_need_not(many: ManyJobs) -> None:
    many.add(JobState.FAILED)
    room: list[bool] = []
    retrying, deleting = many.start(RETRY), many.start(DELETE, state=JobState.CANCELLED)
    one = mover(many, may=lambda action: action is not RETRY or bool(room))
    one.look()
    assert many.view(retrying).state is BulkState.RUNNING
    assert many.view(deleting).state is BulkState.DONE
    room.append(True)
    one.look()
    assert counts(many.view(retrying)) == ("done", 1, 0, 0, 0)


def test_it_does_less_while_somebody_submits(many: ManyJobs) -> None:
    """A clock that goes on by a tenth of a second with each look at it."""

    def done_in_one_look(accepted: Callable[[], int]) -> int:
        for _ in range(12):
            many.add(JobState.QUEUED)
        bulk_id = many.start(CANCEL)
        ticks = iter(range(1000))
        one = mover(many, accepted=accepted, clock=lambda: next(ticks) / 50)
        one.look()
        done = many.view(bulk_id).done
        mover(many).look()
        assert many.view(bulk_id).state is BulkState.DONE
        return done

    submitting = iter(range(1, 100))
    assert done_in_one_look(lambda: next(submitting)) < done_in_one_look(lambda: 0)


def test_a_record_that_cannot_be_read_stops_no_other(many: ManyJobs) -> None:
    many.add(JobState.FAILED)
    bulk_id = many.start(RETRY)
    other = f"{bulk_id[:-1]}{'0' if bulk_id[-1] == 'f' else 'f'}"
    broken = many.stores.folder.bulk / "active" / f"{other}.json"
    broken.write_bytes(b"{")
    mover(many).look()
    assert many.view(bulk_id).state is BulkState.DONE


def test_one_whose_query_is_not_understood_any_more_fails_and_stops_no_other(
    many: ManyJobs,
) -> None:
    jobs = [many.add(JobState.FAILED) for _ in range(3)]
    refused, good = many.start(RETRY), many.start(RETRY)
    (first, *_) = many.stores.bulk.active()
    assert first.bulk_id == refused
    query = msgspec.structs.replace(first.query, filter="a field that is gone ??")
    many.stores.bulk.write(msgspec.structs.replace(first, query=query, jobs=3))
    one = mover(many)
    one.look()
    view = many.view(refused)
    assert (view.state, view.finished_at is None) == (BulkState.FAILED, False)
    assert [(each.code, each.jobs) for each in view.reasons] == [("invalid_filter", 3)]
    assert counts(many.view(good)) == ("done", 3, 0, 0, 0)
    assert set(many.states(jobs)) == {JobState.QUEUED}
    assert not many.stores.bulk.has_active()


def test_trouble_with_one_stops_no_other_and_is_told(many: ManyJobs) -> None:
    failed, waiting = many.add(JobState.FAILED), many.add(JobState.QUEUED)
    retrying, cancelling = many.start(RETRY), many.start(CANCEL)

    def retry(job_id: str) -> None:
        raise LibraryDamaged("a bad page")

    with pytest.raises(LibraryDamaged):
        mover(many, retry).look()
    assert many.view(retrying).state is BulkState.RUNNING
    assert counts(many.view(cancelling)) == ("done", 1, 0, 0, 0)
    assert list(many.states([failed, waiting])) == [JobState.FAILED, JobState.CANCELLED]
