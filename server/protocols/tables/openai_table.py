"""OpenAI's vector stores, as data: as far as collections can be looked at and searched by it."""

from enum import StrEnum

from gristmill.schemas.drop_in.openai import (
    FileDeleted,
    StoreFile,
    StoreFilePage,
    StoreHits,
    StoreSearch,
    VectorStore,
    VectorStorePage,
)
from gristmill.schemas.problems import collection_errors, errors
from gristmill.schemas.problems.overload import Busy
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import JSON, Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.shared_entries import PAGING, READING
from gristmill.server.messages.kinds import Id, Text, Whole, Word
from gristmill.server.messages.parameters import Parameter, ParameterPlace


class Order(StrEnum):
    """How a list is ordered by time."""

    NEWEST_FIRST = "desc"


class FileStatus(StrEnum):
    """What became of a file. Those of the library are completed."""

    COMPLETED = "completed"
    IN_PROGRESS = "in_progress"
    FAILED = "failed"
    CANCELLED = "cancelled"


STORE = Parameter(
    "vector_store_id",
    Id(),
    "The collection; `%` and `/` in its name are `%25` and `%2F` in its id.",
    ParameterPlace.PATH,
    required=True,
    example="reports",
)
FILE = Parameter(
    "file_id",
    Id(),
    "The document.",
    ParameterPlace.PATH,
    required=True,
    example=samples.DOCUMENT_ID,
)
LIMIT = Parameter("limit", Whole(20, 1, 100), "The most items of one page.")
AFTER = Parameter(
    "after", Text("the id of the last item of the page before"), "Where the page begins."
)
ORDER = Parameter("order", Word(Order, Order.NEWEST_FIRST), "Files come newest first.")
STATUS = Parameter("filter", Word(FileStatus), "Only files that this became of.")
SEARCHED = Body(
    (JSON,),
    StoreSearch,
    "What to look for, as a JSON object.",
    {
        "query": "income in 2025",
        "filters": {"type": "gte", "key": "pages", "value": 10},
        "max_num_results": 5,
    },
)
_LOOKUP = (*READING, collection_errors.UnknownCollection)
_BODY = (errors.BodyTooLarge, errors.UnsupportedContentType)

STORES = Call(
    name="openai_stores",
    method="GET",
    path="/v1/vector_stores",
    meaning="Collections as OpenAI's vector stores, by name.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    parameters=(LIMIT, AFTER),
    answers=(Answer(200, VectorStorePage, "always; those that the key is for"),),
    errors=READING,
)
ONE_STORE = Call(
    name="openai_store",
    method="GET",
    path=f"{STORES.path}/{{vector_store_id}}",
    meaning="A collection as a vector store.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.STORE,
    parameters=(STORE,),
    answers=(Answer(200, VectorStore, "it has documents, settings, or a pending job"),),
    errors=_LOOKUP,
)
SEARCH = Call(
    name="openai_search",
    method="POST",
    path=f"{ONE_STORE.path}/search",
    meaning="The best chunks of a collection for a query, the best first.",
    scope=Scope.READ,
    cost=Cost.SEARCH,
    names=Names.STORE,
    parameters=(STORE,),
    bodies=(SEARCHED,),
    answers=(Answer(200, StoreHits, "there is a word to look for"),),
    errors=(*_LOOKUP, *_BODY, errors.InvalidQuery, errors.InvalidFilter, Busy),
)
FILES = Call(
    name="openai_files",
    method="GET",
    path=f"{ONE_STORE.path}/files",
    meaning="The documents of a collection as files of a vector store, newest first.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.STORE,
    parameters=(STORE, LIMIT, AFTER, ORDER, STATUS),
    answers=(Answer(200, StoreFilePage, "there is such a collection"),),
    errors=(*PAGING, collection_errors.UnknownCollection),
)
ONE_FILE = Call(
    name="openai_file",
    method="GET",
    path=f"{FILES.path}/{{file_id}}",
    meaning="A document as a file of a vector store.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.STORE,
    parameters=(STORE, FILE),
    answers=(Answer(200, StoreFile, "it is in the collection"),),
    errors=(*READING, errors.DocumentNotFound),
)
DELETE_FILE = Call(
    name="openai_delete_file",
    method="DELETE",
    path=ONE_FILE.path,
    meaning="Take a document and its chunks out of the library.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.STORE,
    parameters=(STORE, FILE),
    answers=(Answer(200, FileDeleted, "it was in the collection"),),
    errors=(*READING, errors.DocumentNotFound),
)
CALLS = (STORES, ONE_STORE, SEARCH, FILES, ONE_FILE, DELETE_FILE)
