"""Who serves a request: the event loop, the fast lane, the threads, or threads of its cost.

Each cost has threads of its own, so that no number of searches, exports or batches keeps others
from theirs. Where all are taken, a request waits a little, or is refused at once.
"""

import threading
import time
from functools import partial
from typing import Any

from waitress.task import ThreadedTaskDispatcher

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import Unavailable
from gristmill.schemas.problems.overload import Busy, TooManyStreams
from gristmill.server.calls.tables.call import Cost
from gristmill.server.calls.tables.service_table import READINESS
from gristmill.server.readiness import Readiness
from gristmill.server.transport.costs import cost_of
from gristmill.server.transport.crowd import address_of
from gristmill.server.transport.fast_lane import Decided, FastLane
from gristmill.server.transport.refusals import refused
from gristmill.server.transport.telling import Told

_SEARCHES_WAITING = 64
_PATIENCE_S = 5.0
"""How long a request may wait for a thread of its cost: its client has few seconds left."""


class Lane:
    """`threads` threads, and room for `waiting` requests that wait for one."""

    def __init__(self, threads: int, waiting: int, full: Unavailable) -> None:
        self._threads = ThreadedTaskDispatcher()
        self._threads.set_thread_count(threads)
        self._most = threads + waiting
        self._taken = 0
        self._lock = threading.Lock()
        self.full = full
        """What is answered where there is no room."""

    def takes(self, channel: Any) -> bool:
        """Have the first request of a channel served; False where there is no room for it."""
        with self._lock:
            if self._taken >= self._most:
                return False
            self._taken += 1
        self._threads.add_task(_Turn(self, channel))
        return True

    def leave(self) -> None:
        with self._lock:
            self._taken -= 1

    def shutdown(self, timeout: float) -> None:
        self._threads.shutdown(timeout=timeout)


class _Turn:
    """A request's turn on a lane."""

    def __init__(self, lane: Lane, channel: Any) -> None:
        self._lane, self._channel = lane, channel
        self._latest = time.monotonic() + _PATIENCE_S

    def service(self) -> None:
        try:
            if time.monotonic() > self._latest:
                self._channel.requests[0].error = refused(self._lane.full)
            self._channel.service()
        finally:
            self._lane.leave()

    def cancel(self) -> None:
        self._lane.leave()
        self._channel.cancel()


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """The threads of waitress, beside the lanes."""

    def __init__(self, fast: FastLane, settings: Settings, readiness: Readiness) -> None:
        super().__init__()
        self._fast, self.decided, self.readiness = fast, Decided(), readiness
        self.told = Told()
        self.set_thread_count(settings.web_threads)
        streams = TooManyStreams(
            f"{settings.max_streams} answers are being streamed already (max_streams); "
            "try again when one has ended"
        )
        searches = Busy("more searches wait than can be answered soon; try again in a moment")
        self._lanes = {
            Cost.SEARCH: Lane(max(2, settings.web_threads // 3), _SEARCHES_WAITING, searches),
            Cost.STREAM: Lane(settings.max_streams, 0, streams),
            Cost.BATCH: Lane(settings.max_streams, 0, streams),
        }

    def add_task(self, task: Any) -> None:
        """Have the first request of a channel served. From any thread, with the lock of the
        channel's requests."""
        if task.holds_back():
            return
        request = task.requests[0]
        request.begun = request.begun or time.monotonic()
        if not request.error:
            request.error = request.charge()
        if request.error:
            self.decided.add(task, None)
        elif not self._fast.takes(request, address_of(task.addr), partial(self.decided.add, task)):
            self._by_cost(task, request)

    def _by_cost(self, task: Any, request: Any) -> None:
        cost = cost_of(request.command, request.path)
        if cost is Cost.PROBE and not request.query and request.path == READINESS.path:
            self.readiness.ask(partial(self.decided.add, task))
        elif cost is Cost.PROBE and not request.query:
            self.decided.add(task, None)
        elif (lane := self._lanes.get(cost)) is None:
            super().add_task(task)
        elif not lane.takes(task):
            request.error = refused(lane.full)
            self.decided.add(task, None)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        for lane in self._lanes.values():
            lane.shutdown(timeout)
        return bool(super().shutdown(cancel_pending, timeout))
