"""Runs the application under waitress until it is told to stop."""

import contextlib
import gc
import logging
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from gristmill.pool.client import PoolClient
from gristmill.pool.intake import Intake, Room
from gristmill.pool.telemetry.tracing import tracing_of
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.events import EndReason
from gristmill.server.access.gate import Gate
from gristmill.server.app import WsgiApp, create_app
from gristmill.server.readiness import Readiness, look
from gristmill.server.telemetry.following import Trails
from gristmill.server.telemetry.web_counting import WebCounting
from gristmill.server.telemetry.web_measures import WEB_LAYOUT, WEB_METER
from gristmill.server.transport.body_room import BodyRoom, bodies_folder
from gristmill.server.transport.channel import Channel, channel_for, framing_allowance
from gristmill.server.transport.coming import Coming
from gristmill.server.transport.crowd import Caps, too_many
from gristmill.server.transport.fast_lane import FastLane
from gristmill.server.transport.framing import LONGEST_BYTES
from gristmill.server.transport.lanes import Dispatcher
from gristmill.server.transport.listening import listen, url_of
from gristmill.server.transport.parser import IN_MEMORY_BYTES, Terms
from gristmill.server.transport.polling import Poller
from gristmill.storage.records.meters import Meter
from gristmill.storage.stores import Stores

GRACE_S = 4.0
"""How long running requests get to end once we stop."""
_TICK_S = 0.2
_DRAIN_TICK_S = 0.02
_IDLE_CONNECTION_S = 60
_SPARE_DESCRIPTORS = 100
_SPARE_CONNECTIONS = 128
"""Connections that may be there beside those that are on their way out."""
_ACCEPTS_A_TURN = 64
_WATCH_EVERY_S = 0.5
_REFUSALS_A_TURN = 32
"""Clients that came together are late together: others are served between their refusals."""
_UNREAD_BYTES = 64 * 1024 * 1024
"""Of all answers that wait for clients, while no thread works on them."""
_RECEIVE_BYTES = 64 * 1024
_STREAM_BUFFER_BYTES = 1024 * 1024
_SWITCH_S = 0.0005
"""After so long a thread that computes gives the interpreter to another that waits for it. The
loop gives it away with each packet: by Python's own 5 ms, a handful of searches would make every
answer wait for 5 ms a packet and search."""


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
    gate = Gate(stores, settings)
    meter = Meter.one_of(stores.folder, WEB_METER, WEB_LAYOUT)
    tracing = tracing_of(settings)
    trails = Trails(None if tracing is None else tracing.told)
    app = create_app(stores, settings, client, intake, stopping, gate, meter, trails)
    root = stores.folder.root
    readiness = Readiness(partial(look, client, Room(root, settings)))
    dispatcher = Dispatcher(FastLane(intake, settings, gate, trails), settings, readiness)
    # Whatever waitress buffers, it asks this module for a file: the system's folder may be small,
    # or memory, and nobody watches how full it is.
    tempfile.tempdir = str(bodies_folder(stores.folder))
    counting = WebCounting(meter)
    terms = Terms(settings, BodyRoom(root, settings), Coming(gate, settings), counting)
    try:
        Loop(app, terms, listeners, stopping, dispatcher).run(stop, on_ready)
    finally:
        gate.audit.close()
        if tracing is not None:
            tracing.close()


