"""Server-sent events out of bytes (https://html.spec.whatwg.org, 9.2.6)."""

from typing import NamedTuple, TypeAlias

import msgspec

from gristmill.schemas.events import (
    DocumentTold,
    EndTold,
    EventKind,
    JobTold,
    ProgressTold,
    ResetTold,
)

Told: TypeAlias = JobTold | DocumentTold | ProgressTold | ResetTold | EndTold
_SHAPES: dict[str, type[Told]] = {
    EventKind.JOB: JobTold,
    EventKind.DOCUMENT: DocumentTold,
    EventKind.PROGRESS: ProgressTold,
    EventKind.RESET: ResetTold,
    EventKind.END: EndTold,
}


class Event(NamedTuple):
    """Something that has happened. `id` is what a later stream goes on after."""

    kind: EventKind
    data: Told
    id: str


class EventReader:
    """Reads one stream. `last_id` and `retry_s` are what it has said so far."""

    def __init__(self, last_id: str, retry_s: float) -> None:
        self.last_id, self.retry_s = last_id, retry_s
        self._begun = b""
        self._kind, self._data = "", list[str]()

    def feed(self, piece: bytes) -> list[Event]:
        """The events that `piece` ends. One of a kind that this version does not know is left out,
        so that a newer service can be listened to. Raises msgspec's DecodeError for what is none of
        ours."""
        *lines, self._begun = (self._begun + piece).split(b"\n")
        found = (self._line(line.removesuffix(b"\r").decode("utf-8", "replace")) for line in lines)
        return [event for event in found if event is not None]

    def _line(self, line: str) -> Event | None:
        if not line:
            kind, data = self._kind, "\n".join(self._data)
            self._kind, self._data = "", []
            return self._event(kind, data) if data else None
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            self.last_id = value
        elif name == "event":
            self._kind = value
        elif name == "data":
            self._data.append(value)
        elif name == "retry" and value.isdecimal():
            self.retry_s = int(value) / 1000
        return None

    def _event(self, kind: str, data: str) -> Event | None:
        shape = _SHAPES.get(kind)
        if shape is None:
            return None
        return Event(EventKind(kind), msgspec.json.decode(data, type=shape), self.last_id)
