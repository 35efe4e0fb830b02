"""A cost's threads: taken, waited for, refused."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from support.patience import WAIT_S
from support.running import until

from gristmill.schemas.problems.overload import Busy
from gristmill.server.transport import lanes
from gristmill.server.transport.lanes import Dispatcher, Lane

FULL = Busy("full")


class Channel:
    """One whose service takes until `go` is set."""

    def __init__(self, go: threading.Event) -> None:
        self.go, self.requests = go, [SimpleNamespace(error=None)]
        self.begun, self.ended = threading.Event(), threading.Event()

    def service(self) -> None:
        self.begun.set()
        assert self.go.wait(WAIT_S)
        self.ended.set()


@pytest.fixture
def go() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_a_lane_takes_as_many_as_it_has_threads_and_places(go: threading.Event) -> None:
    lane, channels = Lane(2, 1, FULL), [Channel(go) for _ in range(5)]
    assert [lane.takes(channel) for channel in channels[:4]] == [True, True, True, False]
    go.set()
    assert all(channel.ended.wait(WAIT_S) for channel in channels[:3])
    until(lambda: lane.takes(channels[4]), "room")
    assert channels[4].ended.wait(WAIT_S)
    lane.shutdown(5)


def test_who_has_waited_too_long_for_a_thread_is_refused(
    go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "_PATIENCE_S", -1.0)
    lane, late = Lane(1, 1, FULL), Channel(go)
    go.set()
    assert lane.takes(late) and late.ended.wait(WAIT_S)
    assert late.requests[0].error.code == 503
    lane.shutdown(5)


def test_a_client_that_reads_none_of_its_answers_takes_no_thread() -> None:
    channel = SimpleNamespace(holds_back=lambda: True)
    dispatcher = object.__new__(Dispatcher)
    dispatcher.add_task(channel)  # it has no threads that could take it
