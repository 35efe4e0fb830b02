"""A reader of event streams, as the standard says (https://html.spec.whatwg.org, 9.2.6)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
from support.patience import WAIT_S


class Event(NamedTuple):
    """One event; `id` is the last one that came before it or with it."""

    kind: str
    data: Any
    id: str


class Listener:
    """An open stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer, self.last_id = answer, ""
        self._lines = answer.iter_lines()

    def __iter__(self) -> Iterator[Event]:
        kind, data = "message", list[str]()
        for line in self._lines:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "id":
                self.last_id = value
            elif name == "event":
                kind = value
            elif name == "data":
                data.append(value)
            elif not line:
                if data:
                    yield Event(kind, json.loads("\n".join(data)), self.last_id)
                kind, data = "message", []

    def until(self, kind: str, **fields: Any) -> list[Event]:
        """The events up to the first one of a kind whose data has these fields."""
        seen = list[Event]()
        for event in self:
            seen.append(event)
            if event.kind == kind and all(event.data.get(k) == v for k, v in fields.items()):
                return seen
        raise AssertionError(f"the stream ended without {kind} {fields}: {seen}")


@contextmanager
def listening(
    base: Any, path: str, last_id: str | None = None, **headers: str
) -> Iterator[Listener]:
    """A stream of a service at `base`."""
    if last_id is not None:
        headers["Last-Event-ID"] = last_id
    with httpx.stream("GET", f"{base}{path}", headers=headers, timeout=WAIT_S) as answer:
        assert answer.status_code == 200, answer.read()
        yield Listener(answer)
