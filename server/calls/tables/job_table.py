"""The calls on jobs, as data."""

from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import LedgerRow
from gristmill.schemas.problems import errors
from gristmill.schemas.views import JobView, PageView
from gristmill.server import paths
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import Answer, Call, Cost, Names, Scope
from gristmill.server.calls.tables.shared_entries import AFTER, COLLECTION, LIMIT, PAGING, READING
from gristmill.server.messages import cursors
from gristmill.server.messages.cursors import ListKind
from gristmill.server.messages.etags import Tags
from gristmill.server.messages.kinds import Cursor, Id, JobCondition, Seconds, Text, Word
from gristmill.server.messages.parameters import Parameter, ParameterPlace

JOB_ID = Parameter(
    "job_id", Id(), "The job.", ParameterPlace.PATH, required=True, example=samples.JOB_ID
)
JOB_STATE = Parameter("state", Word(JobState), "Only jobs in this state.")
JOB_WORDS = Parameter(
    "q",
    Text(),
    "Only jobs with all of these words in their names, metadata, key, id or reasons; the last may "
    "be the beginning of one. Of those that have not ended the newest 200 are looked at.",
    example="annual report",
)
JOB_FILTER = Parameter(
    "filter", JobCondition(), "Only jobs that pass this.", example="code = documents_failed"
)
JOBS_AFTER = Parameter(
    "after",
    Cursor(cursors.job_after),
    AFTER,
    example=cursors.cursor(ListKind.JOBS, samples.JOB_ID),
)
WAIT = Parameter(
    "wait",
    Seconds(0.0),
    "How long the answer may be held until the job has ended or, with `If-None-Match`, has "
    "changed; at most `long_poll_max_s`.",
)
IF_NONE_MATCH = Parameter(
    "If-None-Match",
    Tags(),
    "The `ETag` of the answer before: 304 while it is the same.",
    ParameterPlace.HEADER,
    example=samples.ETAG,
)
LEDGER_STATE = Parameter("state", Word(DocumentState), "Only documents in this state.")
LEDGER_AFTER = Parameter(
    "after", Cursor(cursors.ledger_after), AFTER, example=cursors.cursor(ListKind.LEDGER, 49)
)

_LOOKUP = (*READING, errors.JobNotFound, errors.BrokenManifest)
_CHANGE = (*_LOOKUP, errors.IllegalTransition, errors.SupervisorAway)

JOBS = Call(
    name="jobs",
    method="GET",
    path="/ingest",
    meaning="Jobs, newest first.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.PARAMETER,
    parameters=(JOB_WORDS, JOB_STATE, COLLECTION, JOB_FILTER, JOBS_AFTER, LIMIT, IF_NONE_MATCH),
    answers=(
        Answer(200, PageView[JobView], "always"),
        Answer(304, None, "it is as `If-None-Match` knows it"),
    ),
    errors=(*PAGING, errors.InvalidFilter),
)
JOB = Call(
    name="job",
    method="GET",
    path=paths.JOB,
    meaning="A job, with its counts while it runs.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.JOB,
    parameters=(JOB_ID, WAIT, IF_NONE_MATCH),
    answers=(
        Answer(200, JobView, "the job has ended", headers=("ETag",)),
        Answer(
            202,
            JobView,
            "it has not; `Retry-After` says when to look again",
            headers=("ETag", "Retry-After"),
        ),
        Answer(304, None, "it is as `If-None-Match` knows it", headers=("ETag",)),
    ),
    errors=_LOOKUP,
)
JOB_DOCUMENTS = Call(
    name="job_documents",
    method="GET",
    path=paths.JOB_DOCUMENTS,
    meaning="The ledger: what became of each document of a job, in their order.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.JOB,
    parameters=(JOB_ID, LEDGER_STATE, LEDGER_AFTER, LIMIT),
    answers=(Answer(200, PageView[LedgerRow], "the job exists"),),
    errors=(*PAGING, errors.JobNotFound, errors.BrokenManifest),
)
CANCEL = Call(
    name="cancel",
    method="DELETE",
    path=paths.JOB,
    meaning="End a job: at once where it waits, within a second where it runs.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.JOB,
    parameters=(JOB_ID,),
    answers=(
        Answer(200, JobView, "the job has ended"),
        Answer(202, JobView, "it is about to", headers=("Retry-After",)),
    ),
    errors=_CHANGE,
)
RETRY = Call(
    name="retry",
    method="POST",
    path=paths.JOB_RETRY,
    meaning="Run the failed and cancelled documents of an ended job again.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.JOB,
    parameters=(JOB_ID,),
    answers=(
        Answer(
            202,
            JobView,
            "the job is queued again; `Location` is that of the job",
            headers=("Location",),
        ),
    ),
    errors=(*_CHANGE, errors.DuplicateJob, errors.Draining),
)
DELETE_JOB = Call(
    name="delete_job",
    method="DELETE",
    path=paths.JOB_RECORD,
    meaning="Forget an ended job: its history, its ledger, its key, and uploads kept for a retry. "
    "Its documents stay in the library.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.JOB,
    parameters=(JOB_ID,),
    answers=(Answer(204, None, "nothing of it is left"),),
    errors=(*_LOOKUP, errors.IllegalTransition),
)
