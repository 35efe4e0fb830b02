"""The calls on the library, as data."""

from gristmill.schemas.collections_told import Deletion
from gristmill.schemas.exports import EXPORT_TYPES, ExportForm, ExportIds
from gristmill.schemas.outcomes.documents import (
    Chunk,
    Collection,
    Document,
    ExportRow,
    SearchHit,
)
from gristmill.schemas.problems import collection_errors, errors
from gristmill.schemas.problems.overload import Busy, TooManyStreams
from gristmill.schemas.problems.vector_errors import ModeUnavailable, SemanticSearchBusy
from gristmill.schemas.vector_search import SearchMode
from gristmill.schemas.views import ChunkView, DocumentsView, PageView, SearchView
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import Answer, Call, Cost, Names, Scope
from gristmill.server.calls.tables.shared_entries import (
    AFTER,
    COLLECTION,
    FACETS,
    FILTER,
    IF_DOCUMENTS,
    LIMIT,
    PAGING,
    READING,
)
from gristmill.server.messages import cursors
from gristmill.server.messages.cursors import ListKind
from gristmill.server.messages.kinds import (
    Cursor,
    FieldNames,
    Id,
    Ordinal,
    Query,
    Text,
    Whole,
    Word,
)
from gristmill.server.messages.parameters import Parameter, ParameterPlace

DOCUMENT_ID = Parameter(
    "document_id",
    Id(),
    "The document.",
    ParameterPlace.PATH,
    required=True,
    example=samples.DOCUMENT_ID,
)
DOCUMENTS_AFTER = Parameter(
    "after",
    Cursor(cursors.document_after),
    AFTER,
    example=cursors.cursor(ListKind.DOCUMENTS, "1764149401000000.1"),
)
CHUNK_NUMBER = Parameter(
    "number",
    Ordinal(),
    "The chunk's ordinal in its document.",
    ParameterPlace.PATH,
    required=True,
    example="0",
)
CONTEXT = Parameter("context", Whole(0, 0, 20), "So many chunks before it, and after it, as well.")
COLLECTIONS_AFTER = Parameter(
    "after",
    Cursor(cursors.collection_after),
    AFTER,
    example=cursors.cursor(ListKind.COLLECTIONS, "reports"),
)
CHUNKS_AFTER = Parameter(
    "after", Cursor(cursors.chunk_after), AFTER, example=cursors.cursor(ListKind.CHUNKS, 49)
)
QUERY = Parameter(
    "q",
    Query(2000),
    'What to look for: words, "phrases", up to 8 `begins*`, `-without`, `title:word`; the first 64 '
    "words count.",
    required=True,
    example='"annual report" 2025 -draft',
)
HITS = Parameter("limit", Whole(10, 1, 1000), "The most hits of one page.")
SEARCH_CURSOR = Parameter(
    "cursor",
    Text("`next` of the page before"),
    "Where the page begins: after the page that gave it, of the same search, whose mode it has.",
)
HIT_FIELDS = Parameter(
    "fields",
    FieldNames(SearchHit.__struct_fields__),
    "Only these of each hit, and `chunk_id`; without `text` an answer is a tenth as long.",
)
MODE = Parameter(
    "mode",
    Word(SearchMode),
    "By words (`lexical`), by meaning (`vector`) or by both (`hybrid`); without it, by both where "
    "the collection has vectors and the model that made them can be reached, else by words.",
)
EXPORT_FORM = Parameter(
    "format",
    Word(ExportForm, ExportForm.JSONL),
    "How chunks are written; `flat` is JSON Lines without nested values, `parquet` needs an extra.",
)
EXPORT_IDS = Parameter(
    "ids",
    Word(ExportIds, ExportIds.OWN),
    "What chunks and documents are called; `uuid`: by a UUID that follows from the id.",
)
_EXPORTS = (
    Answer(
        200,
        ExportRow,
        "`format=jsonl`; or `flat`, where members are called `metadata.author`",
        EXPORT_TYPES[ExportForm.JSONL],
    ),
    Answer(
        200,
        str,
        "`format=csv`; a header line, then a line each",
        EXPORT_TYPES[ExportForm.CSV],
        example="chunk_id,document_id,ordinal,text\n",
    ),
    Answer(
        200,
        bytes,
        "`format=parquet`; metadata and annotations are JSON",
        EXPORT_TYPES[ExportForm.PARQUET],
    ),
)

