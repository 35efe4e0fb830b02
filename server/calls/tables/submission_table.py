"""The calls that submit jobs, as data."""

from gristmill.schemas.jobs.request import IngestionTask, KeyedTask
from gristmill.schemas.problems import errors
from gristmill.schemas.problems.batch_errors import BatchTooLong, TooManyBadLines
from gristmill.schemas.problems.overload import Busy, TooManyStreams
from gristmill.schemas.views import JobView
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import JSON, Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.shared_entries import ASKED_WRONGLY, STORAGE, Errors
from gristmill.server.messages.fields import NAME, QUERY_FIELDS, UploadFields
from gristmill.server.messages.idempotency_key import Key
from gristmill.server.messages.kinds import OwnUri
from gristmill.server.messages.lines import NDJSON
from gristmill.server.messages.parameters import Parameter, ParameterPlace

KEY = Parameter(
    "Idempotency-Key",
    Key(),
    "Names the submission: what is sent again with the same key is the same job.",
    ParameterPlace.HEADER,
    example="invoice-2026-11-0815",
)
REQUEST = Body((JSON,), IngestionTask, "A job as a JSON object.", samples.TASK)
FORM = Body(
    ("multipart/form-data",),
    UploadFields,
    "Every part with a file name is a document; the others are fields of the job, `metadata` and "
    "`options` as JSON.",
    samples.FORM,
    QUERY_FIELDS,
)
RAW = Body(
    ("*/*",),
    bytes,
    "One document as it is, of any other type; JSON as well where `name` is given.",
    samples.TEXT,
    (*QUERY_FIELDS, NAME),
)
URI = Parameter(
    "uri",
    OwnUri(),
    "What your program calls the document; one of the same collection and uri is replaced.",
    required=True,
    example="kb:articles/12",
)
BYTES = Body(("*/*",), bytes, "The document as it is.", samples.TEXT, QUERY_FIELDS)
LINES = Body(
    (NDJSON, "application/ndjson", "application/jsonl"),
    KeyedTask,
    "A job a line, each with an `idempotency_key` of its own where it has one.",
    samples.LINE,
)

_REFUSED: Errors = (
    errors.InvalidRequest,
    errors.UnknownStep,
    errors.StepUnavailable,
    errors.TokenizerUnavailable,
    errors.UnsupportedOption,
    errors.TooManySources,
    errors.TextTooLarge,
    errors.PathForbidden,
    errors.PathNotShared,
    errors.PathNotFound,
    errors.PathEmpty,
    errors.UrlsDisabled,
    errors.KeyConflict,
    errors.DuplicateJob,
    errors.BrokenManifest,
)
_NOT_OF_SOURCES = tuple(
    each
    for each in _REFUSED
    if each
    not in (
        errors.TextTooLarge,
        errors.PathForbidden,
        errors.PathNotShared,
        errors.PathNotFound,
        errors.PathEmpty,
    )
)
_NOT_NOW: Errors = (
    errors.QueueFull,
    errors.Draining,
    errors.SupervisorAway,
    errors.MemoryShort,
    errors.WorkersFailing,
    *STORAGE,
)
_BODY: Errors = (errors.BodyTooLarge, errors.UnsupportedContentType)

SUBMIT = Call(
    name="submit",
    method="POST",
    path="/ingest",
    meaning="Submit one job; it is safely on disk before it is answered.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.BODY,
    parameters=(KEY,),
    bodies=(REQUEST, FORM, RAW),
    answers=(
        Answer(
            202,
            JobView,
            "the job is accepted; `Location` is where to look at it",
            headers=("Location", "Retry-After"),
        ),
        Answer(200, JobView, "the key names a job that has ended", headers=("Location",)),
    ),
    errors=(*dict.fromkeys((*ASKED_WRONGLY, *_BODY, *_REFUSED, *_NOT_NOW)), Busy),
)
PUT_DOCUMENT = Call(
    name="put_document",
    method="PUT",
    path="/documents",
    meaning="Submit one document under a uri of your own: it takes the place of the one that was "
    "there, and is left as it is where it is the same (`unchanged`).",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.BODY,
    parameters=(URI, KEY),
    bodies=(BYTES,),
    answers=SUBMIT.answers,
    errors=(*dict.fromkeys((*ASKED_WRONGLY, *_BODY, *_NOT_OF_SOURCES, *_NOT_NOW)), Busy),
)
SUBMIT_MANY = Call(
    name="submit_many",
    method="POST",
    path="/ingest/batch",
    meaning="Submit a job a line; the results come while the lines are read.",
    scope=Scope.INGEST,
    cost=Cost.BATCH,
    names=Names.BODY,
    bodies=(LINES,),
    answers=(
        Answer(
            200,
            JobView,
            "there is a line: a result a line, the job or a problem, with `line` and `status`",
            NDJSON,
        ),
    ),
    errors=(*ASKED_WRONGLY, *_BODY, *STORAGE, Busy, TooManyStreams),
    line_errors=(
        errors.BodyTooLarge,
        BatchTooLong,
        TooManyBadLines,
        Busy,
        *_REFUSED,
        *_NOT_NOW,
        errors.Unexpected,
    ),
)
