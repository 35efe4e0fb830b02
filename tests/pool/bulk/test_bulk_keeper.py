"""A bulk action is looked at, confirmed, begun once, watched and stopped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from support.many_jobs import SOMEBODY, ManyJobs

from gristmill.pool.bulk import keeper as keeping
from gristmill.pool.bulk.keeper import Asker
from gristmill.schemas.bulk import BulkAction, BulkState, JobQuery
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.bulk_errors import (
    BulkEnded,
    BulkNotConfirmed,
    BulkNotFound,
    TooManyBulk,
)
from gristmill.schemas.problems.errors import KeyConflict, SupervisorAway

RETRY, DELETE = BulkAction.RETRY, BulkAction.DELETE


@pytest.fixture
def many(in_memory: Path) -> ManyJobs:
    jobs = ManyJobs(in_memory / "data")
    jobs.add(JobState.FAILED, collection="a")
    jobs.add(JobState.FAILED, collection="b")
    return jobs


def begin(many: ManyJobs, confirm: str, action: BulkAction = RETRY, **more: object) -> str:
    query, key = JobQuery(**more), None  # type: ignore[arg-type]
    return many.keeper.start(action, query, SOMEBODY, confirm, key).bulk_id


def test_looking_changes_nothing_and_what_was_looked_at_can_be_begun(many: ManyJobs) -> None:
    preview = many.preview(RETRY)
    assert (preview.jobs, many.stores.bulk.ids()) == (2, [])
    view = many.view(begin(many, preview.confirm))
    assert (view.state, view.jobs, view.done) == (BulkState.WAITING, 2, 0)


def test_a_confirmation_is_of_one_action_one_query_and_one_asker(many: ManyJobs) -> None:
    confirm = many.preview(RETRY, state=JobState.FAILED).confirm
    for action, query, asker in (
        (DELETE, JobQuery(state=JobState.FAILED), SOMEBODY),
        (RETRY, JobQuery(), SOMEBODY),
        (RETRY, JobQuery(state=JobState.FAILED), Asker("bound", ("a",))),
    ):
        with pytest.raises(BulkNotConfirmed, match="send the request without it"):
            many.keeper.start(action, query, asker, confirm, None)


@pytest.mark.parametrize("confirm", ["yes", "1-2-3", "-", "z-1-1", "f" * 199, "1-1"])
def test_what_is_no_confirmation_confirms_nothing(many: ManyJobs, confirm: str) -> None:
    with pytest.raises(BulkNotConfirmed):
        begin(many, confirm)


@pytest.mark.parametrize("hours", [-2, 1])
def test_neither_an_old_confirmation_counts_nor_one_of_the_future(
    many: ManyJobs, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    then = datetime.now(UTC) + timedelta(hours=hours)
    monkeypatch.setattr(keeping, "_now", lambda: then)
    confirm = many.preview(RETRY).confirm
    monkeypatch.undo()
    with pytest.raises(BulkNotConfirmed):
        begin(many, confirm)


def test_the_same_confirmation_or_key_begins_one_action(many: ManyJobs) -> None:
    confirm = many.preview(RETRY).confirm
    first = begin(many, confirm)
    assert begin(many, confirm) == first
    query, other = JobQuery(), many.preview(RETRY).confirm
    keyed = many.keeper.start(RETRY, query, SOMEBODY, other, "clean-up")
    again = many.keeper.start(RETRY, query, SOMEBODY, many.preview(RETRY).confirm, "clean-up")
    assert keyed.bulk_id == again.bulk_id != first
    deleting = many.preview(DELETE).confirm
    with pytest.raises(KeyConflict, match=keyed.bulk_id):
        many.keeper.start(DELETE, query, SOMEBODY, deleting, "clean-up")
    somebody_else = Asker("else")
    confirm = many.preview(RETRY, somebody_else).confirm
    theirs = many.keeper.start(RETRY, query, somebody_else, confirm, "clean-up")
    assert theirs.bulk_id != keyed.bulk_id


def test_nobody_sees_what_is_about_collections_of_others(many: ManyJobs) -> None:
    everything = many.start(RETRY)
    of_a = many.start(RETRY, Asker("a", ("a",)))
    bound, both = Asker("b", ("b",)), Asker("ab", ("a", "b"))
    for bulk_id in (everything, of_a):
        with pytest.raises(BulkNotFound):
            many.keeper.find(bulk_id, bound)
        with pytest.raises(BulkNotFound):
            many.keeper.stop(bulk_id, bound)
    assert list(many.keeper.all_of(bound, None)) == []
    assert [view.bulk_id for view in many.keeper.all_of(both, None)] == [of_a]
    assert [view.bulk_id for view in many.keeper.all_of(SOMEBODY, None)] == [of_a, everything]


def test_one_that_is_asked_to_stop_says_so_until_it_has(many: ManyJobs) -> None:
    bulk_id = many.start(RETRY)
    assert many.keeper.stop(bulk_id, SOMEBODY).state is BulkState.CANCELLING
    assert many.view(bulk_id).state is BulkState.CANCELLING
    with pytest.raises(BulkNotFound):
        many.keeper.find("../../x", SOMEBODY)


def test_so_many_wait_at_most_and_none_without_a_supervisor(
    many: ManyJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_ACTIVE", 1)
    many.start(RETRY)
    with pytest.raises(TooManyBulk, match="stop one"):
        many.start(RETRY)
    many.client.away = True
    assert many.preview(RETRY).jobs == 2
    with pytest.raises(SupervisorAway):
        many.start(RETRY)


def test_what_has_ended_cannot_be_stopped(many: ManyJobs) -> None:
    bulk_id = many.start(RETRY)
    (record,) = many.stores.bulk.active()
    many.stores.bulk.write(msgspec.structs.replace(record, state=BulkState.DONE))
    with pytest.raises(BulkEnded):
        many.keeper.stop(bulk_id, SOMEBODY)
