"""The calls on deleted documents, as data."""

from gristmill.schemas.problems import errors
from gristmill.schemas.trash import Restoration, RestoreRequest, TrashView
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import JSON, Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.shared_entries import (
    AFTER,
    COLLECTION,
    FILTER,
    LIMIT,
    PAGING,
    READING,
)
from gristmill.server.messages import cursors
from gristmill.server.messages.cursors import ListKind
from gristmill.server.messages.kinds import Cursor, Text
from gristmill.server.messages.parameters import Parameter

TRASH_AFTER = Parameter(
    "after", Cursor(cursors.trash_after), AFTER, example=cursors.cursor(ListKind.TRASH, 12)
)
OF_MIRROR = Parameter("mirror", Text(), "Only what this mirror has deleted.", example="handbook")

TRASH = Call(
    name="trash",
    method="GET",
    path="/trash",
    meaning="Deleted documents that can be taken back, the one that was deleted last first.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.PARAMETER,
    parameters=(COLLECTION, FILTER, OF_MIRROR, TRASH_AFTER, LIMIT),
    answers=(Answer(200, TrashView, "always; those that the key is for"),),
    errors=(*PAGING, errors.InvalidFilter),
)
RESTORE_DOCUMENTS = Call(
    name="restore_documents",
    method="POST",
    path="/trash/restore",
    meaning="Put deleted documents back, or say how many that would be.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.BODY,
    bodies=(Body((JSON,), RestoreRequest, "Which ones, as a JSON object.", samples.RESTORE),),
    answers=(
        Answer(200, Restoration, "with `preview`: so many would come back"),
        Answer(202, Restoration, "so many are coming back; it is safe on disk that they do"),
    ),
    errors=(
        *READING,
        errors.BodyTooLarge,
        errors.UnsupportedContentType,
        errors.InvalidFilter,
    ),
)
