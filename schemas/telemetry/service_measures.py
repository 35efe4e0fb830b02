"""What the supervisor counts."""

from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.retry import Failure
from gristmill.schemas.telemetry.measures import LONG_SECONDS, OTHER, Kind, Layout, Measure

CANCELLED = "cancelled"
IDLE = "idle"
"""Why a worker was lost, beside the kinds of failure: for the sake of a cancelled job; while it
held nothing."""
_ENDS = tuple(state.value for state in JobState if state.terminal)
_DOCUMENT_ENDS = tuple(s.value for s in DocumentState if s is not DocumentState.PENDING)
_CODES = (*sorted(code.value for code in DocumentCode), OTHER)
_JOB_CODES = ("", "documents_failed", "too_many_documents", "withdrawn", *_CODES)

STARTS = Measure("gristmill_starts", Kind.COUNTER, "Starts of the supervisor.")
JOBS = Measure(
    "gristmill_jobs_ended",
    Kind.COUNTER,
    "Ends of jobs that are durable; a retried job ends again. A job that was turned away (503 "
    "`queue_full`) is a problem that was answered.",
    (("outcome", _ENDS), ("code", _JOB_CODES)),
)
DOCUMENTS = Measure(
    "gristmill_documents_ended",
    Kind.COUNTER,
    "Documents by what became of them, counted when their job ends.",
    (("outcome", _DOCUMENT_ENDS), ("code", ("", *_CODES))),
)
PROCESSED = Measure(
    "gristmill_documents_processed",
    Kind.COUNTER,
    "Documents that workers were done with, counted as they go.",
)
WAIT = Measure(
    "gristmill_job_wait_seconds",
    Kind.HISTOGRAM,
    "How long jobs waited for a worker, retries from their retry on.",
    buckets=LONG_SECONDS,
)
PROCESSING = Measure(
    "gristmill_job_processing_seconds",
    Kind.HISTOGRAM,
    "How long jobs that have ended took, from their first lease on.",
    buckets=LONG_SECONDS,
)
LOST_WORKERS = Measure(
    "gristmill_workers_lost",
    Kind.COUNTER,
    "Workers that died at work or were ended for what they did, by cause; not those that were "
    "replaced in good order.",
    (("cause", (*(kind.kind for kind in Failure), CANCELLED, IDLE)),),
)
LOST_WEB = Measure(
    "gristmill_web_processes_lost",
    Kind.COUNTER,
    "Web processes that ended by themselves and were started again.",
)
SPOOL_BYTES = Measure(
    "gristmill_spool_bytes", Kind.GAUGE, "Bytes of uploads that jobs still need, once a minute."
)
ORIGINALS_BYTES = Measure(
    "gristmill_originals_bytes", Kind.GAUGE, "Bytes of the originals that are kept, once a minute."
)
SUPERVISOR_METER = "supervisor"
"""The name of the file that has these."""
SUPERVISOR_LAYOUT = Layout(
    (
        *(STARTS, JOBS, DOCUMENTS, PROCESSED, WAIT, PROCESSING, LOST_WORKERS, LOST_WEB),
        *(SPOOL_BYTES, ORIGINALS_BYTES),
    )
)
