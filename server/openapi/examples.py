"""An example of each shape that is answered: values of the types themselves, so that none of them
can have a member that the type has not."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from gristmill.schemas.bulk import (
    BulkAction,
    BulkPreview,
    BulkState,
    BulkView,
    JobQuery,
    Reason,
)
from gristmill.schemas.cluster import NodeLook
from gristmill.schemas.collections_told import CollectionChanged, CollectionState, Deletion
from gristmill.schemas.comparison.changes import (
    ChangedLine,
    ChangesView,
    LineKind,
    Passage,
    VersionView,
)
from gristmill.schemas.events import EventKind, StreamedEvent
from gristmill.schemas.filters.facets import Facet, FacetValue
from gristmill.schemas.jobs.manifest import Counts, Moment
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.key_views import KeysView, KeyView
from gristmill.schemas.mirrors import (
    Delete,
    MirrorCounts,
    MirrorRun,
    MirrorState,
    MirrorView,
)
from gristmill.schemas.outcomes.documents import (
    Chunk,
    Collection,
    Document,
    ExportRow,
    LedgerRow,
    SearchHit,
)
from gristmill.schemas.outcomes.structure import BlockKind
from gristmill.schemas.overview import (
    Amount,
    HistoryView,
    MachineView,
    OverviewView,
    Sample,
    Span,
    WorkerView,
)
from gristmill.schemas.rendering.forms import ContentView, TablesView
from gristmill.schemas.rendering.structure_views import BlockView, CellView, TableView
from gristmill.schemas.trash import Restoration, TrashedDocument, TrashView
from gristmill.schemas.version import VERSION
from gristmill.schemas.views import (
    ChunkView,
    DocumentsView,
    IndexView,
    JobView,
    LivenessView,
    PageView,
    ReadinessView,
    SearchView,
)
from gristmill.schemas.webhooks import (
    Attempt,
    DeliveryState,
    DeliveryView,
    HooksView,
    HookView,
)
from gristmill.server.calls.tables.samples import DOCUMENT_ID, JOB_ID
from gristmill.server.openapi import drop_in_examples
from gristmill.server.paths import links_of_job

_ACCEPTED = datetime(2025, 11, 26, 9, 30, 0, tzinfo=UTC)
_ENDED = datetime(2025, 11, 26, 9, 30, 1, tzinfo=UTC)
_CHUNK = f"{DOCUMENT_ID}-0"
_URI, _TITLE, _TEXT, _TYPE = "report.txt", "Annual report", "Income grew by 4%.", "text/plain"
_METADATA = {"year": 2025}
_TABLE = "| Year | Income |\n| 2025 | 1200 |"

_JOB = JobView(
    job_id=JOB_ID,
    state=JobState.SUCCEEDED,
    collection="reports",
    priority=0,
    submitted_at=_ACCEPTED,
    started_at=_ACCEPTED,
    finished_at=_ENDED,
    metadata=_METADATA,
    links=links_of_job(JOB_ID),
    counts=Counts(total=1, succeeded=1),
    error=None,
    history=(
        Moment(JobState.QUEUED, _ACCEPTED),
        Moment(JobState.RUNNING, _ACCEPTED),
        Moment(JobState.SUCCEEDED, _ENDED),
    ),
)
_LEDGER = LedgerRow(
    0, _URI, DocumentState.SUCCEEDED, None, None, DOCUMENT_ID, _TYPE, 33, None, 1, 0.012, 1
)
_DOCUMENT = Document(
    DOCUMENT_ID, _URI, "reports", _TYPE, _TITLE, "9f86d0818" * 7, _METADATA, 1, _ENDED, JOB_ID
)
_PIECE = Chunk(_CHUNK, DOCUMENT_ID, 0, _TEXT, (_TITLE,), None, 15, 33)
_HIT = SearchHit(
    _CHUNK, DOCUMENT_ID, _URI, _TITLE, _TEXT, (_TITLE,), None, 1.7, _TEXT, ((0, 6),), ()
)
_CELLS = (CellView(0, 0, 1, 1, True, "Year"), CellView(1, 0, 1, 1, False, "2025"))
_BLOCK = BlockView(BlockKind.HEADING, 1, _TITLE, None, None, 0, 13, None)
_CHANGES = ChangesView(
    DOCUMENT_ID,
    VersionView("2c26b46b" * 8, _ACCEPTED, JOB_ID),
    VersionView("9f86d081" * 8, _ENDED, JOB_ID),
    *(1, 1),
    (
        Passage(
            *(1, 1),
            (
                ChangedLine(LineKind.SAME, _TITLE),
                ChangedLine(LineKind.REMOVED, "Income grew by 3%."),
                ChangedLine(LineKind.ADDED, _TEXT),
            ),
        ),
    ),
)
_FACETS = {"media_type": Facet((FacetValue(_TYPE, 1),), more=False, exact=True)}

_KEY = KeyView("reader", "valid", ("read",), ("reports",), _ACCEPTED, None, None)
_ENDED_JOB = f'{{"job_id":"{JOB_ID}","collection":"reports","state":"succeeded"}}'
_HOOK = HookView("reports", "https://example.com/ingested", _ACCEPTED)
_DELIVERY = DeliveryView(
    *(JOB_ID, 1, "reports", "https://example.com/ingested", DeliveryState.DELIVERED, 1),
    *(Attempt(_ENDED, 204, None, 0.08), None),
)
_SETTINGS = GivenOptions(pdf="text", chunk_max_chars=800)
_OVERVIEW = OverviewView(
    VERSION,
    {"succeeded": Amount(12), "waiting": Amount(0)},
    None,
    (),
    0,
    (WorkerView(4711, "mill", 0, 60_000_000, 12),),
    MachineView(10**11, 4 * 10**10, 10**8, 16 * 10**9, 8 * 10**9, 5 * 10**8),
    (NodeLook("mill-2:40001#1f", "tls://mill-2:40001", "working", VERSION, 4, 1),),
)

_QUERY = JobQuery(state=JobState.FAILED, filter="submitted_at < 2025-12")
_WHY = Reason("duplicate_job", "a job with the same key is pending", 1, (JOB_ID,))
_BULK = BulkView(
    *(JOB_ID, BulkAction.RETRY, BulkState.DONE, _QUERY, _ACCEPTED, _ACCEPTED, _ENDED, "reader"),
    *(12, 10, 1, 0, 1, (_WHY,)),
)

_MIRROR = MirrorView(
    *("handbook", "/srv/handbook", "handbook", MirrorState.WAITING, 900.0, False, (), ()),
    *(False, Delete.KEEP, _ACCEPTED, "reader", 12),
    due_at=_ENDED,
    run=MirrorRun(_ACCEPTED, _ENDED, MirrorCounts(new=1, unchanged=11), (JOB_ID,)),
)

_TRASHED = TrashedDocument(
    *(DOCUMENT_ID, "reports", _URI, _TYPE, _TITLE, 1, 33, _ACCEPTED, _ENDED),
    *("handbook", _ACCEPTED),
)

EXAMPLES: Mapping[Any, Any] = {
    **drop_in_examples.EXAMPLES,
    dict[str, Any]: {"openapi": "3.1.0", "info": {"title": "Gristmill", "version": VERSION}},
    JobView: _JOB,
    DocumentsView: DocumentsView([_DOCUMENT], None, _FACETS),
    Document: _DOCUMENT,
    ChunkView: ChunkView(_PIECE),
    ContentView: ContentView(DOCUMENT_ID, _URI, _TITLE, _TYPE, None, (), (_BLOCK,)),
    ChangesView: _CHANGES,
    TablesView: TablesView([TableView(1, None, None, 34, 34 + len(_TABLE), 2, 1, _CELLS)]),
    SearchView: SearchView("income", [_HIT], total=1),
    ExportRow: ExportRow(
        *(_CHUNK, DOCUMENT_ID, 0, _TEXT, (_TITLE,), None, 15, 33),
        *(_URI, _TITLE, _TYPE, "reports", _METADATA),
    ),
    IndexView: IndexView("gristmill", VERSION, {"submit": "POST /ingest"}),
    LivenessView: LivenessView("ok"),
    ReadinessView: ReadinessView("ready", {"waiting": 0, "leased": 0}),
    KeyView: _KEY,
    KeysView: KeysView((_KEY,)),
    OverviewView: _OVERVIEW,
    HistoryView: HistoryView(Span.HOUR, 60, 1764149400, (Sample(1764149400, 0, 0, 12, 1, 0),)),
    CollectionState: CollectionState("reports", 1, 1, 33, _SETTINGS),
    CollectionChanged: CollectionChanged("reports", 1, 1, 33, _SETTINGS, keys=("reader",)),
    Deletion: Deletion(12),
    BulkView: _BULK,
    MirrorView: _MIRROR,
    Restoration: Restoration(12, 1),
    TrashView: TrashView([_TRASHED], None, 30.0),
    BulkPreview: BulkPreview(
        BulkAction.RETRY, _QUERY, 12, (JOB_ID,), f"644a1c2f8d000-c-{'9f86d081' * 4}", _ENDED
    ),
    StreamedEvent: StreamedEvent(EventKind.JOB, _ENDED_JOB, "7-1234"),
    HookView: _HOOK,
    HooksView: HooksView((_HOOK,)),
}
_ITEMS: Mapping[Any, Any] = {
    JobView: _JOB,
    LedgerRow: _LEDGER,
    Chunk: _PIECE,
    BulkView: _BULK,
    DeliveryView: _DELIVERY,
    MirrorView: _MIRROR,
    Collection: Collection("reports", 1, 1, 33),
}


def example_of(shape: Any) -> Any:
    """An example of a shape as JSON has it. Raises KeyError for one that has none yet."""
    if getattr(shape, "__origin__", None) is PageView:
        (item,) = shape.__args__
        return msgspec.to_builtins(PageView([_ITEMS[item]], None))
    return msgspec.to_builtins(EXAMPLES[shape])
