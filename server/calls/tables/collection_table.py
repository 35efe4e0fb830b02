"""The calls on collections as things, as data."""

from gristmill.schemas.collections_told import (
    CollectionChange,
    CollectionChanged,
    CollectionState,
    Deletion,
    RefreshRequest,
)
from gristmill.schemas.problems import collection_errors, errors
from gristmill.schemas.views import JobView
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import JSON, Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.library_table import COLLECTIONS
from gristmill.server.calls.tables.shared_entries import IF_DOCUMENTS, READING
from gristmill.server.messages.kinds import Id
from gristmill.server.messages.parameters import Parameter, ParameterPlace

COLLECTION_NAME = Parameter(
    "collection", Id(), "The collection.", ParameterPlace.PATH, required=True, example="reports"
)
CHANGE = Body(
    (JSON,),
    CollectionChange,
    "What it is set to, or its new name, as a JSON object.",
    samples.CHANGE,
)

_LOOKUP = (*READING, collection_errors.UnknownCollection)

COLLECTION = Call(
    name="collection",
    method="GET",
    path=f"{COLLECTIONS.path}/{{collection}}",
    meaning="A collection: its settings, what it holds, and when it was made and has changed.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.COLLECTION,
    parameters=(COLLECTION_NAME,),
    answers=(Answer(200, CollectionState, "it has documents, settings, or a pending job"),),
    errors=_LOOKUP,
)
SET_COLLECTION = Call(
    name="set_collection",
    method="PUT",
    path=COLLECTION.path,
    meaning="Make a collection, set the options that its jobs inherit, or give it another name.",
    scope=Scope.ADMIN,
    cost=Cost.PLAIN,
    names=Names.COLLECTION,
    parameters=(COLLECTION_NAME,),
    bodies=(CHANGE,),
    answers=(Answer(200, CollectionChanged, "it is so"),),
    errors=(
        *_LOOKUP,
        errors.BodyTooLarge,
        errors.UnsupportedContentType,
        errors.UnknownStep,
        errors.StepUnavailable,
        errors.TokenizerUnavailable,
        collection_errors.CollectionExists,
        collection_errors.CollectionBusy,
    ),
)
DELETE_COLLECTION = Call(
    name="delete_collection",
    method="DELETE",
    path=COLLECTION.path,
    meaning="Take a collection out of the library: its settings at once, then its documents.",
    scope=Scope.ADMIN,
    cost=Cost.PLAIN,
    names=Names.COLLECTION,
    parameters=(COLLECTION_NAME, IF_DOCUMENTS),
    answers=(
        Answer(202, Deletion, "so many documents are going; it is safe on disk that they do"),
    ),
    errors=(*_LOOKUP, collection_errors.CollectionBusy, collection_errors.ConfirmationNeeded),
)
REFRESH = Call(
    name="refresh",
    method="POST",
    path="/refresh",
    meaning="Read again what other settings or versions have made of a collection, as a job.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.BODY,
    bodies=(Body((JSON,), RefreshRequest, "The collection, as a JSON object.", samples.REFRESH),),
    answers=(Answer(202, JobView, "the job is accepted; `Location` is where to look at it"),),
    errors=(
        *_LOOKUP,
        errors.BodyTooLarge,
        errors.UnsupportedContentType,
        errors.UnknownStep,
        errors.StepUnavailable,
        errors.TokenizerUnavailable,
        errors.DuplicateJob,
        errors.QueueFull,
        errors.Draining,
        errors.SupervisorAway,
        errors.MemoryShort,
        errors.WorkersFailing,
    ),
)
