"""The manifest: the one durable record of a job. What is in it survives everything."""

from datetime import datetime
from typing import Any

import msgspec

from gristmill.schemas.jobs.options import Options
from gristmill.schemas.jobs.sources import Refreshed, StoredSource
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.times import Utc

FORMAT = 3
"""Format number of the manifest. A change that old readers would misread raises it, and the
reader of the old one stays (docs/decisions/0002-manifest-format.md)."""


class Counts(msgspec.Struct, frozen=True):
    """How many documents of a job are in which state. `total` is 0 until the job is planned.
    `warnings` is how many of them have some: what of them was not read, or not for sure."""

    total: int = 0
    pending: int = 0
    succeeded: int = 0
    unchanged: int = 0
    duplicate: int = 0
    failed: int = 0
    cancelled: int = 0
    warnings: int = 0
    skipped: int = 0

    @property
    def good(self) -> int:
        """Documents whose text is in the library."""
        return self.succeeded + self.unchanged + self.duplicate

    def plus(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(self._values(), other._values(), strict=True)))

    def _values(self) -> tuple[int, ...]:
        return (
            self.total,
            self.pending,
            self.succeeded,
            self.unchanged,
            self.duplicate,
            self.failed,
            self.cancelled,
            self.warnings,
            self.skipped,
        )


class JobError(msgspec.Struct, frozen=True):
    """Why a job as a whole did not succeed."""

    code: str
    message: str


class Moment(msgspec.Struct, frozen=True):
    """One entry of a job's history: it came into `state` at `at` (UTC)."""

    state: JobState
    at: Utc


class Manifest(msgspec.Struct, frozen=True):
    """One job, as it stands on disk.

    `key` is the digest under which the idempotency record lies; `request` the digest of the
    canonical request; `run` counts the runs (a retry starts the next one). `submitted_by` is the
    name of an API key, `submitted_from` the address of who had none, where it has a quota;
    `request_id` and `traceparent` are those of the request (`schemas.telemetry.trails`).
    `webhook` is where its end is told, if that is not where its collection's are.
    """

    job_id: str
    state: JobState
    collection: str
    priority: int
    submitted_at: datetime
    key: str
    explicit_key: bool
    request: str
    sources: tuple[StoredSource, ...]
    history: tuple[Moment, ...]
    metadata: dict[str, Any] = {}
    options: Options = Options()
    timeout_s: float | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    counts: Counts = Counts()
    error: JobError | None = None
    run: int = 1
    submitted_by: str | None = None
    submitted_from: str | None = None
    request_id: str | None = None
    traceparent: str | None = None
    webhook: str | None = None
    format: int = FORMAT

    @property
    def refreshes(self) -> bool:
        """Whether it reads again what is there: then there may be nothing to do."""
        return any(isinstance(source, Refreshed) for source in self.sources)
