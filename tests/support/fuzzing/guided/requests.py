"""Targets: what a client sends, from the head of its request to the answer."""

import logging
import re
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from support.fuzzing.examining import place
from support.fuzzing.guided.framing import requests_in
from support.fuzzing.guided.target import Target, hold
from support.http_app import make_app

from gristmill.pool.decoding import decode_line, decode_task
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import request_digest
from gristmill.schemas.problems.errors import GristmillError
from gristmill.server.access.gate import Gate
from gristmill.server.app import WsgiApp
from gristmill.server.calls.tables.table import CALLS
from gristmill.server.messages import cursors
from gristmill.server.messages.batch_lines import refused
from gristmill.server.messages.etags import matches
from gristmill.server.messages.idempotency_key import is_key
from gristmill.server.messages.lines import slices
from gristmill.server.transport import framing

_SETTINGS = Settings()
_TASK = (
    b'{"sources":[{"type":"text","text":"a","name":"b.md"},{"type":"path","path":"/x"},'
    b'{"type":"url","url":"http://x/"}],"collection":"c","priority":1,"metadata":{"a":[1,null]},'
    b'"options":{"chunk_max_chars":200,"steps":["keywords"]},"timeout_s":1.5,"webhook":null}'
)
_FORM = (
    b'--X\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"a":1}\r\n--X\r\nContent-'
    b'Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    b"words\r\n--X--\r\n"
)
_MESSAGES, _CALLS = "gristmill.server.messages.", "gristmill.server.calls."
_TRANSPORT, _ACCESS = "gristmill.server.transport.", "gristmill.server.access."
_SMALL = b'{"sources":[{"type":"text","text":"a","name":"b.md"}],"metadata":{"a":[1,null]}}'
_JOB = b"01a17720-ca00-7000-8000-000000000007"
"""Stands for a job that there is."""
_APP_ROUNDS = 400
"""Requests to one data folder: what they left there must not slow down the next ones."""


def targets() -> list[Target]:
    parts = ("fields", "kinds", "uploads", "parameters", "bodies")
    words = (
        *(_MESSAGES + part for part in parts),
        "gristmill.pool.decoding.requests",
        *(_CALLS + "tables." + part for part in ("job_table", "submission_table")),
        _ACCESS + "wall",
    )
    return [
        Target("framing", _framing, _raw_requests, (_TRANSPORT + "framing", _TRANSPORT + "chunks")),
        Target("heads", _head, _heads, (_TRANSPORT + "framing",)),
        Target("submissions", _submission, lambda: [_TASK], ("gristmill.schemas.jobs.request",)),
        Target("batch-lines", _lines, lambda: [_TASK + b"\n\n{}\r\n[1]"]),
        Target("cursors", _cursors, lambda: [b"ajE", b"bDEy", b"ZHg", b"Yzk"]),
        Target("headers", _headers, lambda: [b'W/"a", *', b"key-1", b"\x7f"]),
        Target("http", _http, _raw_requests, words, room=8 * 1024),
    ]


