"""The calls that are answered by a stream of events."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import falcon

from gristmill.schemas.events import Position
from gristmill.schemas.problems.errors import GristmillError
from gristmill.server.access.gate import head_of_environ
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.tables import event_table as table
from gristmill.server.calls.tables.job_table import JOB_ID
from gristmill.server.events.catching_up import Past
from gristmill.server.events.streams import EventStream, Wish
from gristmill.server.events.wording import EVENT_STREAM, OPENING, position_in
from gristmill.server.services import Services

TAKER = "gristmill.stream_taker"
"""Where the environment has what takes a stream off the hands of the thread that opens it."""
Taker = Callable[[EventStream], None]


def _job_events(services: Services, asked: Asked, resp: falcon.Response) -> None:
    job_id = asked[JOB_ID]
    services.manifest(job_id)
    _answer(services, asked, resp, Wish(job_id, None, None))


def _events(services: Services, asked: Asked, resp: falcon.Response) -> None:
    _answer(services, asked, resp, Wish(None, asked.within, asked[table.EVENT_FILTER]))


def _answer(services: Services, asked: Asked, resp: falcon.Response, wish: Wish) -> None:
    """Answer what there is to tell at once, and hand what follows to the event loop. Under a
    server that has none of ours, the answer ends there, and its client comes again for more."""
    resp.content_type = EVENT_STREAM
    if asked.req.method == "HEAD":
        return
    peer = asked.req.env.get("REMOTE_ADDR") or ""
    services.places.enter(peer)
    has_place = True
    try:
        past = _past(services, asked, wish)
        if past.is_over and not past.is_news:
            resp.status = 204
            resp.content_type = None
        else:
            resp.stream = iter([OPENING + past.data])
        taker: Taker | None = asked.req.env.get(TAKER)
        if taker is not None and not past.is_over:
            taker(
                EventStream(
                    wish,
                    past.position,
                    _allowed(services, asked),
                    on_begin=services.feed.join,
                    on_leave=partial(_left, services, peer),
                )
            )
            has_place = False
    finally:
        if has_place:
            services.places.leave(peer)


def _past(services: Services, asked: Asked, wish: Wish) -> Past:
    given = asked[table.LAST_EVENT_ID]
    catching_up = services.feed.catching_up
    if given is None:
        return catching_up.begin(wish)
    known: Position | None = position_in(given)
    return catching_up.after(wish, known)


def _allowed(services: Services, asked: Asked) -> Callable[[], bool]:
    """Whether the caller is still let in, and sees as much as before."""
    head, caller, scope = head_of_environ(asked.req.env), asked.caller, asked.call.scope

    def look() -> bool:
        # Where the keys cannot be read, nobody new is let in; who is there stays.
        with suppress(OSError):
            try:
                now = services.gate.who(head)
                now.expect(scope)
            except GristmillError as error:
                return error.code == "storage_failed"
            return now.collections == caller.collections
        return True

    return look


def _left(services: Services, peer: str, stream: EventStream) -> None:
    services.feed.leave(stream)
    services.places.leave(peer)


HANDLERS: Handlers = {table.JOB_EVENTS: _job_events, table.ALL_EVENTS: _events}
