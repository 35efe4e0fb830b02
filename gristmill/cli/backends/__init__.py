"""Where client commands get their answers: from a server over HTTP, or from the data folder."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from gristmill.schemas.collections_told import CollectionChanged, CollectionState
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.exports import AS_LINES, ExportShape
from gristmill.schemas.filters.facets import Facets
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import Collection, Document, LedgerRow, SearchAnswer
from gristmill.schemas.overview import OverviewView
from gristmill.schemas.trash import Restoration, RestoreRequest, TrashView
from gristmill.schemas.vector_search import SearchMode
from gristmill.schemas.views import ChunkView, JobView, PageView

if TYPE_CHECKING:
    from gristmill.cli.backends.bulk import BulkBackend
    from gristmill.cli.backends.mirrors import MirrorBackend
    from gristmill.cli.backends.webhooks import WebhookBackend
    from gristmill.schemas.comparison.changes import ChangesView
    from gristmill.schemas.rendering.forms import ContentForm, TableForm


class Backend(Protocol):
    """What the client commands ask for. Methods raise GristmillError."""

    def jobs(
        self, state: JobState | None, collection: str | None, after: str | None, limit: int
    ) -> PageView[JobView]: ...

    def job(self, job_id: str) -> JobView: ...

    def watch(self, job_id: str, seen: JobView | None, wait_s: float) -> JobView:
        """The job as soon as it differs from `seen` or has ended, else after `wait_s`."""
        ...

    def ledger(
        self, job_id: str, state: DocumentState | None, after: str | None, limit: int
    ) -> PageView[LedgerRow]: ...

    def documents(
        self, collection: str | None, after: str | None, limit: int, where: str | None = None
    ) -> PageView[Document]:
        """`where` is a filter here and below."""
        ...

    def collections(self, after: str | None, limit: int) -> PageView[Collection]: ...

    def collection(self, name: str) -> CollectionState: ...

    def change_collection(self, name: str, change: Mapping[str, object]) -> CollectionChanged:
        """`change` is a CollectionChange, as it came."""
        ...

    def delete_collection(self, name: str, expected: int | None) -> int: ...

    def delete_documents(self, collection: str | None, where: str, expected: int | None) -> int: ...

    def trash(
        self,
        collection: str | None,
        where: str | None,
        mirror: str | None,
        after: str | None,
        limit: int,
    ) -> TrashView: ...

    def restore_documents(self, wanted: RestoreRequest) -> Restoration: ...

    def chunk(self, chunk_id: str, context: int) -> ChunkView: ...

    def content(self, document_id: str, form: "ContentForm") -> bytes: ...

    def changes(self, document_id: str, context: int) -> "ChangesView":
        """Since its bytes last changed, with so many lines around each."""
        ...

    def tables(self, document_id: str, form: "TableForm", number: int | None) -> bytes: ...

    def search(
        self,
        query: str,
        collection: str | None,
        limit: int,
        where: str | None = None,
        mode: SearchMode | None = None,
        cursor: str | None = None,
    ) -> SearchAnswer: ...

    def facets(
        self, fields: str, query: str | None, collection: str | None, where: str | None
    ) -> Facets:
        """Of a search, or (without a query) of the documents."""
        ...

    def export(
        self, collection: str | None, where: str | None = None, shape: ExportShape = AS_LINES
    ) -> Iterator[bytes]:
        """In pieces."""
        ...

    def stats(self) -> dict[str, Any]: ...

    def overview(self) -> OverviewView: ...

    def cancel(self, job_id: str) -> JobView: ...

    def retry(self, job_id: str) -> JobView: ...

    @property
    def mirrors(self) -> "MirrorBackend": ...

    @property
    def bulk(self) -> "BulkBackend": ...

    @property
    def webhooks(self) -> "WebhookBackend": ...

    def close(self) -> None: ...


def open_backend(server: str | None, settings: Settings) -> AbstractContextManager[Backend]:
    """The server's answers where one is named, else those of the data folder.

    Raises InvalidRequest for a wrong URL, DataFolderUnusable where there is no data folder, and
    from within where it may not be read.
    """
    if server:
        from gristmill.cli.backends.remote import RemoteBackend
        from gristmill.cli.configured.api_key import given_key

        return closing(RemoteBackend(server, given_key()))
    return _on_folder(settings)


@contextmanager
def _on_folder(settings: Settings) -> Iterator[Backend]:
    from gristmill.cli.backends.folder import FolderBackend
    from gristmill.cli.configured.data_folder import existing_folder, permissions_explained
    from gristmill.storage.stores import Stores

    stores = Stores(existing_folder(settings))
    with closing(FolderBackend(stores, settings)) as backend, permissions_explained(backend.root):
        yield backend
