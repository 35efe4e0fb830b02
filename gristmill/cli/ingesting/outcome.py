"""What became of an ingestion: counts, chunks, and every failure and skip with its reason."""

from collections.abc import Iterator, Sequence

import msgspec

from gristmill.cli.backends import Backend
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import LedgerRow
from gristmill.schemas.outcomes.structure import DocumentWarning
from gristmill.schemas.views import JobView

MOST_WARNED = 1000
"""Documents with warnings that an outcome names; how many there are is in its counts."""
_PAGE = 1000


class Reason(msgspec.Struct, frozen=True):
    """Why something failed or was skipped. `uri` is None where it is a whole job."""

    uri: str | None
    code: str | None
    message: str | None
    job_id: str | None = None


class Warned(msgspec.Struct, frozen=True):
    """What of a document was not read, or not for sure."""

    uri: str
    warnings: Sequence[DocumentWarning]
    job_id: str


class Outcome(msgspec.Struct, frozen=True):
    """`seconds` is wall-clock time; `chunks` counts those of all documents of the jobs."""

    jobs: Sequence[JobView]
    counts: Counts
    chunks: int
    seconds: float
    failures: Sequence[Reason]
    warned: Sequence[Warned] = ()
    skipped: Sequence[Reason] = ()

    @property
    def exit_code(self) -> ExitCode:
        if any(job.error or job.state is JobState.CANCELLED for job in self.jobs):
            return ExitCode.FAILED
        return ExitCode.DOCUMENTS_FAILED if self.failures else ExitCode.OK


def ledger_rows(
    backend: Backend, job_id: str, state: DocumentState | None = None
) -> Iterator[LedgerRow]:
    """All documents of a job, page by page."""
    after: str | None = None
    while True:
        page = backend.ledger(job_id, state, after, _PAGE)
        yield from page.items
        if page.next is None:
            return
        after = page.next


def collect(
    backend: Backend, jobs: Sequence[JobView], seconds: float, refused: Sequence[Reason] = ()
) -> Outcome:
    """The outcome of ended jobs, and of files that were refused before they were in one."""
    counts, chunks, failures = Counts(), 0, list(refused)
    skipped, warned = list[Reason](), list[Warned]()
    for job in jobs:
        counts = counts.plus(job.counts)
        if job.error:
            failures.append(Reason(None, job.error.code, job.error.message, job.job_id))
        for row in ledger_rows(backend, job.job_id):
            chunks += row.chunks or 0
            if row.state in (DocumentState.FAILED, DocumentState.SKIPPED):
                named = failures if row.state is DocumentState.FAILED else skipped
                named.append(Reason(row.uri, row.code, row.message, job.job_id))
            if row.warnings and len(warned) < MOST_WARNED:
                warned.append(Warned(row.uri, row.warnings, job.job_id))
    return Outcome(jobs, counts, chunks, round(seconds, 3), failures, warned, skipped)
