"""waitress, taught to refuse like the rest of the service: early, and with a problem document."""

import socket
import threading
import time
from contextlib import suppress
from functools import cached_property
from typing import Any

from waitress.channel import ClientDisconnected

from gristmill.server.transport.crowd import Rank, peer_of
from gristmill.server.transport.parser import RequestParser, Terms
from gristmill.server.transport.refusals import Refused, too_slow
from gristmill.server.transport.tasks import AnswerTask, Refusal
from gristmill.server.transport.telling import StreamingChannel

STALLED_S = 30.0
"""How long a client may read less of an answer than it has to, while a thread waits to send it
more; and how long the least rate of a body is not asked for."""
_LINGER_S = 10.0
_FRESH_S = 2.0


def framing_allowance(limit: int) -> int:
    """waitress' own limit, which counts the framing of a chunked body too: far enough above
    ours that only ours decides, unless the framing is absurd."""
    return 2 * limit + 64 * 1024


def channel_for(terms: Terms) -> type["Channel"]:
    """A channel class for one event loop."""

    class OurParser(RequestParser):
        pass

    class OurChannel(Channel):
        parser_type = OurParser

    OurParser.terms = terms
    return OurChannel


class Channel(StreamingChannel):
    """Closes gently after a refusal, and counts seconds on a clock that nobody sets.

    The client may still be sending its body. Closing at once would make the kernel answer that
    with a reset, which can destroy the refusal before the client reads it. So the channel stops
    sending, throws away what still comes, and closes when the client does or time is up.
    """

    task_class = AnswerTask
    error_task_class = Refusal
    parser_type: type[RequestParser]
    outcome: object = None
    head = b""
    lingers = False
    connected: Any
    will_close: Any = False
    request: Any
    _linger_until: float | None = None
    _loop_thread: int | None = None
    _active_at = 0.0
    _watched: tuple[object, float] = (None, 0.0)
    _held = False

    @property
    def last_activity(self) -> float:
        """On a clock that nobody sets: `watch` looks at it instead of waitress, which would close
        every connection once the wall clock was put forward."""
        return self._active_at

    @last_activity.setter
    def last_activity(self, _: float) -> None:
        self._active_at = time.monotonic()

    def parser_class(self, adjustments: Any) -> RequestParser:
        """What waitress asks for with each request: a parser that knows whose it is."""
        parser = self.parser_type(adjustments)
        parser.peer = self.peer
        return parser

    # -- time: in the loop's thread -------------------------------------------------------------

    def watch(self) -> Refused | None:
        """End a connection on which too little has moved for too long; or why the request that is
        coming is to be refused (`refuse_what_comes`)."""
        now = time.monotonic()
        if self.telling is not None:
            self.telling.watch(now)
        if self.total_outbufs_len and (self._held or not self.requests):
            if now - self._active_at > STALLED_S:
                self.end()
        elif self.requests or self._linger_until is not None or self.telling is not None:
            self._watched = (None, now)
        elif self.request is None:
            if now - self._active_at > self.adj.channel_timeout:
                self.will_close = True
        else:
            return self._late(now)
        return None

    def _late(self, now: float) -> Refused | None:
        """Why the request that is coming has had its time."""
        stage = (self.request, self.request.headers_finished)
        if self._watched[0] != stage:
            self._watched = (stage, now)
        spent, settings = now - self._watched[1], self.parser_type.terms.settings
        if not self.request.headers_finished:
            most, what = settings.head_timeout_s, "the head"
        else:
            come = len(self.request.body_rcv)
            most, what = STALLED_S + come / settings.min_bytes_per_s, "the rest of the body"
        return too_slow(what, most) if spent > most else None

    def standing(self, now: float) -> tuple[Rank, float]:
        """How much is lost when the connection is closed, and its age within that."""
        if self._linger_until is not None or self.lingers or self.will_close:
            return Rank.IDLE, self._active_at
        if self.requests:
            return Rank.SERVED, now
        if self.total_outbufs_len or self.telling is not None:
            return Rank.SENDING, self._active_at
        if self.request is None:
            # Whoever came just now has a request on its way: a crowd that holds what nobody reads,
            # and comes again and again, would else keep everybody out.
            fresh = now - self._active_at < _FRESH_S
            return Rank.SENDING if fresh else Rank.IDLE, self._active_at
        if not self.request.headers_finished:
            return Rank.HEAD, self._active_at
        return Rank.BODY, self._active_at

    @cached_property
    def peer(self) -> str:
        """Whose connection this is."""
        return peer_of(self.addr)

    def end(self) -> None:
        """Close in the loop's next turn, whatever is under way."""
        self.will_close = True
        if self.total_outbufs_len:
            self._hang_up()

    def _hang_up(self) -> None:
        """Wake the loop for a connection whose client reads nothing: it waits for room there."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def refuse_what_comes(self, error: Refused) -> None:
        """Make the request that is coming one that is refused. It has to be answered then."""
        with self.requests_lock:
            self.request.error, self.request.completed = error, True
            self.requests.append(self.request)
            self.request = None

    def handle_close(self) -> None:
        if self.request is not None:
            # Half of one: what was promised to it is free for others.
            self.request.close()
            self.request = None
        super().handle_close()

    def write_soon(self, data: Any) -> int:
        if not data:
            return 0
        self._wait_for_reader()
        head, self.head = self.head, b""
        if head and not isinstance(data, bytes):
            super().write_soon(head)
            head = b""
        return int(super().write_soon(head + data if head else data))

    def write_head(self) -> None:
        """Send the head of an answer that has no body."""
        head, self.head = self.head, b""
        super().write_soon(head)

    def answer(self, outcome: object) -> None:
        """Serve the request that is decided, in this thread: that of the loop."""
        self.outcome = outcome
        self._loop_thread = threading.get_ident()
        try:
            self.service()
        finally:
            self._loop_thread = None

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Nobody waits here: whoever has more to send has waited before, and no thread is held by
        requests that were sent without reading the answers (`holds_back`)."""

    def _wait_for_reader(self) -> None:
        """Wait for a client that has much to read, as long as it reads enough of it."""
        high = self.adj.outbuf_high_watermark
        # The loop would wait for what only itself can do; its answers are small.
        if self.total_outbufs_len <= high or self._loop_thread == threading.get_ident():
            return
        least = self.parser_type.terms.settings.min_bytes_per_s * STALLED_S
        with self.outbuf_lock:
            self._flush_exception(self._flush_some, do_close=False)
            left, deadline = self.total_outbufs_len, time.monotonic() + STALLED_S
            while self.connected and self.total_outbufs_len > high:
                self.server.pull_trigger()
                self.outbuf_lock.wait(max(0.0, deadline - time.monotonic()))
                if time.monotonic() < deadline:
                    continue
                if left - self.total_outbufs_len < least:
                    # Whoever has more for it is told that it is gone.
                    self.connected = False
                    self.end()
                left, deadline = self.total_outbufs_len, time.monotonic() + STALLED_S
        if not self.connected:
            raise ClientDisconnected

    def holds_back(self) -> bool:
        """Whether the next request has to wait until its client has read what it was answered.
        Call with the lock of the requests; the loop goes on with it."""
        self._held = self.total_outbufs_len > self.adj.outbuf_high_watermark
        return self._held

    def _go_on(self) -> None:
        with self.requests_lock:
            if self._held and self.requests and not self.holds_back():
                self.server.add_task(self)

    def handle_write(self) -> None:
        if self.socket is None:
            # A stream is read while it is sent: its end was found in this very turn.
            return
        if self.lingers and self.close_when_flushed and not self.will_close:
            if self.total_outbufs_len:
                self._flush_exception(self._flush_some)
            if not self.connected:
                # The flush found that the client is gone, and closed the socket.
                return
            if not self.total_outbufs_len and not self.will_close:
                self._begin_to_linger()
                return
        if self._linger_until is not None:
            self.will_close = True
        super().handle_write()
        if self._held:
            self._go_on()

    # The loop asks every connection both questions in every turn: a look at waitress' own answers
    # from here would be a twentieth of what an accept costs.

    def writable(self) -> Any:
        if self._linger_until is None:
            sending = self.total_outbufs_len or self._held
            return sending or self.will_close or self.close_when_flushed
        return self.will_close or time.monotonic() > self._linger_until

    def readable(self) -> Any:
        if self.telling is not None:
            # Only to see it end.
            return not self.will_close
        if self._linger_until is None:
            return not (
                self.requests
                or self.total_outbufs_len
                or self.will_close
                or self.close_when_flushed
            )
        return True

    def received(self, data: bytes) -> Any:
        if self.lingers or self.telling is not None:
            return False
        return super().received(data)

    @property
    def idle(self) -> bool:
        """Nothing is under way: closing loses nothing."""
        if self._linger_until is not None:
            return True
        if self.telling is not None:
            return self.telling.is_over and not self.total_outbufs_len
        busy = self.requests or self.request is not None or self.total_outbufs_len
        return not busy and not self.close_when_flushed

    def _begin_to_linger(self) -> None:
        self.close_when_flushed = False
        self._linger_until = time.monotonic() + _LINGER_S
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
