"""Events as a stream has them (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

import re

import msgspec

from gristmill.schemas.events import (
    DeletedTold,
    DocumentTold,
    EndReason,
    EndTold,
    EventKind,
    Happened,
    JobTold,
    Position,
)
from gristmill.schemas.filters.tree import Field, Kind
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.outcomes.documents import LedgerRow

EVENT_STREAM = "text/event-stream"
HEARTBEAT = b": still here\n\n"
_RETRY_MS = 1000
OPENING = f"retry: {_RETRY_MS}\n\n".encode()
"""How long a client waits before it comes again."""
_ID = re.compile(r"([0-9]{1,12})-([0-9]{1,15})")
EVENT_FIELDS = {
    name: Field(name, Kind.TEXT)
    for name in ("event", "job_id", "collection", "state", "code", "uri")
}
"""What a filter on events may ask."""
_encode = msgspec.json.Encoder().encode
_FAREWELLS = {
    EndReason.OVER: "the job has ended; a retry of it is told to a new stream",
    EndReason.DRAINING: "this process of the service ends; come again with the last id",
    EndReason.KEY: "the key that opened this stream is not valid any more",
}


def message(kind: EventKind, data: msgspec.Struct, at: Position | None = None) -> bytes:
    """An event. One without a position does not change what a client knows as its last id."""
    head = b"" if at is None else b"id: %d-%d\n" % at
    return b"%sevent: %s\ndata: %s\n\n" % (head, kind.encode(), _encode(data))


def end(reason: EndReason, at: Position | None = None) -> bytes:
    """The last event of a stream."""
    return message(EventKind.END, EndTold(reason, _FAREWELLS[reason]), at)


def position_in(last_event_id: str) -> Position | None:
    """The position that an id stands for; None for what is none."""
    found = _ID.fullmatch(last_event_id)
    return Position(int(found[1]), int(found[2])) if found else None


def told_of(manifest: Manifest) -> JobTold:
    """A job as its manifest has it."""
    at = manifest.history[-1].at if manifest.history else manifest.submitted_at
    return JobTold(
        manifest.job_id, manifest.collection, manifest.state, at, manifest.counts, manifest.error
    )


def told_of_change(happened: Happened, state: JobState) -> JobTold:
    """A job that has come into a state."""
    return JobTold(
        *(happened.job_id, happened.collection, state, happened.at),
        *(happened.counts, happened.error),
    )


def told_of_row(job_id: str, collection: str, row: LedgerRow) -> DocumentTold:
    """A document as the ledger of its job has it."""
    return DocumentTold(
        *(job_id, collection, row.ordinal, row.uri, row.state, row.code, row.message),
        *(row.document_id, row.pages, row.chunks, row.seconds, len(row.warnings)),
    )


def facts_of_job(job: JobTold) -> dict[str, str | None]:
    """What a filter may ask of an event about a job."""
    return {
        "event": EventKind.JOB,
        "job_id": job.job_id,
        "collection": job.collection,
        "state": job.state,
        "code": job.error.code if job.error else None,
        "uri": None,
    }


def facts_of_document(document: DocumentTold) -> dict[str, str | None]:
    """The same of one about a document."""
    return {
        "event": EventKind.DOCUMENT,
        "job_id": document.job_id,
        "collection": document.collection,
        "state": document.state,
        "code": document.code,
        "uri": document.uri,
    }


def facts_of_deleted(gone: DeletedTold) -> dict[str, str | None]:
    """The same of one about a job that was deleted."""
    return _without_state(EventKind.DELETED, gone.job_id, gone.collection)


def facts_of_progress(job_id: str, collection: str) -> dict[str, str | None]:
    """The same of one about what a worker is at."""
    return _without_state(EventKind.PROGRESS, job_id, collection)


def _without_state(kind: EventKind, job_id: str, collection: str) -> dict[str, str | None]:
    return {
        "event": kind,
        "job_id": job_id,
        "collection": collection,
        "state": None,
        "code": None,
        "uri": None,
    }