class Loop:
    """waitress' event loop, with an end. `stopping` is set when it begins to stop."""

    def __init__(
        self,
        app: WsgiApp,
        terms: Terms,
        listeners: Sequence[socket.socket],
        stopping: threading.Event,
        dispatcher: Dispatcher,
    ) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._url = url_of(listeners[0])
        self._stopping, self._decided = stopping, dispatcher.decided
        self._dispatcher, self._readiness = dispatcher, dispatcher.readiness
        self._told = dispatcher.told
        self._thread: int | None = None
        self._next_watch = 0.0
        self._map: dict[int, Any] = {}
        self._poller = Poller(self._map)
        self._new: list[Channel] = []
        self._caps = _caps(terms.settings)
        self._server = create_server(
            app,
            map=self._map,
            _dispatcher=dispatcher,
            **_adjustments(terms.settings, listeners, self._caps),
        )
        channel = channel_for(terms)
        for server in self._listening():
            server.channel_class = partial(self._admit, channel)
            server.maintenance = _nothing
            server.handle_accept = partial(self._accept, server, server.handle_accept)
            server.pull_trigger = self._decided.call = self._unless_here(server.pull_trigger)
            self._told.call = server.pull_trigger

    def run(self, stop: Flag, on_ready: Callable[[str], object] | None = None) -> None:
        """Serve until `stop` is set, then end."""
        self._thread = threading.get_ident()
        try:
            if on_ready is not None:
                on_ready(self._url)
            self._readiness.begin()
            sys.setswitchinterval(_SWITCH_S)
            gc.freeze()  # as the supervisor does: garbage is found while it is little
            while not stop.is_set():
                self._turn()
            self._drain()
        finally:
            self._stopping.set()
            self._readiness.end()
            self._server.task_dispatcher.shutdown(timeout=0.5)
            wasyncore.close_all(self._map)

    def _turn(self, longest_s: float = _TICK_S) -> None:
        self._poller.turn(longest_s)
        self._readiness.answer_late()
        self._decided.answer()
        self._told.deliver(lambda channel: self._poller.ask(channel._fileno))
        if (now := time.monotonic()) >= self._next_watch:
            self._next_watch = now + _WATCH_EVERY_S
            self._watch()

    def _watch(self) -> None:
        """End what takes too long, and what leaves too much unread."""
        unread = []
        refusals = 0
        self._poller.rouse()
        for channel in self._channels():
            if refusals < _REFUSALS_A_TURN and (late := channel.watch()) is not None:
                refusals += 1
                channel.refuse_what_comes(late)
                self._decided.add(channel, None)
            if channel.total_outbufs_len and not channel.requests:
                unread.append(channel)
        left = sum(channel.total_outbufs_len for channel in unread)
        for channel in sorted(unread, key=lambda each: -each.total_outbufs_len):
            if left <= _UNREAD_BYTES:
                break
            left -= channel.total_outbufs_len
            channel.end()
        if refusals == _REFUSALS_A_TURN:
            self._next_watch = 0.0

    def _admit(self, kind: type[Channel], *args: Any, **more: Any) -> Channel:
        new = kind(*args, **more)
        self._new.append(new)
        self._poller.ask(new.socket.fileno())
        return new

    def _accept(self, server: Any, accept: Callable[[], None]) -> None:
        """Accept several connections a turn, for in a crowd a turn takes long; others may have to
        go in their favour."""
        self._new.clear()
        for before in range(_ACCEPTS_A_TURN):
            accept()
            if len(self._new) == before:
                break
        if self._new and len(self._map) > min(self._caps):
            staying = [channel for channel in self._channels() if not channel.will_close]
            for leaving in too_many(staying, self._new, self._caps, time.monotonic()):
                leaving.end()
            self._poller.rouse()

    def _channels(self) -> list[Channel]:
        return [entry for entry in self._map.values() if isinstance(entry, Channel)]

    def _unless_here(self, wake: Callable[[], None]) -> Callable[[], None]:
        """`wake`, but not from the loop's own thread, which is awake."""

        def wake_from_elsewhere() -> None:
            if threading.get_ident() != self._thread:
                wake()

        return wake_from_elsewhere

    def _drain(self) -> None:
        """Accept no more connections, end the waits, close each connection when it is idle."""
        self._stopping.set()
        for server in self._listening():
            server.accepting = False
            server.del_channel(self._map)
            server.socket.close()
        deadline = time.monotonic() + GRACE_S
        while time.monotonic() < deadline and (channels := self._channels()):
            # Read first: a request that is here already is still answered.
            self._turn(_DRAIN_TICK_S)
            self._poller.rouse()
            for channel in channels:
                channel.end_stream(EndReason.DRAINING)
                if channel.idle:
                    channel.will_close = True

    def _listening(self) -> list[Any]:
        return [entry for entry in self._map.values() if isinstance(entry, BaseWSGIServer)]


def _nothing(_now: float) -> None:
    """waitress would look after its connections by the wall clock, which may be set back."""


def _adjustments(
    settings: Settings, listeners: Sequence[socket.socket], caps: Caps
) -> dict[str, Any]:
    return {
        "sockets": list(listeners),
        "ident": "gristmill",
        "expose_tracebacks": False,
        "log_socket_errors": False,
        # Nothing here looks at what a proxy says of its clients.
        "clear_untrusted_proxy_headers": False,
        "channel_timeout": _IDLE_CONNECTION_S,
        "connection_limit": caps.most + _SPARE_CONNECTIONS,
        "max_request_header_size": LONGEST_BYTES,
        "max_request_body_size": framing_allowance(settings.max_body_bytes),
        "recv_bytes": _RECEIVE_BYTES,
        "inbuf_overflow": IN_MEMORY_BYTES,
        "outbuf_high_watermark": _STREAM_BUFFER_BYTES,
        # select() cannot watch descriptors above 1023.
        "asyncore_use_poll": True,
    }


def _caps(settings: Settings) -> Caps:
    """How many connections there may be, such that their files never use up the process's
    descriptors: each may hold its socket and a temporary file for its body."""
    most = settings.max_connections
    with contextlib.suppress(ImportError):
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY:
            most = min(most, max(50, (soft - _SPARE_DESCRIPTORS) // 2))
    if not hasattr(socket, "AF_UNIX"):
        most = min(most, 200)
    return Caps(most, min(most, settings.max_peer_connections))