DOCUMENTS = Call(
    name="documents",
    method="GET",
    path="/documents",
    meaning="Documents, newest first.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.PARAMETER,
    parameters=(COLLECTION, FILTER, FACETS, DOCUMENTS_AFTER, LIMIT),
    answers=(Answer(200, DocumentsView, "always"),),
    errors=(*PAGING, errors.InvalidFilter, collection_errors.UnknownCollection),
)
DOCUMENT = Call(
    name="document",
    method="GET",
    path="/documents/{document_id}",
    meaning="A document, without its text.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.DOCUMENT,
    parameters=(DOCUMENT_ID,),
    answers=(Answer(200, Document, "it is in the library"),),
    errors=(*READING, errors.DocumentNotFound),
)
CHUNKS = Call(
    name="chunks",
    method="GET",
    path=f"{DOCUMENT.path}/chunks",
    meaning="The chunks of a document, in its order.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.DOCUMENT,
    parameters=(DOCUMENT_ID, CHUNKS_AFTER, LIMIT),
    answers=(Answer(200, PageView[Chunk], "it is in the library"),),
    errors=(*PAGING, errors.DocumentNotFound),
)
CHUNK = Call(
    name="chunk",
    method="GET",
    path="/chunks/{document_id}-{number}",
    meaning="A chunk by its id, with its neighbours on request.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.DOCUMENT,
    parameters=(DOCUMENT_ID, CHUNK_NUMBER, CONTEXT),
    answers=(Answer(200, ChunkView, "it is in the library"),),
    errors=(*READING, errors.DocumentNotFound, errors.ChunkNotFound),
)
DELETE_DOCUMENT = Call(
    name="delete_document",
    method="DELETE",
    path=DOCUMENT.path,
    meaning="Take a document and its chunks out of the library.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.DOCUMENT,
    parameters=(DOCUMENT_ID,),
    answers=(Answer(204, None, "it was in the library"),),
    errors=(*READING, errors.DocumentNotFound),
)
DELETE_DOCUMENTS = Call(
    name="delete_documents",
    method="DELETE",
    path=DOCUMENTS.path,
    meaning="Take the documents that pass a filter, or are in a collection, out of the library.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.PARAMETER,
    parameters=(COLLECTION, FILTER, IF_DOCUMENTS),
    answers=(
        Answer(202, Deletion, "so many documents are going; it is safe on disk that they do"),
    ),
    errors=(
        *READING,
        errors.InvalidFilter,
        collection_errors.UnknownCollection,
        collection_errors.ConfirmationNeeded,
    ),
)
SEARCH = Call(
    name="search",
    method="GET",
    path="/search",
    meaning="The best chunks for a query, the best first.",
    scope=Scope.READ,
    cost=Cost.SEARCH,
    names=Names.PARAMETER,
    parameters=(QUERY, COLLECTION, FILTER, FACETS, MODE, HITS, SEARCH_CURSOR, HIT_FIELDS),
    answers=(Answer(200, SearchView, "there is a word to look for"),),
    errors=(
        *PAGING,
        errors.InvalidQuery,
        errors.InvalidFilter,
        collection_errors.UnknownCollection,
        ModeUnavailable,
        SemanticSearchBusy,
        Busy,
    ),
)
EXPORT = Call(
    name="export",
    method="GET",
    path="/export",
    meaning="Every chunk with what is worth knowing of its document.",
    scope=Scope.READ,
    cost=Cost.STREAM,
    names=Names.PARAMETER,
    parameters=(COLLECTION, FILTER, EXPORT_FORM, EXPORT_IDS),
    answers=_EXPORTS,
    errors=(
        *READING,
        errors.UnsupportedOption,
        errors.InvalidFilter,
        TooManyStreams,
        collection_errors.UnknownCollection,
    ),
)
COLLECTIONS = Call(
    name="collections",
    method="GET",
    path="/collections",
    meaning="Collections that hold documents or have settings, by name, with their sizes.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    parameters=(COLLECTIONS_AFTER, LIMIT),
    answers=(Answer(200, PageView[Collection], "always; those that the key is for"),),
    errors=PAGING,
)
