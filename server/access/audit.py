"""Who did what: a line for every call that changes something and for everybody who was kept out.

A line says when, who, which call, of which job, document or collection, and how it was answered. It
never has a query, a name of a file, a content or a key.
"""

import logging
import threading
from collections import deque
from datetime import UTC, datetime
from typing import Any

import falcon
import msgspec

from gristmill.server import paths
from gristmill.server.access.caller import Caller
from gristmill.storage.records.audit_log import AuditLog

logger = logging.getLogger(__name__)
_GATHER_S = 0.05
"""Lines of so many seconds are written together: under load that is a write for dozens of jobs."""
_KEPT_OUT = frozenset({401, 403, 429})
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_JOB, _BULK = paths.to_job(""), paths.to_bulk("")


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. `key` is the name of the API key, `call` that of the table of calls."""

    at: datetime
    peer: str
    method: str
    status: int
    call: str | None = None
    key: str | None = None
    job_id: str | None = None
    document_id: str | None = None
    collection: str | None = None
    line: int | None = None
    bulk_id: str | None = None


class Audit:
    """Takes notes from any thread, and writes them in a thread of its own that begins with the
    first one. `reads`: whether reads are noted as well."""

    def __init__(self, log: AuditLog, *, reads: bool) -> None:
        self._log, self._reads = log, reads
        self._waiting: deque[Entry] = deque()
        self._some, self._over = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(self, req: falcon.Request, resp: falcon.Response, location: str | None) -> None:
        """Note an answer where it is worth a line. `location` is without the root path."""
        status = resp.status_code
        if req.method in _READS and status not in _KEPT_OUT and not self._reads:
            return
        fields: dict[str, str] = getattr(req.context, "fields", {})
        job_id = fields.get("job_id")
        if job_id is None and location is not None and location.startswith(_JOB):
            job_id = location[len(_JOB) :]
        bulk_id = fields.get("bulk_id")
        if bulk_id is None and location is not None and location.startswith(_BULK):
            bulk_id = location[len(_BULK) :]
        document_id, collection = fields.get("document_id"), fields.get("collection")
        self.add(_entry(req, status, job_id, document_id, collection, bulk_id=bulk_id))

    def note_line(self, req: falcon.Request, number: int, status: int, job_id: str | None) -> None:
        """Note what became of one line of a batch."""
        self.add(_entry(req, status, job_id, line=number))

    def add(self, entry: Entry) -> None:
        self._waiting.append(entry)
        if self._thread is None:
            self._begin()
        if not self._some.is_set():
            self._some.set()

    def close(self) -> None:
        """Write what waits, and end."""
        self._over.set()
        self._some.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout=5.0)

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="audit", daemon=True)
                self._thread.start()

    def _write(self) -> None:
        encode = msgspec.json.Encoder().encode
        while not self._over.is_set() or self._waiting:
            self._some.wait()
            self._over.wait(_GATHER_S)
            # Before the look: what is added after it sets it again.
            self._some.clear()
            lines = bytearray()
            while self._waiting:
                lines += encode(self._waiting.popleft()) + b"\n"
            if lines:
                self._append(bytes(lines))
        self._log.close()

    def _append(self, lines: bytes) -> None:
        try:
            self._log.append(lines)
        except OSError as error:
            # Nobody is kept from their work by it; the operator sees the gap and its reason.
            logger.error("%d lines of the audit are lost: %s", lines.count(b"\n"), error)  # noqa: TRY400 - a full disk is no fault of the code


def _entry(
    req: falcon.Request,
    status: int,
    job_id: str | None,
    document_id: str | None = None,
    collection: str | None = None,
    line: int | None = None,
    bulk_id: str | None = None,
) -> Entry:
    """What a request and its answer leave of themselves."""
    return Entry(
        at=datetime.now(UTC),
        peer=req.env.get("REMOTE_ADDR") or "",
        method=req.method,
        status=status,
        call=getattr(req.context, "call", None),
        key=key_of(req),
        job_id=job_id,
        document_id=document_id,
        collection=collection,
        line=line,
        bulk_id=bulk_id,
    )


def key_of(req: falcon.Request) -> str | None:
    """The name of the key that a request came with."""
    caller: Any = getattr(req.context, "caller", None)
    return caller.name if isinstance(caller, Caller) else None
