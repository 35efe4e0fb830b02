"""The calls on mirrors, as data."""

from gristmill.schemas.mirrors import MirrorRequest, MirrorRunRequest, MirrorView
from gristmill.schemas.problems import errors, mirror_errors
from gristmill.schemas.views import PageView
from gristmill.server import paths
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import JSON, Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.job_table import IF_NONE_MATCH
from gristmill.server.calls.tables.shared_entries import AFTER, LIMIT, PAGING, READING
from gristmill.server.messages import cursors
from gristmill.server.messages.cursors import ListKind
from gristmill.server.messages.kinds import Cursor, Id
from gristmill.server.messages.parameters import Parameter, ParameterPlace

MIRROR_NAME = Parameter(
    "mirror", Id(), "The mirror.", ParameterPlace.PATH, required=True, example="handbook"
)
MIRRORS_AFTER = Parameter(
    "after",
    Cursor(cursors.mirror_after),
    AFTER,
    example=cursors.cursor(ListKind.MIRRORS, "handbook"),
)
_BODY = (*READING, errors.BodyTooLarge, errors.UnsupportedContentType)
_LOOKUP = (*READING, mirror_errors.MirrorNotFound)
_SEEN = (
    Answer(200, MirrorView, "it is there"),
    Answer(304, None, "it is as `If-None-Match` knows it"),
)

ADD_MIRROR = Call(
    name="add_mirror",
    method="POST",
    path=paths.MIRRORS,
    meaning="Keep a folder of the service's machine, below an allowed root, in step with a "
    "collection; its first run comes at once.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.BODY,
    bodies=(Body((JSON,), MirrorRequest, "The mirror, as a JSON object.", samples.MIRROR),),
    answers=(
        Answer(
            201,
            MirrorView,
            "it is safely on disk; `Location` is where to look at it",
            headers=("Location",),
        ),
    ),
    errors=(
        *_BODY,
        errors.PathForbidden,
        errors.PathNotFound,
        mirror_errors.MirrorExists,
        mirror_errors.WatchUnavailable,
    ),
)
MIRRORS = Call(
    name="mirrors",
    method="GET",
    path=paths.MIRRORS,
    meaning="Mirrors, by name.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    parameters=(MIRRORS_AFTER, LIMIT, IF_NONE_MATCH),
    answers=(
        Answer(200, PageView[MirrorView], "always"),
        Answer(304, None, "it is as `If-None-Match` knows it"),
    ),
    errors=PAGING,
)
MIRROR = Call(
    name="mirror",
    method="GET",
    path=paths.MIRROR,
    meaning="A mirror: what it is, what its last run has found, and what it waits for.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.MIRROR,
    parameters=(MIRROR_NAME, IF_NONE_MATCH),
    answers=_SEEN,
    errors=_LOOKUP,
)
RUN_MIRROR = Call(
    name="run_mirror",
    method="POST",
    path=paths.MIRROR_RUN,
    meaning="Compare a mirror now; with `confirm_gone`, files that are gone are meant to be.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.MIRROR,
    parameters=(MIRROR_NAME,),
    bodies=(Body((JSON,), MirrorRunRequest, "What is said of this run.", samples.MIRROR_RUN),),
    answers=(Answer(202, MirrorView, "it is asked for, durably"),),
    errors=(*_BODY, mirror_errors.MirrorNotFound),
)
PAUSE_MIRROR = Call(
    name="pause_mirror",
    method="POST",
    path=paths.MIRROR_PAUSE,
    meaning="Do nothing for a mirror until it is resumed.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.MIRROR,
    parameters=(MIRROR_NAME,),
    answers=(Answer(200, MirrorView, "it is paused"),),
    errors=_LOOKUP,
)
RESUME_MIRROR = Call(
    name="resume_mirror",
    method="POST",
    path=paths.MIRROR_RESUME,
    meaning="Go on with a mirror that was paused.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.MIRROR,
    parameters=(MIRROR_NAME,),
    answers=(Answer(200, MirrorView, "it goes on"),),
    errors=_LOOKUP,
)
REMOVE_MIRROR = Call(
    name="remove_mirror",
    method="DELETE",
    path=paths.MIRROR,
    meaning="Forget a mirror; the documents that it has brought stay.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.MIRROR,
    parameters=(MIRROR_NAME,),
    answers=(Answer(204, None, "there is none of that name any more"),),
    errors=_LOOKUP,
)
