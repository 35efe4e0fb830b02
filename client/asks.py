"""What may be asked of a service: one request, and what its answer is read as."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar, cast
from urllib.parse import quote

import msgspec

from gristmill.schemas.problems.errors import InvalidRequest

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")
KEY_HEADER = "Idempotency-Key"


class Form(StrEnum):
    """How an answer is written."""

    JSON = "json"
    TEXT = "text"
    BYTES = "bytes"
    LINES = "lines"
    EVENTS = "events"

    @property
    def streams(self) -> bool:
        return self in (Form.LINES, Form.EVENTS)


class Body(Protocol):
    """What is sent with a request."""

    @property
    def repeatable(self) -> bool:
        """Whether it may be opened again once it was sent."""
        ...

    def opened(self, until: ExitStack) -> dict[str, Any]:
        """As httpx takes it; what it opens is closed with `until`. Raises InvalidRequest,
        OSError."""
        ...


class JsonBody(msgspec.Struct, frozen=True, eq=False):
    """An object as JSON."""

    value: object

    @property
    def repeatable(self) -> bool:
        return True

    def opened(self, until: ExitStack) -> dict[str, Any]:
        return {"content": encoded(self.value), "headers": {"Content-Type": "application/json"}}


class RawBody(msgspec.Struct, frozen=True, eq=False):
    """A document as it is."""

    content: bytes
    media_type: str | None

    @property
    def repeatable(self) -> bool:
        return True

    def opened(self, until: ExitStack) -> dict[str, Any]:
        kind = self.media_type or "application/octet-stream"
        return {"content": self.content, "headers": {"Content-Type": kind}}


class Ask(msgspec.Struct, Generic[T_co], frozen=True, eq=False):
    """One request. `answers` are the statuses that are no problem, each with what its body is read
    as; None where there is no body. What of `query` and `headers` is None is not sent."""

    method: str
    path: str
    form: Form
    answers: Mapping[int, Any]
    query: Mapping[str, object] = {}
    headers: Mapping[str, str | None] = {}
    body: Body | None = None

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows whether it was carried out: it changes
        nothing, or has a key that the service knows it by."""
        if self.body is not None and not self.body.repeatable:
            return False
        return self.method == "GET" or self.headers.get(KEY_HEADER) is not None

    def as_sent(self, until: ExitStack) -> dict[str, Any]:
        """As httpx takes it; what its body opens is closed with `until`. Raises InvalidRequest,
        OSError."""
        body = {} if self.body is None else self.body.opened(until)
        given = {name: value for name, value in self.headers.items() if value is not None}
        return {
            **body,
            "method": self.method,
            "url": self.path,
            "params": {
                name: _said(value) for name, value in self.query.items() if value is not None
            },
            "headers": {**body.get("headers", {}), **given},
        }

    def asking(self, **query: object) -> "Ask[T_co]":
        """The same with other parameters."""
        return msgspec.structs.replace(self, query={**self.query, **query})

    def sending(self, body: Body) -> "Ask[T_co]":
        """The same with a body."""
        return msgspec.structs.replace(self, body=body)

    def unless(self, etag: str | None) -> "Ask[T_co]":
        """The same, answered by 304 while it is as an `ETag` says."""
        headers = {**self.headers, "If-None-Match": etag or None}
        return msgspec.structs.replace(self, headers=headers, answers={**self.answers, 304: None})

    def read_as(self, kind: "type[U]", *statuses: int) -> "Ask[U]":
        """The same, its answers read as another type; those of further `statuses` as well."""
        answers = dict.fromkeys((*self.answers, *statuses), kind)
        return msgspec.structs.replace(cast("Ask[U]", self), answers=answers)


class Paged(Protocol[T_co]):
    """One page of a list."""

    @property
    def items(self) -> Sequence[T_co]: ...

    @property
    def next(self) -> str | None: ...


def part(name: str, value: object) -> str:
    """A value as a part of a path. Raises InvalidRequest where it would not be one."""
    text = str(value)
    if text in ("", ".", ".."):
        raise InvalidRequest(f"{name} must be an id or a name, not {text!r}")
    return quote(text, safe="")


def encoded(value: object) -> bytes:
    """Raises InvalidRequest for what is no JSON."""
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRequest(f"the request cannot be written as JSON: {error}") from None


def _said(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
