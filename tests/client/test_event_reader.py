"""Events out of bytes, however they are cut."""

import pytest

from gristmill.client.event_reader import Event, EventReader
from gristmill.schemas.events import EndReason, EndTold, EventKind, ResetTold

STREAM = (
    b"retry: 250\n\n: still here\n\nid: 7-1\n\n"
    b'id: 7-2\nevent: reset\ndata: {"message":"m",\r\ndata: "jobs":2}\n\n'
    b"event: of_a_later_version\ndata: {}\n\n"
    b'event: end\ndata: {"reason":"over","message":"x"}\n\n'
)
EVENTS = [
    Event(EventKind.RESET, ResetTold("m", 2), "7-2"),
    Event(EventKind.END, EndTold(EndReason.OVER, "x"), "7-2"),
]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_events_are_the_same_however_their_bytes_come(size: int) -> None:
    reader = EventReader("", 1.0)
    pieces = [STREAM[at : at + size] for at in range(0, len(STREAM), size)]
    assert [event for piece in pieces for event in reader.feed(piece)] == EVENTS
    assert (reader.last_id, reader.retry_s) == ("7-2", 0.25)


def test_an_id_alone_says_how_far_the_stream_has_been() -> None:
    reader = EventReader("7-1", 1.0)
    assert reader.feed(b"id: 7-9\n\n") == []
    assert reader.last_id == "7-9"
