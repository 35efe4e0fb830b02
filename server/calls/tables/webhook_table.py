"""The calls on webhooks, as data."""

from gristmill.schemas.problems import errors
from gristmill.schemas.views import JobView, PageView
from gristmill.schemas.webhooks import DeliveryState, DeliveryView, HooksView, HookView, NewHook
from gristmill.server import paths
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import JSON, Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.job_table import JOB_ID
from gristmill.server.calls.tables.shared_entries import (
    AFTER,
    ASKED_WRONGLY,
    COLLECTION,
    LIMIT,
    PAGING,
    READING,
    STORAGE,
)
from gristmill.server.messages import cursors
from gristmill.server.messages.cursors import ListKind
from gristmill.server.messages.kinds import Cursor, Id, Word
from gristmill.server.messages.parameters import Parameter, ParameterPlace

HOOK_OF = Parameter(
    "collection", Id(), "The collection.", ParameterPlace.PATH, required=True, example="reports"
)
HOOK = Body((JSON,), NewHook, "Where the ends of its jobs are told.", samples.HOOK)

HOOKS = Call(
    name="webhooks",
    method="GET",
    path="/webhooks",
    meaning="The webhooks of collections, without their secrets.",
    scope=Scope.ADMIN,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    answers=(Answer(200, HooksView, "always"),),
    errors=(*ASKED_WRONGLY, *STORAGE),
)
SET_HOOK = Call(
    name="set_webhook",
    method="PUT",
    path="/webhooks/{collection}",
    meaning="Have the ends of a collection's jobs told to a receiver, from the next end on.",
    scope=Scope.ADMIN,
    cost=Cost.PLAIN,
    names=Names.COLLECTION,
    parameters=(HOOK_OF,),
    bodies=(HOOK,),
    answers=(
        Answer(200, HookView, "`secret`, a new one each time, signs them, and is not told again"),
    ),
    errors=(*ASKED_WRONGLY, *STORAGE, errors.BodyTooLarge, errors.UnsupportedContentType),
)
DROP_HOOK = Call(
    name="drop_webhook",
    method="DELETE",
    path="/webhooks/{collection}",
    meaning="Tell nobody of a collection's ends any more.",
    scope=Scope.ADMIN,
    cost=Cost.PLAIN,
    names=Names.COLLECTION,
    parameters=(HOOK_OF,),
    answers=(Answer(204, None, "nobody is told, whether or not somebody was"),),
    errors=(*ASKED_WRONGLY, *STORAGE),
)
DELIVERY_STATE = Parameter("state", Word(DeliveryState), "Only those in this state.")
DELIVERIES_AFTER = Parameter(
    "after",
    Cursor(cursors.delivery_after),
    AFTER,
    example=cursors.cursor(ListKind.DELIVERIES, f"{samples.JOB_ID}-1"),
)
DELIVERIES = Call(
    name="deliveries",
    method="GET",
    path="/deliveries",
    meaning="What became of telling receivers that jobs have ended, newest jobs first. A page may "
    "be short, or empty, where few of very many are like that; `next` goes on.",
    scope=Scope.JOBS,
    cost=Cost.SEARCH,
    names=Names.PARAMETER,
    parameters=(DELIVERY_STATE, COLLECTION, DELIVERIES_AFTER, LIMIT),
    answers=(Answer(200, PageView[DeliveryView], "always"),),
    errors=PAGING,
)
REPLAY = Call(
    name="replay_webhook",
    method="POST",
    path=paths.JOB_WEBHOOK,
    meaning="Tell the receiver of a job that it has ended once more, with the same `webhook-id`.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.JOB,
    parameters=(JOB_ID,),
    answers=(Answer(202, JobView, "it is tried at once; the job says what comes of it"),),
    errors=(
        *READING,
        errors.JobNotFound,
        errors.BrokenManifest,
        errors.IllegalTransition,
        errors.SupervisorAway,
    ),
)
