"""Events while they happen. A stream that breaks off is taken up where it was."""

from typing import NamedTuple

import msgspec

from gristmill.client.calls import event_calls
from gristmill.client.connection import Connection
from gristmill.client.event_reader import EventReader
from gristmill.client.flows.asking import sent
from gristmill.client.steps import Flow, Item, Pause, Piece
from gristmill.schemas.events import EndReason, EndTold

_RETRY_S = 1.0
_NOTHING_MORE = 204


class Wish(NamedTuple):
    """Which events: those of a job, or of all jobs that pass; and after which one."""

    job_id: str | None
    collection: str | None
    condition: str | None
    last_event_id: str | None


def told(wish: Wish, to: Connection) -> Flow[None]:
    """Events of a job until it has ended, or of all jobs without end. `end` events are not handed
    on: they are the stream's own."""
    reader = EventReader(wish.last_event_id or "", _RETRY_S)
    while True:
        last = reader.last_id or None
        ask = (
            event_calls.events(
                filter=wish.condition, collection=wish.collection, last_event_id=last
            )
            if wish.job_id is None
            else event_calls.job_events(wish.job_id, last_event_id=last)
        )
        response = yield from sent(ask, to)
        if response.status_code == _NOTHING_MORE:
            return
        reader = EventReader(reader.last_id, reader.retry_s)
        while isinstance(piece := (yield Piece()), bytes):
            try:
                found = reader.feed(piece)
            except msgspec.DecodeError:
                raise to.no_answer(response) from None
            for event in found:
                if not isinstance(event.data, EndTold):
                    yield Item(event)
                elif event.data.reason is EndReason.OVER:
                    return
        yield Pause(reader.retry_s)
