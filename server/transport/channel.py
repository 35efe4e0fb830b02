"""waitress, taught to refuse like the rest of the service: early, and with a problem document."""

import socket
import threading
import time
from contextlib import suppress
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import BadRequest, RequestEntityTooLarge

from gristmill.server import problems
from gristmill.server.calls.submission import OUTCOME
from gristmill.server.transport.heads import LONGEST_BYTES, Heads, trouble_with

STALLED_S = 30.0
"""How long a client may not read a byte of an answer while a thread waits to send it more."""
_LINGER_S = 10.0
_REASON_CHARS = 200
_DETAILS = {
    413: "the body is over the limit of {limit} bytes (max_body_bytes)",
    500: "something went wrong on our side; the log of the server says more",
}


def framing_allowance(limit: int) -> int:
    """waitress' own limit, which counts the framing of a chunked body too: far enough above
    ours that only ours decides, unless the framing is absurd."""
    return 2 * limit + 64 * 1024


def channel_for(limit: int) -> type[HTTPChannel]:
    """A channel class whose requests may have bodies of up to `limit` bytes, for one event loop."""

    class Parser(_Parser):
        body_limit, heads = limit, Heads()

    class Channel(_Channel):
        parser_class = Parser

    return Channel


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses a body over the limit as soon as its length is known: from Content-Length before
    any of it is read, from a chunked body when it passes the limit."""

    body_limit = 0
    heads = Heads()
    error: Any = None

    def parse_header(self, header_plus: bytes) -> None:
        if self.heads.recall(self, header_plus):
            return
        if (trouble := trouble_with(header_plus)) is not None:
            raise ParsingError(trouble)
        before = set(vars(self))
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            # A port that is none, a length of thousands of digits: waitress lets it through.
            raise ParsingError(f"the head is malformed: {error}"[:_REASON_CHARS]) from None
        self.heads.keep(self, header_plus, before)

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.error is None:
            self._check_body()
        if self.error is not None:
            self.completed = True
        if self.completed:
            # Else waitress would first say 100 Continue, and wait for the body it refused.
            self.expect_continue = False
        return consumed

    def _check_body(self) -> None:
        if self.chunked:
            size = len(self.body_rcv)
            framing = len(self.body_rcv.control_line) + len(self.body_rcv.trailer)
            if framing > LONGEST_BYTES:
                self.error = BadRequest("a line between the chunks of the body is too long")
        else:
            size = int(self.content_length)
        if size > self.body_limit:
            self.error = RequestEntityTooLarge("")


class _Refusal(ErrorTask):  # type: ignore[misc]
    """Answers what waitress could not parse, and what it failed to serve."""

    def execute(self) -> None:
        error = self.request.error
        limit = self.channel.parser_class.body_limit
        # The text may quote the request: it is never a format itself.
        template = _DETAILS.get(error.code, "{text}")
        detail = template.format(limit=limit, text=error.body)
        body = problems.document(error.code, problems.protocol_code(error.code), detail)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", problems.MEDIA_TYPE))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.lingers = True
        self.write(body)


class _Task(WSGITask):  # type: ignore[misc]
    """Tells the application what is decided already, and sends the head of its answer with the
    first piece of the body: a call, a packet and a turn for the interpreter less."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[OUTCOME], self.channel.outcome = self.channel.outcome, None
        return environ

    def build_response_header(self) -> bytes:
        self.channel.head = super().build_response_header()
        return b""

    def finish(self) -> None:
        super().finish()
        self.channel.write_head()


class _Channel(HTTPChannel):  # type: ignore[misc]
    """Closes gently after a refusal, and counts idle seconds on a clock that nobody sets.

    The client may still be sending its body. Closing at once would make the kernel answer that
    with a reset, which can destroy the refusal before the client reads it. So the channel stops
    sending, throws away what still comes, and closes when the client does or time is up.
    """

    task_class = _Task
    error_task_class = _Refusal
    outcome: object = None
    head = b""
    lingers = False
    connected: Any
    will_close: Any = False
    _linger_until: float | None = None
    _loop_thread: int | None = None
    _active_at = 0.0

    @property
    def last_activity(self) -> float:
        """On a clock that nobody sets: `close_if_idle` looks at it instead of waitress, which
        would close every connection once the wall clock was put forward."""
        return self._active_at

    @last_activity.setter
    def last_activity(self, _: float) -> None:
        self._active_at = time.monotonic()

    def close_if_idle(self) -> None:
        """Close a connection on which nothing has moved for long. Call in the loop's thread."""
        if not self.requests and time.monotonic() - self._active_at > self.adj.channel_timeout:
            self.will_close = True
            if self.total_outbufs_len:
                self._hang_up()

    def _hang_up(self) -> None:
        """Wake the loop for a connection whose client reads nothing: it waits for room there."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def write_soon(self, data: Any) -> int:
        if not data:
            return 0
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
        self.service()

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Wait for a client that has much to read, as long as it reads: there are few threads."""
        if self.total_outbufs_len <= self.adj.outbuf_high_watermark:
            return
        if self._loop_thread == threading.get_ident():
            # It would wait for what only itself can do; its answers are small.
            return
        with self.outbuf_lock:
            self._flush_exception(self._flush_some, do_close=False)
            left, deadline = self.total_outbufs_len, time.monotonic() + STALLED_S
            while self.connected and left > self.adj.outbuf_high_watermark:
                self.server.pull_trigger()
                self.outbuf_lock.wait(max(0.0, deadline - time.monotonic()))
                if self.total_outbufs_len < left:
                    left, deadline = self.total_outbufs_len, time.monotonic() + STALLED_S
                elif time.monotonic() >= deadline:
                    # Whoever has more for it is told that it is gone.
                    self.will_close, self.connected = True, False
                    self._hang_up()

    def handle_write(self) -> None:
        if self.lingers and self.close_when_flushed and not self.will_close:
            if self.total_outbufs_len:
                self._flush_exception(self._flush_some)
            if not self.total_outbufs_len and not self.will_close:
                self._begin_to_linger()
                return
        if self._linger_until is not None:
            self.will_close = True
        super().handle_write()

    # The loop asks every connection both questions in every turn: a look at waitress' own answers
    # from here would be a twentieth of what an accept costs.

    def writable(self) -> Any:
        if self._linger_until is None:
            return self.total_outbufs_len or self.will_close or self.close_when_flushed
        return self.will_close or time.monotonic() > self._linger_until

    def readable(self) -> Any:
        if self._linger_until is None:
            return not (
                self.requests
                or self.total_outbufs_len
                or self.will_close
                or self.close_when_flushed
            )
        return True

    def received(self, data: bytes) -> Any:
        return False if self.lingers else super().received(data)

    @property
    def idle(self) -> bool:
        """Nothing is under way: closing loses nothing."""
        if self._linger_until is not None:
            return True
        busy = self.requests or self.request is not None or self.total_outbufs_len
        return not busy and not self.close_when_flushed

    def _begin_to_linger(self) -> None:
        self.close_when_flushed = False
        self._linger_until = time.monotonic() + _LINGER_S
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
