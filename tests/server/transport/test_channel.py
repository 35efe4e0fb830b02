"""What one connection may do, and for how long."""

import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from support.patience import WAIT_S
from waitress.adjustments import Adjustments
from waitress.channel import ClientDisconnected

from gristmill.schemas.configuration.settings import Settings
from gristmill.server.transport import channel as channels
from gristmill.server.transport.parser import Terms

IDLE_S, HOUR = 60, 3600
Stalled = tuple[Any, socket.socket]


def a_channel(limit: int = 1) -> type[channels.Channel]:
    return channels.channel_for(Terms(Settings(max_body_bytes=limit)))


def closes(idle_s: float, monkeypatch: pytest.MonkeyPatch, clock_off_s: float = 0.0) -> bool:
    """Whether a connection is closed that has been idle for so long."""
    channel: Any = object.__new__(a_channel())
    channel.adj, channel.requests = SimpleNamespace(channel_timeout=IDLE_S), ()
    channel.last_activity = time.time()
    later = SimpleNamespace(
        monotonic=lambda: time.monotonic() + idle_s, time=lambda: time.time() + clock_off_s
    )
    monkeypatch.setattr(channels, "time", later)
    channel.watch()
    closed: bool = channel.will_close
    return closed


def test_a_connection_that_is_idle_for_long_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert closes(IDLE_S + 1, monkeypatch)


def test_no_connection_is_closed_because_somebody_sets_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not closes(IDLE_S - 1, monkeypatch, clock_off_s=HOUR)


def parsed(data: bytes, limit: int = 100_000) -> int | None:
    """What becomes of a request: a status, or None where it is fine so far."""
    parser: Any = a_channel(limit).parser_type(Adjustments(ident="x"))
    while data and not parser.completed:
        data = data[parser.received(data) :]
    code: int | None = parser.error and parser.error.code
    return code


@pytest.mark.parametrize(
    "head",
    [
        b"GET a://" + b"b" * 100_000 + b" x\r\n\r\n",
        b"GET a://" + b"b" * 100_000 + b" HTTP/x\r\n\r\n",
        b"GET / HTTP/1.1\r\nX:" + b" " * 100_000 + b"\0\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: a" + b"\t " * 50_000 + b"\x1f\r\n\r\n",
        b"GET http://[x/ HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    ],
)
def test_a_head_that_is_hard_to_refuse_is_refused(head: bytes) -> None:
    # waitress' own expressions take many minutes for some of these.
    assert parsed(head) == 400


def test_a_head_with_all_that_is_allowed_is_read() -> None:
    assert parsed(b"GET /a?b HTTP/1.1\r\nHost: x\r\nX:\t \xe9 \t\r\nY: z\r\n\r\n") is None


@pytest.mark.parametrize("before", [b"", b"3\r\nabc\r\n0\r\nX: "])
def test_a_line_between_chunks_that_never_ends_is_refused(before: bytes) -> None:
    head = b"POST /ingest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert parsed(head + before + b"1" * 10_000) is None
    assert parsed(head + before + b"1" * 20_000) == 400


@pytest.fixture
def stalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stalled]:
    """A channel with more to send than may wait, and a client that reads nothing."""
    monkeypatch.setattr(channels, "STALLED_S", 0.05)
    channel: Any = object.__new__(a_channel())
    channel.adj = SimpleNamespace(outbuf_high_watermark=100)
    channel.outbuf_lock, channel.total_outbufs_len = threading.Condition(), 101
    channel.server = SimpleNamespace(pull_trigger=lambda: None)
    channel.connected, channel._flush_exception = True, lambda flush, do_close: (False, False)
    channel.socket, client = socket.socketpair()
    with channel.socket, client:
        yield channel, client


def test_a_client_that_reads_nothing_is_hung_up_on(stalled: Stalled) -> None:
    channel, client = stalled
    with pytest.raises(ClientDisconnected):
        channel.write_soon(b"more")
    assert channel.will_close and client.recv(1) == b""


def test_the_event_loop_waits_for_no_client(stalled: Stalled) -> None:
    channel, _ = stalled
    channel.requests, channel.service = (), channel._wait_for_reader
    channel.answer("decided")
    assert not channel.will_close


def test_a_thread_waits_for_a_client_that_reads(
    stalled: Stalled, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, _ = stalled
    monkeypatch.setattr(channels, "STALLED_S", WAIT_S)
    sizes = iter([101, 101, 100])

    def flush(*_: object, **__: object) -> tuple[bool, bool]:
        channel.total_outbufs_len = next(sizes)
        return True, False

    channel._flush_exception = flush
    channel.server.pull_trigger = lambda: threading.Thread(target=read, daemon=True).start()

    def read() -> None:
        with channel.outbuf_lock:
            flush()
            channel.outbuf_lock.notify()

    channel._wait_for_reader()
    assert channel.total_outbufs_len == 100 and not channel.will_close


def test_nothing_is_sent_on_one_whose_end_was_read_in_the_same_turn(stalled: Stalled) -> None:
    """A stream of events is read while it is sent: hundreds that were left at once logged
    tracebacks of an attribute of None."""
    channel, _ = stalled
    sent = list[object]()
    channel._flush_exception = lambda flush, **_: sent.append(flush)
    channel.requests, channel.socket = (), None
    channel.handle_write()
    assert sent == []


def test_a_client_that_leaves_while_it_is_refused_is_no_fault(stalled: Stalled) -> None:
    channel, _ = stalled
    channel.lingers = channel.close_when_flushed = True

    def gone(_: object) -> tuple[bool, bool]:
        channel.total_outbufs_len, channel.connected, channel.socket = 0, False, None
        return True, False

    channel._flush_exception = gone
    line = channel.socket
    with line:
        channel.handle_write()
        channel.socket = line
    assert channel._linger_until is None
