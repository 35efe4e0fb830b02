"""Runs the application under waitress until it is told to stop."""

import contextlib
import gc
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from gristmill.pool.client import PoolClient
from gristmill.pool.intake import Intake
from gristmill.schemas.settings import Settings
from gristmill.server.app import WsgiApp, create_app
from gristmill.server.transport.channel import channel_for, framing_allowance
from gristmill.server.transport.fast_lane import Dispatcher, FastLane
from gristmill.server.transport.heads import LONGEST_BYTES
from gristmill.server.transport.listening import listen, url_of
from gristmill.storage.stores import Stores

GRACE_S = 4.0
"""How long running requests get to end once we stop."""
_TICK_S = 0.2
_DRAIN_TICK_S = 0.02
_IDLE_CONNECTION_S = 60
_MAX_CONNECTIONS = 1000
_SPARE_DESCRIPTORS = 100
_RECEIVE_BYTES = 64 * 1024
_STREAM_BUFFER_BYTES = 1024 * 1024


class Flag(Protocol):
    """Something that a signal handler can set. Only `is_set` is called, which takes no lock: a
    handler that interrupts the loop can never deadlock with it."""

    def is_set(self) -> bool: ...


def run(
    settings: Settings,
    stores: Stores,
    *,
    sockets: Sequence[socket.socket] | None = None,
    on_ready: Callable[[str], object] | None = None,
    stop: Flag,
) -> None:
    """Serve until `stop` is set, then let running requests end for up to GRACE_S seconds.

    `sockets` listen already (several web processes share them); without any, the address of the
    settings is taken. `on_ready` gets the URL once requests are accepted. Raises PortInUse.
    """
    stopping = threading.Event()
    listeners = list(sockets or (listen(settings.host, settings.port),))
    client = PoolClient(stores)
    intake = Intake(stores, settings, client)
    app = create_app(stores, settings, client, intake, stopping)
    dispatcher = Dispatcher(FastLane(intake, settings), settings.web_threads)
    Loop(app, settings, listeners, stopping, dispatcher).run(stop, on_ready)


class Loop:
    """waitress' event loop, with an end. `stopping` is set when it begins to stop."""

    def __init__(
        self,
        app: WsgiApp,
        settings: Settings,
        listeners: Sequence[socket.socket],
        stopping: threading.Event,
        dispatcher: Dispatcher,
    ) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._url = url_of(listeners[0])
        self._stopping, self._decided = stopping, dispatcher.decided
        self._thread: int | None = None
        self._map: dict[int, Any] = {}
        self._server = create_server(
            app, map=self._map, _dispatcher=dispatcher, **_adjustments(settings, listeners)
        )
        channel = channel_for(settings.max_body_bytes)
        for server in self._listening():
            server.channel_class = channel
            server.maintenance = partial(_close_idle, server)
            server.pull_trigger = self._decided.call = self._unless_here(server.pull_trigger)

    def run(self, stop: Flag, on_ready: Callable[[str], object] | None = None) -> None:
        """Serve until `stop` is set, then end."""
        self._thread = threading.get_ident()
        try:
            if on_ready is not None:
                on_ready(self._url)
            gc.freeze()  # as the supervisor does: garbage is found while it is little
            while not stop.is_set():
                self._turn()
            self._drain()
        finally:
            self._stopping.set()
            self._server.task_dispatcher.shutdown(timeout=0.5)
            wasyncore.close_all(self._map)

    def _turn(self, longest_s: float = _TICK_S) -> None:
        wasyncore.loop(timeout=longest_s, use_poll=True, map=self._map, count=1)
        self._decided.answer()

    def _unless_here(self, wake: Callable[[], None]) -> Callable[[], None]:
        """`wake`, but not from the loop's own thread, which is awake."""

        def wake_from_elsewhere() -> None:
            if threading.get_ident() != self._thread:
                wake()

        return wake_from_elsewhere

    def _drain(self) -> None:
        """Accept no more connections, end the waits, close each connection when it is idle."""
        self._stopping.set()
        channels = [server.active_channels for server in self._listening()]
        for server in self._listening():
            server.accepting = False
            server.del_channel(self._map)
            server.socket.close()
        deadline = time.monotonic() + GRACE_S
        while time.monotonic() < deadline and any(channels):
            # Read first: a request that is here already is still answered.
            self._turn(_DRAIN_TICK_S)
            for channel in [c for active in channels for c in active.values()]:
                if channel.idle:
                    channel.will_close = True

    def _listening(self) -> list[Any]:
        return [entry for entry in self._map.values() if isinstance(entry, BaseWSGIServer)]


def _close_idle(server: Any, _now: float) -> None:
    for channel in list(server.active_channels.values()):
        channel.close_if_idle()


def _adjustments(settings: Settings, listeners: Sequence[socket.socket]) -> dict[str, Any]:
    return {
        "sockets": list(listeners),
        "ident": "gristmill",
        "expose_tracebacks": False,
        "log_socket_errors": False,
        # Nothing here looks at what a proxy says of its clients.
        "clear_untrusted_proxy_headers": False,
        "channel_timeout": _IDLE_CONNECTION_S,
        "connection_limit": _connection_limit(),
        "max_request_header_size": LONGEST_BYTES,
        "max_request_body_size": framing_allowance(settings.max_body_bytes),
        "recv_bytes": _RECEIVE_BYTES,
        "outbuf_high_watermark": _STREAM_BUFFER_BYTES,
        # select() cannot watch descriptors above 1023.
        "asyncore_use_poll": True,
    }


def _connection_limit() -> int:
    """Connections at once, such that their files never use up the process's descriptors: each
    may hold its socket and a temporary file for its body."""
    with contextlib.suppress(ImportError):
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY:
            return max(50, min(_MAX_CONNECTIONS, (soft - _SPARE_DESCRIPTORS) // 2))
    return _MAX_CONNECTIONS if hasattr(socket, "AF_UNIX") else 200
