"""Streams of events, sent by the event loop: no thread is held by one."""

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from waitress.channel import ClientDisconnected, HTTPChannel

from gristmill.schemas.events import EndReason
from gristmill.server.events.streams import EventStream
from gristmill.server.events.wording import HEARTBEAT, end

_HEARTBEAT_S = 15.0
"""Less than what proxies usually wait for something to come."""
_LOOK_EVERY_S = 5.0
"""How often it is looked whether a key is still valid."""
_MOST_UNREAD = 256 * 1024
"""Of a client that reads more slowly than it is told. It is hung up on, and comes again with the
last id that it has read."""
_NO_MORE = b"0\r\n\r\n"


class Telling:
    """What a connection does while it is a stream. For the event loop's thread."""

    def __init__(self, channel: Any, stream: EventStream, *, chunked: bool) -> None:
        self._channel, self.stream, self._chunked = channel, stream, chunked
        self.is_over = False
        self._told_at = self._looked_at = time.monotonic()

    def tell(self, data: bytes, *, last: bool) -> None:
        """Send events."""
        if self.is_over or not self._channel.connected:
            return
        if self._channel.total_outbufs_len > _MOST_UNREAD:
            self.is_over = True
            self.stream.leave()
            self._channel.end()
            return
        self._told_at = time.monotonic()
        framed = b"%x\r\n%s\r\n" % (len(data), data) if self._chunked and data else data
        if last:
            framed += _NO_MORE if self._chunked else b""
        try:
            self._channel.send_event(framed)
        except ClientDisconnected:
            last = True
        if last:
            self.is_over = self._channel.close_when_flushed = True
            self.stream.leave()

    def end(self, reason: EndReason) -> None:
        """Send the last event."""
        self.tell(end(reason), last=True)

    def watch(self, now: float) -> None:
        """Called a few times a second."""
        if now - self._told_at > _HEARTBEAT_S:
            self.tell(HEARTBEAT, last=False)
        if now - self._looked_at > _LOOK_EVERY_S:
            self._looked_at = now
            if not self.stream.allowed():
                self.end(EndReason.KEY)


class StreamingChannel(HTTPChannel):  # type: ignore[misc]
    """A channel that may become a stream of events: then it only sends, and closes at its end."""

    telling: Telling | None = None
    connected: Any
    request: Any
    requests: list[Any]
    server: Any

    def begin_stream(self, stream: EventStream, *, chunked: bool) -> None:
        """What is told from now on goes to this connection, and nothing that comes is read. What
        came behind the request is dropped: its answer has said that the connection closes."""
        with self.requests_lock:
            dropped, self.requests[1:] = self.requests[1:], []
            if self.request is not None:
                dropped.append(self.request)
                self.request = None
            self.telling = Telling(self, stream, chunked=chunked)
        for request in dropped:
            request.close()
        stream.begin(partial(self.server.task_dispatcher.told.add, self))
        if not self.connected:
            # It was closed before there was anything to leave.
            stream.leave()

    def end_stream(self, reason: EndReason) -> None:
        """End a stream, if this is one, and say why."""
        if self.telling is not None:
            self.telling.end(reason)

    def send_event(self, data: bytes) -> None:
        """From the loop: a stream waits for nobody. Raises ClientDisconnected."""
        HTTPChannel.write_soon(self, data)

    def handle_close(self) -> None:
        super().handle_close()
        if self.telling is not None:
            self.telling.stream.leave()


class Told:
    """Events on their way to the event loop, which sends them."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Any, bytes, bool]] = deque()
        self._called = False
        self.call: Callable[[], None] = lambda: None
        """Wakes the event loop."""

    def add(self, channel: Any, data: bytes, last: bool) -> None:
        """From any thread."""
        self._waiting.append((channel, data, last))
        if not self._called:
            self._called = True
            self.call()

    def deliver(self, has_more: Callable[[Any], None]) -> None:
        """Send all, or begin to. From the event loop: `has_more` gets each connection that may have
        some left to send."""
        # Before the look: what is added after it calls again.
        self._called = False
        while self._waiting:
            channel, data, last = self._waiting.popleft()
            if (telling := channel.telling) is not None:
                telling.tell(data, last=last)
                has_more(channel)
