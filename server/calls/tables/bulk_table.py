"""The calls on bulk actions, as data."""

from gristmill.schemas.bulk import BulkPreview, BulkRequest, BulkView
from gristmill.schemas.problems import bulk_errors, errors
from gristmill.schemas.problems.overload import Busy
from gristmill.schemas.views import PageView
from gristmill.server import paths
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import JSON, Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.job_table import IF_NONE_MATCH
from gristmill.server.calls.tables.shared_entries import AFTER, LIMIT, PAGING, READING
from gristmill.server.messages import cursors
from gristmill.server.messages.cursors import ListKind
from gristmill.server.messages.idempotency_key import Key
from gristmill.server.messages.kinds import Cursor, Id
from gristmill.server.messages.parameters import Parameter, ParameterPlace

BULK_ID = Parameter(
    "bulk_id",
    Id(),
    "The bulk action.",
    ParameterPlace.PATH,
    required=True,
    example=samples.JOB_ID,
)
BULKS_AFTER = Parameter(
    "after",
    Cursor(cursors.bulk_after),
    AFTER,
    example=cursors.cursor(ListKind.BULKS, samples.JOB_ID),
)
BULK_KEY = Parameter(
    "Idempotency-Key",
    Key(),
    "Names the bulk action: what is sent again with the same key is the same one. Without it, "
    "`confirm` does.",
    ParameterPlace.HEADER,
    example="clean-up-2026-11",
)

BULK = Call(
    name="bulk",
    method="POST",
    path=paths.BULKS,
    meaning="Retry, cancel or delete every job that a query finds: without `confirm` say how many "
    "there are, with it begin.",
    scope=Scope.INGEST,
    cost=Cost.SEARCH,
    names=Names.BODY,
    parameters=(BULK_KEY,),
    bodies=(
        Body((JSON,), BulkRequest, "The action and its query, as a JSON object.", samples.BULK),
    ),
    answers=(
        Answer(200, BulkPreview, "there is no `confirm`: nothing has been done"),
        Answer(
            202,
            BulkView,
            "it is safely on disk, and done beside the service; `Location` is where to look at it",
            headers=("Location",),
        ),
    ),
    errors=(
        *READING,
        errors.InvalidFilter,
        errors.BodyTooLarge,
        errors.UnsupportedContentType,
        errors.KeyConflict,
        errors.SupervisorAway,
        bulk_errors.BulkNotConfirmed,
        bulk_errors.TooManyBulk,
        Busy,
    ),
)
BULKS = Call(
    name="bulk_actions",
    method="GET",
    path=paths.BULKS,
    meaning="Bulk actions, newest first; of those that have ended the last 500.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    parameters=(BULKS_AFTER, LIMIT, IF_NONE_MATCH),
    answers=(
        Answer(200, PageView[BulkView], "always"),
        Answer(304, None, "it is as `If-None-Match` knows it"),
    ),
    errors=PAGING,
)
BULK_ACTION = Call(
    name="bulk_action",
    method="GET",
    path=paths.BULK,
    meaning="A bulk action: how far it has come, and what was not done for which reasons.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.BULK,
    parameters=(BULK_ID, IF_NONE_MATCH),
    answers=(
        Answer(200, BulkView, "it is kept"),
        Answer(304, None, "it is as `If-None-Match` knows it"),
    ),
    errors=(*READING, bulk_errors.BulkNotFound),
)
STOP_BULK = Call(
    name="stop_bulk",
    method="DELETE",
    path=paths.BULK,
    meaning="Have a bulk action end before its next jobs; what is done stays so.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.BULK,
    parameters=(BULK_ID,),
    answers=(Answer(202, BulkView, "it is about to"),),
    errors=(*READING, bulk_errors.BulkNotFound, bulk_errors.BulkEnded),
)
