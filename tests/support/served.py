"""The application under waitress, as `gristmill web` serves it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from support.http_app import HttpApp, MakeApp
from support.patience import WAIT_S
from support.server_fakes import Watched

from gristmill.pool.intake import Room
from gristmill.server.readiness import Readiness, look
from gristmill.server.transport.body_room import BodyRoom
from gristmill.server.transport.coming import Coming
from gristmill.server.transport.fast_lane import FastLane
from gristmill.server.transport.lanes import Dispatcher
from gristmill.server.transport.listening import listen
from gristmill.server.transport.parser import Terms
from gristmill.server.transport.runner import Loop

LIMIT = 200_000


@dataclass(frozen=True)
class Web:
    """An application that is served, and what stops it."""

    port: int
    stop: threading.Event
    thread: threading.Thread
    service: HttpApp
    stopping: Watched
    terms: Terms
    coming: Coming


@contextmanager
def running(make_service: MakeApp, **settings: Any) -> Iterator[Web]:
    """The application under waitress on a free port, in a thread."""
    stopping, stop, ready = Watched(), threading.Event(), threading.Event()
    service = make_service(stopping, **{"max_body_bytes": LIMIT, **settings})
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    lane = FastLane(service.intake, service.settings, service.gate)
    room = Room(service.folder.root, service.settings)
    readiness = Readiness(lambda: look(service.client, room))
    dispatcher = Dispatcher(lane, service.settings, readiness)
    coming = Coming(service.gate, service.settings)
    body_room = BodyRoom(service.folder.root, service.settings)
    terms = Terms(service.settings, body_room, coming)
    loop = Loop(service.app, terms, [listener], stopping, dispatcher)
    thread = threading.Thread(target=loop.run, args=(stop, lambda _: ready.set()))
    thread.start()
    assert ready.wait(WAIT_S)
    try:
        yield Web(port, stop, thread, service, stopping, terms, coming)
    finally:
        stop.set()
        thread.join(WAIT_S)
    assert not thread.is_alive()
