"""What the supervisor remembers of what happened, and what it says of the rest."""

import threading
from collections.abc import Sequence

import msgspec
import pytest
from support.job_samples import queued
from support.patience import WAIT_S

from gristmill.pool.events.ring import MOST_AT_ONCE, EventRing
from gristmill.schemas.events import AtWork, Happenings
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.offers import offer_of
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.jobs.tasks import Report, Task, TaskKind


def since(ring: EventRing, seq: int | None, wait_s: float = 0.0) -> Happenings:
    found = ring.since(seq, wait_s, lambda: (AtWork("j", 2, "parse", 7, 1.5),))
    return msgspec.msgpack.decode(found, type=Happenings)


def numbers(found: Happenings) -> Sequence[int]:
    return [each.seq for each in found.items]


def filled(count: int, remembered: int = 10) -> EventRing:
    ring = EventRing(3, remembered)
    for _ in range(count):
        ring.changed(queued(state=JobState.SUCCEEDED, collection="flour"))
    return ring


def test_what_happened_after_a_number_is_told_in_its_order() -> None:
    found = since(filled(5), 2)
    assert (found.term, found.last, found.lost, numbers(found)) == (3, 5, False, [3, 4, 5])
    assert found.items[0].state is JobState.SUCCEEDED and found.items[0].collection == "flour"
    assert found.at_work == (AtWork("j", 2, "parse", 7, 1.5),)


def test_without_a_number_only_that_of_the_last_one_is_told() -> None:
    assert since(filled(5), None).last == 5 and since(filled(5), None).items == ()


def test_what_is_not_remembered_any_more_is_said_to_be_lost() -> None:
    ring = filled(25)
    assert (since(ring, 14).lost, numbers(since(ring, 14))) == (True, list(range(16, 26)))
    assert (since(ring, 15).lost, numbers(since(ring, 15))) == (False, list(range(16, 26)))


def test_a_number_that_is_yet_to_come_is_none_that_can_be_gone_on_from() -> None:
    assert since(filled(5), 6).lost


def test_many_come_in_pieces_that_join() -> None:
    ring = filled(MOST_AT_ONCE + 5, MOST_AT_ONCE * 2)
    first = since(ring, 1, WAIT_S)
    assert numbers(first) == list(range(2, MOST_AT_ONCE + 2)) and first.last == MOST_AT_ONCE + 1
    assert numbers(since(ring, first.last)) == list(range(MOST_AT_ONCE + 2, MOST_AT_ONCE + 6))


def test_who_waits_is_answered_when_something_happens() -> None:
    ring, found = EventRing(1), list[Happenings]()
    thread = threading.Thread(target=lambda: found.append(since(ring, 0, WAIT_S)))
    thread.start()
    ring.accepted(offer_of(queued(collection="grain")))
    thread.join(WAIT_S)
    assert numbers(found[0]) == [1] and found[0].items[0].collection == "grain"


def test_who_waits_for_nothing_is_told_so() -> None:
    found = since(EventRing(1), 0, 0.01)
    assert (found.last, found.lost, found.items) == (0, False, ())


@pytest.mark.parametrize(
    ("kind", "report", "told"),
    [
        (TaskKind.RUN, Report(1), [(4, 9)]),
        (TaskKind.RUN, Report(1, released=True), []),
        (TaskKind.PLAN, Report(1, Counts(total=3, succeeded=3)), [(0, 3)]),
        (TaskKind.PLAN, Report(1, Counts()), []),
        (TaskKind.PLAN, Report(1), []),
    ],
)
def test_a_report_tells_of_the_documents_whose_outcome_is_committed(
    kind: TaskKind, report: Report, told: list[tuple[int, int]]
) -> None:
    ring = EventRing(1)
    ring.reported(Task(1, "job", kind, 4, 9), report)
    assert [(each.first, each.last) for each in since(ring, 0).items] == told


def test_a_job_that_was_deleted_is_told_with_its_collection() -> None:
    ring = EventRing(1)
    ring.deleted("job", "flour")
    (gone,) = since(ring, 0).items
    assert (gone.job_id, gone.collection, gone.deleted, gone.state) == ("job", "flour", True, None)
