"""The calls on what is in a document, as data."""

from gristmill.schemas.comparison.changes import ChangesView
from gristmill.schemas.problems import content_errors, errors
from gristmill.schemas.problems.overload import Busy
from gristmill.schemas.rendering.forms import (
    MEDIA_TYPES,
    ContentForm,
    ContentView,
    TableForm,
    TablesView,
)
from gristmill.server.calls.tables.call import Answer, Call, Cost, Names, Scope
from gristmill.server.calls.tables.library_table import DOCUMENT, DOCUMENT_ID
from gristmill.server.calls.tables.shared_entries import READING
from gristmill.server.messages.kinds import Number, Whole, Word
from gristmill.server.messages.parameters import Parameter, ParameterPlace

CONTENT_FORM = Parameter(
    "format", Word(ContentForm, ContentForm.MARKDOWN), "How the document is written."
)
TABLE_FORM = Parameter("format", Word(TableForm, TableForm.JSON), "How tables are written.")
TABLE_NUMBER = Parameter(
    "number",
    Number(),
    "The table; they are counted from 1.",
    ParameterPlace.PATH,
    required=True,
    example="1",
)
PAGE_NUMBER = Parameter(
    "number",
    Number(),
    "The page; they are counted from 1.",
    ParameterPlace.PATH,
    required=True,
    example="1",
)
DPI = Parameter("dpi", Whole(100, 20, 300), "Pixels of an inch; a very large page has fewer.")
_TABLES = (
    Answer(200, TablesView, "`format=json`; tables with their cells", MEDIA_TYPES[TableForm.JSON]),
    Answer(
        200,
        str,
        "`format=csv`; an empty line between two tables",
        MEDIA_TYPES[TableForm.CSV],
        example="Year,Income\n2025,1200\n",
    ),
    Answer(
        200,
        str,
        "`format=html`; a `table` element each",
        MEDIA_TYPES[TableForm.HTML],
        example="<table><tr><th>Year</th></tr><tr><td>2025</td></tr></table>\n",
    ),
)

CONTENT = Call(
    name="content",
    method="GET",
    path=f"{DOCUMENT.path}/content",
    meaning="A whole document: headings, text, lists, tables, code, in its order.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.DOCUMENT,
    parameters=(DOCUMENT_ID, CONTENT_FORM),
    answers=(
        Answer(
            200,
            str,
            "`format=markdown`; CommonMark with GitHub's tables, those with spans as HTML",
            MEDIA_TYPES[ContentForm.MARKDOWN],
            example="# Annual report\n\nIncome grew by 4%.\n",
        ),
        Answer(
            200,
            str,
            "`format=html`; a page without scripts",
            MEDIA_TYPES[ContentForm.HTML],
            example="<!doctype html><html><body><h1>Annual report</h1></body></html>",
        ),
        Answer(
            200,
            ContentView,
            "`format=json`; blocks with their kind, level, text, cells, page, box and offsets",
            MEDIA_TYPES[ContentForm.JSON],
        ),
        Answer(
            200,
            str,
            "`format=text`; the text that offsets of chunks and blocks count in",
            MEDIA_TYPES[ContentForm.TEXT],
            example="Annual report\n\nIncome grew by 4%.",
        ),
    ),
    errors=(*READING, errors.DocumentNotFound, content_errors.NoStructure),
)
TABLES = Call(
    name="tables",
    method="GET",
    path=f"{DOCUMENT.path}/tables",
    meaning="The tables of a document.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.DOCUMENT,
    parameters=(DOCUMENT_ID, TABLE_FORM),
    answers=_TABLES,
    errors=(*READING, errors.DocumentNotFound, content_errors.NoStructure),
)
TABLE = Call(
    name="table",
    method="GET",
    path=f"{TABLES.path}/{{number}}",
    meaning="One table of a document.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.DOCUMENT,
    parameters=(DOCUMENT_ID, TABLE_NUMBER, TABLE_FORM),
    answers=_TABLES,
    errors=(
        *READING,
        errors.DocumentNotFound,
        content_errors.NoStructure,
        content_errors.TableNotFound,
    ),
)
CONTEXT = Parameter("context", Whole(3, 0, 100), "So many lines around each change.")
CHANGES = Call(
    name="changes",
    method="GET",
    path=f"{DOCUMENT.path}/changes",
    meaning="What has changed in a document since its bytes last changed, by lines of its text.",
    scope=Scope.READ,
    cost=Cost.SEARCH,
    names=Names.DOCUMENT,
    parameters=(DOCUMENT_ID, CONTEXT),
    answers=(Answer(200, ChangesView, "the document exists"),),
    errors=(*READING, errors.DocumentNotFound),
)
PAGE = Call(
    name="page",
    method="GET",
    path=f"{DOCUMENT.path}/pages/{{number}}.png",
    meaning="A page of a PDF or image, as an image: where `keep_originals` was on as it came.",
    scope=Scope.READ,
    cost=Cost.PLAIN,
    names=Names.DOCUMENT,
    parameters=(DOCUMENT_ID, PAGE_NUMBER, DPI),
    answers=(Answer(200, bytes, "it can be shown", "image/png"),),
    errors=(
        *READING,
        errors.DocumentNotFound,
        content_errors.PageNotFound,
        content_errors.OriginalNotKept,
        content_errors.NoPageImages,
        content_errors.PageNotRendered,
        Busy,
    ),
)
