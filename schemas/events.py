"""What is told of jobs to whoever listens while it happens (docs/events.md)."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from gristmill.schemas.jobs.manifest import Counts, JobError
from gristmill.schemas.jobs.states import DocumentState, JobState


class EventKind(StrEnum):
    """The `event:` of what a stream sends."""

    JOB = "job"
    """A job has come into a state, and that is on disk."""
    DOCUMENT = "document"
    """What became of a document, and that is in the ledger."""
    DELETED = "deleted"
    """A job was deleted, by whoever asked for that; its documents stay."""
    PROGRESS = "progress"
    """What a worker is at, about once a second; told once, and never again."""
    RESET = "reset"
    """Events have been missed that nobody remembers; what follows is how things are now."""
    END = "end"
    """The stream ends, and why."""


class EndReason(StrEnum):
    """Why a stream ends."""

    OVER = "over"
    """The job has ended: there is nothing more to tell."""
    DRAINING = "draining"
    """The service, or this process of it, ends."""
    KEY = "key"
    """The key that opened the stream is not valid any more."""


class JobTold(msgspec.Struct, frozen=True):
    """A job has come into `state` at `at`. `counts` are those of its documents as far as they are
    known then."""

    job_id: str
    collection: str
    state: JobState
    at: datetime
    counts: Counts
    error: JobError | None


class DeletedTold(msgspec.Struct, frozen=True):
    """A job is not known any more."""

    job_id: str
    collection: str
    at: datetime


class DocumentTold(msgspec.Struct, frozen=True):
    """What became of a document of a job; the ledger has more. `warnings` is their number."""

    job_id: str
    collection: str
    ordinal: int
    uri: str
    state: DocumentState
    code: str | None
    message: str | None
    document_id: str | None
    pages: int | None
    chunks: int | None
    seconds: float | None
    warnings: int


class ProgressTold(msgspec.Struct, frozen=True):
    """What a worker is at: the stage and, where it is known, the page of a document. The ordinal
    is -1 while a job is planned."""

    job_id: str
    collection: str
    ordinal: int
    stage: str
    page: int | None
    elapsed_s: float


class ResetTold(msgspec.Struct, frozen=True):
    """Events were missed. What follows are `jobs` jobs as they are now."""

    message: str
    jobs: int


class EndTold(msgspec.Struct, frozen=True):
    """The stream ends."""

    reason: EndReason
    message: str


class StreamedEvent(msgspec.Struct, frozen=True):
    """One event of a stream: `data` is JSON, of the shape that goes with the kind."""

    event: EventKind
    data: str
    id: str | msgspec.UnsetType = msgspec.UNSET
    retry: int | msgspec.UnsetType = msgspec.UNSET


class Happened(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the supervisor remembers of one event, as little as that takes. Without a state it is
    about the documents `first <= ordinal < last` of a job, whose ledger says what became of them,
    unless the job was `deleted`.
    """

    seq: int
    job_id: str
    at: datetime
    state: JobState | None = None
    collection: str = ""
    counts: Counts = Counts()
    error: JobError | None = None
    first: int = 0
    last: int = 0
    deleted: bool = False


class AtWork(msgspec.Struct, frozen=True, array_like=True):
    """What a worker is at now."""

    job_id: str
    ordinal: int
    stage: str
    page: int | None
    elapsed_s: float


class Position(NamedTuple):
    """How far a stream has been: the supervisor's term, and the last number of it that was told."""

    term: int
    seq: int


class Happenings(msgspec.Struct, frozen=True, array_like=True):
    """Events after a number: those that are remembered, the oldest first. `last` is the number
    up to which these say all; `lost`: some after that number are not remembered any more."""

    term: int
    last: int
    lost: bool = False
    items: tuple[Happened, ...] = ()
    at_work: tuple[AtWork, ...] = ()
