"""The relay: what a node's workers say reaches the supervisor once, and what comes reaches them."""

import threading

import pytest
from support.running import until

from gristmill.pool.engines.node.relay import Relay
from gristmill.schemas.jobs.tasks import Report, Task, TaskKind, WorkerId
from gristmill.schemas.jobs.workers import Death, Loss, Manner

ANN, BOB = WorkerId(1, 1.0), WorkerId(2, 2.0)


def _task(number: int, job_id: str = "job") -> Task:
    return Task(number, job_id, TaskKind.RUN, 0, 1)


@pytest.fixture
def relay() -> Relay:
    made = Relay(seats=2)
    made.enrol(ANN)
    return made


def test_news_are_told_once(relay: Relay) -> None:
    assert relay.news(0).joined == [ANN]
    assert relay.news(0).joined == []


def test_a_worker_that_waits_asks_once_until_it_gets_something(relay: Relay) -> None:
    for _ in range(3):
        assert relay.lease(ANN, (), 0.001) == []
    assert relay.news(0).asks == [ANN]
    relay.give(ANN, [_task(1)])
    assert relay.lease(ANN, (), 0.0) == [_task(1)]
    assert relay.lease(ANN, [Report(1)], 0.001) == []
    news = relay.news(0)
    assert (news.asks, news.reports) == ([ANN], [(ANN, [Report(1)])])


def test_a_worker_that_does_not_wait_asks_for_nothing(relay: Relay) -> None:
    assert relay.lease(ANN, (), 0.0) == []
    assert relay.news(0).asks == []


def test_a_spare_worker_asks_only_when_a_seat_is_free() -> None:
    relay = Relay(seats=1)
    relay.enrol(ANN)
    relay.enrol(BOB)
    assert relay.lease(BOB, (), 0.001) == []
    assert relay.news(0).asks == []
    relay.lost(Loss(ANN, Death(Manner.VANISHED), None))
    assert relay.lease(BOB, (), 0.001) == []
    assert relay.news(0).asks == [BOB]


def test_what_comes_wakes_the_worker_that_waits_for_it(relay: Relay) -> None:
    got: list[list[Task] | None] = []
    waiting = threading.Thread(target=lambda: got.append(relay.lease(ANN, (), 60.0)))
    waiting.start()
    until(lambda: relay.news(0).asks, "the question")
    relay.give(ANN, [_task(1)])
    waiting.join(30)
    assert got == [[_task(1)]]


def test_what_a_lost_worker_was_sent_is_not_given_to_the_next_one(relay: Relay) -> None:
    relay.give(ANN, [_task(1)])
    loss = Loss(ANN, Death(Manner.SIGNAL, 9), None)
    relay.lost(loss)
    relay.lost(loss)
    assert relay.news(0).lost == [loss]
    assert relay.lease(ANN, (), 60.0) is None
    relay.give(ANN, [_task(2)])
    assert relay.jobs() == set()


def test_a_worker_that_leaves_is_told_once_and_its_late_reports_count_for_nothing(
    relay: Relay,
) -> None:
    relay.leave(ANN, [Report(1)])
    relay.leave(ANN, [Report(2)])
    news = relay.news(0)
    assert (news.left, news.reports) == ([ANN], [(ANN, [Report(1)])])


def test_who_has_leases_and_of_which_jobs(relay: Relay) -> None:
    relay.give(ANN, [_task(1, "one"), _task(2, "two")])
    assert (relay.workers_with_leases(), relay.jobs()) == (set(), {"one", "two"})
    relay.lease(ANN, (), 0.0)
    assert relay.workers_with_leases() == {ANN}
    relay.report(ANN, [Report(1)])
    assert relay.jobs() == {"two"}


def test_tasks_that_cannot_be_done_here_go_back_untouched(relay: Relay) -> None:
    relay.give_back(ANN, [_task(1)])
    assert relay.news(0).reports == [(ANN, [Report(1, released=True)])]


def test_a_relay_that_stops_tells_every_worker(relay: Relay) -> None:
    relay.stop()
    assert relay.lease(ANN, (), 60.0) is None
