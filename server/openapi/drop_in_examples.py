"""Examples of what drop-in protocols hand over; beside `examples.py`, by the same rule."""

from collections.abc import Mapping
from typing import Any

from gristmill.schemas.drop_in.docling import (
    ConversionStatus,
    ConvertDocumentResponse,
    ConvertedDocument,
    DoclingHealth,
    TaskFailureResult,
    TaskStatus,
)
from gristmill.schemas.drop_in.openai import (
    FileCounts,
    FileDeleted,
    StoreFile,
    StoreFilePage,
    StoreHit,
    StoreHits,
    TextContent,
    VectorStore,
    VectorStorePage,
)
from gristmill.schemas.drop_in.openwebui import LoadedDocument
from gristmill.schemas.version import VERSION
from gristmill.server.calls.tables import samples
from gristmill.server.protocols.tables.docling_table import VERSIONS
from gristmill.server.protocols.tables.tika_table import METADATA

_TIKA: dict[str, str | list[str]] = {
    "Content-Type": "text/plain",
    "resourceName": "report.txt",
    "X-TIKA:content": "Income grew by 4%.",
}
_STORE = VectorStore(
    id="reports",
    name="reports",
    created_at=1_764_149_401,
    last_active_at=1_764_149_401,
    usage_bytes=52_311,
    file_counts=FileCounts(completed=1, total=1),
)
_FILE = StoreFile(
    id=samples.DOCUMENT_ID,
    vector_store_id="reports",
    filename="report.pdf",
    created_at=1_764_149_401,
    attributes={"media_type": "application/pdf", "pages": 12, "team": "finance"},
)
_HIT = StoreHit(
    _FILE.id, _FILE.filename, 4.2, _FILE.attributes, (TextContent("Income grew by 4%."),)
)
_CONVERTED = ConvertDocumentResponse(
    document=ConvertedDocument(
        filename="report.txt",
        md_content="Income grew by 4%.",
        html_content="<!doctype html><html><body><p>Income grew by 4%.</p></body></html>",
        text_content="Income grew by 4%.",
    ),
    status=ConversionStatus.SUCCESS,
    processing_time=0.2,
)
EXAMPLES: Mapping[Any, Any] = {
    ConvertDocumentResponse: _CONVERTED,
    ConvertDocumentResponse | TaskFailureResult: _CONVERTED,
    TaskStatus: TaskStatus(task_id=samples.JOB_ID, task_status=ConversionStatus.STARTED),
    DoclingHealth: DoclingHealth(),
    VERSIONS: {"gristmill": VERSION},
    VectorStore: _STORE,
    VectorStorePage: VectorStorePage(
        data=[_STORE], first_id=_STORE.id, last_id=_STORE.id, has_more=False
    ),
    StoreFile: _FILE,
    StoreFilePage: StoreFilePage(data=[_FILE], first_id=_FILE.id, last_id=_FILE.id, has_more=False),
    StoreHits: StoreHits(search_query=["income in 2025"], data=[_HIT]),
    FileDeleted: FileDeleted(_FILE.id),
    list[LoadedDocument]: [
        LoadedDocument(
            "# Annual report\n\nIncome grew by 4%.",
            {"source": "report.txt", "title": "Annual report", "media_type": "text/plain"},
        )
    ],
    METADATA: _TIKA,
    list[METADATA]: [_TIKA],
}
