"""Which nodes there are, on a clock of our own."""

import pytest

from gristmill.pool.engines.dask.nodes import BRIEF_S, JOINS_WITHIN_S, REFUSED_S, Nodes
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Death, Loss, Manner

HERE, THERE = "tcp://10.0.0.1:1", "tcp://10.0.0.2:1"
SILENCE_S = 8.0


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.nodes = Nodes(SILENCE_S, lambda: self.now)

    def after(self, seconds: float) -> Nodes:
        self.now += seconds
        return self.nodes


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_machine_has_one_node_and_a_new_name_each_time(clock: Clock) -> None:
    nodes = clock.nodes
    assert nodes.wanted([HERE, THERE]) == [HERE, THERE]
    first = nodes.add(HERE)
    assert nodes.wanted([HERE, THERE]) == [THERE]
    nodes.lose(first, "it went")
    assert nodes.wanted([HERE]) == [HERE]
    assert nodes.add(HERE).name != first.name


def test_a_node_that_is_given_up_has_nothing_more_to_say(clock: Clock) -> None:
    node = clock.nodes.add(HERE)
    assert clock.nodes.named(node.name) is node
    clock.nodes.lose(node, "it went")
    assert clock.nodes.named(node.name) is None


def test_its_workers_are_lost_once_with_what_was_seen_of_them(clock: Clock) -> None:
    node = clock.nodes.add(HERE)
    worker = node.remote(WorkerId(7, 1.0))
    assert worker.host == node.name and node.local(worker) == WorkerId(7, 1.0)
    node.workers.add(worker)
    clock.nodes.lose_address(HERE)
    clock.nodes.lose(node, "again")
    assert clock.nodes.losses.get_nowait() == Loss(worker, Death(Manner.VANISHED), None)
    assert clock.nodes.losses.empty() and clock.nodes.workers() == set()


def test_a_node_has_long_to_join_and_then_no_longer_than_the_silence(clock: Clock) -> None:
    node = clock.nodes.add(HERE)
    clock.after(JOINS_WITHIN_S - 1).lose_silent()
    assert clock.nodes.all() == [node]
    clock.nodes.joins(node)
    clock.after(SILENCE_S).lose_silent()
    assert clock.nodes.all() == [node]
    clock.after(0.1).lose_silent()
    assert clock.nodes.all() == []


def test_a_word_from_a_node_ends_its_silence(clock: Clock) -> None:
    node = clock.nodes.add(HERE)
    clock.nodes.joins(node)
    for _ in range(5):
        clock.after(SILENCE_S).named(node.name)
        clock.nodes.lose_silent()
    assert clock.nodes.all() == [node]


def test_a_node_that_never_joins_is_given_up(clock: Clock) -> None:
    clock.nodes.add(HERE)
    clock.after(JOINS_WITHIN_S + 1).lose_silent()
    assert clock.nodes.wanted([HERE]) == [HERE]


def test_a_machine_that_was_refused_is_shown_and_asked_again_later(clock: Clock) -> None:
    clock.nodes.refuse(clock.nodes.add(HERE), "it has Gristmill 0.1, the service 0.2")
    assert clock.nodes.wanted([HERE, THERE]) == [THERE]
    (look,) = clock.nodes.looks()
    assert (look.state, look.why) == ("refused", "it has Gristmill 0.1, the service 0.2")
    assert clock.after(REFUSED_S).wanted([HERE]) == [HERE]
    assert clock.nodes.looks() == []


def test_a_machine_whose_foreman_only_found_no_desk_rests_for_less(clock: Clock) -> None:
    clock.nodes.refuse(clock.nodes.add(HERE), "no supervisor answers", BRIEF_S)
    assert clock.after(BRIEF_S - 0.1).wanted([HERE]) == []
    assert clock.after(0.1).wanted([HERE]) == [HERE]


def test_a_node_that_retires_ends_what_it_holds_and_its_machine_gets_no_other(
    clock: Clock,
) -> None:
    nodes = clock.nodes
    node = nodes.add(HERE)
    node.workers.add(node.remote(WorkerId(7, 1.0)))
    assert nodes.retire(node.name) and not nodes.retire("nobody")
    nodes.dismiss_retired()
    assert [look.state for look in nodes.looks()] == ["leaving"]
    node.workers.clear()
    nodes.dismiss_retired()
    assert nodes.all() == [] and nodes.wanted([HERE]) == []
    # Once it is gone, whoever comes at its address is somebody else.
    nodes.wanted([])
    assert nodes.wanted([HERE]) == [HERE]


def test_only_machines_that_the_scheduler_knows_are_kept(clock: Clock) -> None:
    nodes = clock.nodes
    here, there = nodes.add(HERE), nodes.add(THERE)
    nodes.keep([HERE, THERE])
    assert nodes.all() == [here, there]
    nodes.keep([THERE])
    assert nodes.all() == [there]


def test_a_service_that_stops_takes_no_machine_on(clock: Clock) -> None:
    assert clock.nodes.wanted([HERE]) == [HERE]
    clock.nodes.close()
    assert clock.nodes.wanted([HERE]) == []