def _framing(data: bytes) -> None:
    """A stream of bytes is the same requests, however the network cuts it."""
    whole = requests_in([data])
    third = max(1, len(data) // 3)
    cut = requests_in([data[at : at + third] for at in range(0, len(data), third)])
    hold(whole == cut, "the same bytes are other requests where they come in pieces")
    if len(data) <= 300:
        single = requests_in([data[at : at + 1] for at in range(len(data))])
        hold(whole == single, "the same bytes are other requests where they come one by one")


def _head(data: bytes) -> None:
    """The quick look at a head and the careful one see the same."""
    if framing.trouble_with(data) is None:
        quick, careful = framing._SOUND, re.compile(rb"(?!)")
        framing._SOUND = careful
        try:
            hold(framing.trouble_with(data) is None, "a head is sound only at the first glance")
        finally:
            framing._SOUND = quick


def _submission(data: bytes) -> None:
    for decode in (decode_task, decode_line):
        try:
            task = decode(data, _SETTINGS)
        except GristmillError as error:
            _is_sayable(error)
        else:
            # It is stored in a manifest, and its digest is taken.
            hold(msgspec.json.decode(msgspec.json.encode(task)), "it is no JSON again")
            request_digest(task)


def _is_sayable(error: GristmillError) -> None:
    hold(0 < len(error.message) < 5_000, "the message is empty or endless")
    msgspec.json.decode(refused(1, error).data)


def _lines(data: bytes) -> None:
    """Whatever the pieces, each line comes once, whole, with its number."""
    longest = 64
    expected = [
        (number, None if len(line) > longest else line)
        for number, line in enumerate(data.split(b"\n"), 1)
        if line.strip() or len(line) > longest
    ]
    for size in (1, 7, 4096) if len(data) < 2000 else (7, 4096):
        pieces = iter([data[at : at + size] for at in range(0, len(data), size)])
        found = slices(lambda _, pieces=pieces: next(pieces, b""), longest, 4)  # type: ignore[misc]
        lines = [tuple(line) for part in found for line in part]
        hold(lines == expected, "lines are lost, cut or counted wrongly")


def _cursors(data: bytes) -> None:
    given = data.decode("latin-1")
    readers: tuple[Callable[[str | None], object], ...] = (
        cursors.job_after,
        cursors.ledger_after,
        cursors.document_after,
        cursors.chunk_after,
        cursors.collection_after,
        cursors.bulk_after,
        cursors.delivery_after,
        cursors.mirror_after,
        cursors.trash_after,
    )
    for kind, read in zip(cursors.ListKind, readers, strict=True):
        try:
            key = read(given)
        except GristmillError as error:
            _is_sayable(error)
        else:
            hold(cursors.cursor(kind, str(key)) == given, "two cursors are one place")


def _headers(data: bytes) -> None:
    given = data.decode("latin-1")
    hold(matches(given, '"a"') in (True, False), "a tag matches or not")
    if is_key(given):
        hold(given.isascii() and given.isprintable(), "a key has what no key may have")


class _Log(logging.Handler):
    """What the service says that went wrong inside of it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.said = place(error) if error else record.getMessage().partition(":")[2][:80]


class _Served:
    """The application over a data folder that is made anew now and then."""

    def __init__(self) -> None:
        self.log = _Log()
        logging.getLogger("gristmill").addHandler(self.log)
        self.job_id = ""
        self._rounds = 0
        self._app: WsgiApp | None = None
        self._gate: Gate | None = None
        self._data: tempfile.TemporaryDirectory[str] | None = None

    def app(self) -> WsgiApp:
        if self._app is None or self._rounds >= _APP_ROUNDS:
            if self._gate is not None:
                self._gate.audit.close()  # it has a thread
            if self._data is not None:
                self._data.cleanup()
            self._data = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
            stopping = threading.Event()
            stopping.set()
            self._rounds = 0
            made = make_app(Path(self._data.name) / "data", stopping, max_sources=20)
            self._app, self._gate = made.app, made.gate
            self.job_id = made.intake.submit(decode_task(_SMALL, _SETTINGS)).manifest.job_id
        self._rounds += 1
        return self._app


_served = cache(_Served)


def _http(data: bytes) -> None:
    """Any request is answered, and not with a fault of ours."""
    served = _served()
    app = served.app()
    for asked in requests_in([data.replace(_JOB, served.job_id.encode())])[:3]:
        if asked.environ is not None:
            _answered(app, asked.environ, served.log)


def _answered(app: WsgiApp, environ: dict[str, Any], log: _Log) -> None:
    log.said = None
    begun: list[Any] = []
    pieces = app(environ, lambda status, headers, *_: begun.append((status, headers)))  # type: ignore[arg-type]
    body = b"".join(pieces)
    hold(len(begun) == 1, "there is no one head of the answer")
    status, headers = int(begun[0][0][:3]), begun[0][1]
    hold(status != 500, f"500: {log.said}")
    for name, value in headers:
        hold(not set("\r\n\0") & set(name + value), "a header of the answer has a line break")
        value.encode("latin-1")
    if status >= 400 and body:
        problem = msgspec.json.decode(body, type=dict[str, Any])
        hold(problem["status"] == status and problem["code"], "a problem is not what its head says")


def _heads() -> list[bytes]:
    return [data.partition(b"\r\n\r\n")[0] + b"\r\n" for data in _raw_requests()]


@cache
def _raw_requests() -> list[bytes]:
    json = b"Host: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    form = b"Host: x\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: %d\r\n\r\n"
    chunked = b"Host: x\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n"
    found = [
        b"POST /ingest HTTP/1.1\r\nIdempotency-Key: k\r\n" + json % len(_TASK) + _TASK,
        b"POST /ingest HTTP/1.1\r\n" + form % len(_FORM) + _FORM,
        b"POST /ingest?name=a.txt&priority=2 HTTP/1.1\r\n" + chunked + b"5\r\nwords\r\n0\r\n\r\n",
        b"POST /ingest HTTP/1.1\r\n" + json % len(_SMALL) + _SMALL,
        b"POST /ingest/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        + b"Content-Length: %d\r\n\r\n" % (len(_SMALL) + 4)
        + _SMALL
        + b"\n{}\n",
    ]
    for call in CALLS:
        path = call.path.replace("{job_id}", _JOB.decode()).replace("{document_id}", "0" * 32)
        query = "&".join(f"{name}=1" for name in call.query)
        tags = 'Host: x\r\nIf-None-Match: "a"\r\n\r\n'
        found += [
            f"{call.method} {path} HTTP/1.1\r\n{tags}".encode(),
            f"{call.method} {path}?{query} HTTP/1.1\r\n{tags}".encode(),
        ]
    return found
