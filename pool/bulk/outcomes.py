"""What became of single jobs in a bulk action."""

from typing import NamedTuple

import msgspec

from gristmill.schemas.bulk import BulkAction, BulkRecord, Reason
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import (
    DuplicateJob,
    GristmillError,
    IllegalTransition,
    JobNotFound,
)
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage.disk.reserve import is_full

_NAMED, _MOST_REASONS, _MOST_CHARS = 10, 20, 300
_REFUSALS = (IllegalTransition, JobNotFound, DuplicateJob)


class Outcome(NamedTuple):
    """What became of one job: it was done, or not for some reason. `left_out`: it is no longer as
    the query wants it, so nothing was done."""

    job_id: str
    error: Exception | None = None
    left_out: bool = False


def is_trouble(error: Exception) -> bool:
    """Whether an error says nothing of the job: another try may go better, and until then no job
    has to be tried."""
    transient = isinstance(error, LibraryTrouble) and error.transient
    return transient or is_full(error)


def is_done(manifest: Manifest | None, record: BulkRecord) -> bool:
    """Whether a job that was in hand was dealt with, before a supervisor or a disk gave up."""
    if record.action is BulkAction.DELETE or manifest is None:
        return record.action is BulkAction.DELETE and manifest is None
    wanted = JobState.QUEUED if record.action is BulkAction.RETRY else JobState.CANCELLED
    return any(each.state is wanted and each.at > record.until for each in manifest.history)


def counted(record: BulkRecord, outcome: Outcome) -> BulkRecord:
    """The record with the outcome of a job that was in hand."""
    job_id, error, left_out = outcome
    values: dict[str, object] = {
        "in_hand": tuple(each for each in record.in_hand if each != job_id)
    }
    if error is not None:
        name = "refused" if isinstance(error, _REFUSALS) else "failed"
        values[name] = getattr(record, name) + 1
        values["reasons"] = _with_reason(record.reasons, job_id, error)
    elif not left_out:
        values["done"] = record.done + 1
    return msgspec.structs.replace(record, **values)


def with_end(record: BulkRecord, error: GristmillError) -> BulkRecord:
    """The record with what keeps it from going on, as the reason of all jobs that are left."""
    left = max(0, record.jobs - record.done - record.refused - record.failed)
    reason = Reason(error.code, error.message[:_MOST_CHARS], left)
    return msgspec.structs.replace(record, reasons=(*record.reasons, reason))


def _with_reason(reasons: tuple[Reason, ...], job_id: str, error: Exception) -> tuple[Reason, ...]:
    """Counted by their codes, the first message of each stands for them; what is beyond the most
    codes is counted with the last."""
    code = error.code if isinstance(error, GristmillError) else "storage_failed"
    message = error.message if isinstance(error, GristmillError) else str(error)
    known = {reason.code: reason for reason in reasons}
    if code not in known and len(known) >= _MOST_REASONS:
        code = reasons[-1].code
    old = known.get(code, Reason(code, message[:_MOST_CHARS], 0))
    named = old.job_ids if len(old.job_ids) >= _NAMED else (*old.job_ids, job_id)
    known[code] = msgspec.structs.replace(old, jobs=old.jobs + 1, job_ids=named)
    return tuple(sorted(known.values(), key=lambda each: -each.jobs))
