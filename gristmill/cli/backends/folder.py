"""Answers from the data folder itself, whether a service runs on it or not."""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from gristmill.cli.backends.folder_collections import FolderCollections
from gristmill.cli.terminal.output import note
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.exports import AS_LINES, ExportShape
from gristmill.schemas.filters import Filter, faceted, parsed
from gristmill.schemas.filters.facets import Facets
from gristmill.schemas.ids import is_document_id, is_job_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import Document, LedgerRow, SearchAnswer
from gristmill.schemas.overview import OverviewView
from gristmill.schemas.problems.errors import (
    DocumentNotFound,
    InvalidCursor,
    JobNotFound,
    SupervisorAway,
    Unavailable,
)
from gristmill.schemas.vector_search import SearchMode
from gristmill.schemas.views import ChunkView, JobView, PageView
from gristmill.schemas.webhooks import view_of
from gristmill.server.job_views import job_view
from gristmill.storage.library.single_chunk import chunk_of
from gristmill.storage.manifests import LEFT_OUT
from gristmill.storage.stores import Stores

if TYPE_CHECKING:
    from gristmill.cli.backends.bulk import BulkBackend
    from gristmill.cli.backends.mirrors import MirrorBackend
    from gristmill.cli.backends.webhooks import WebhookBackend

    # A search needs none of them, and they take longer than it does.
    from gristmill.pool.vector_search import Searcher
    from gristmill.schemas.comparison.changes import ChangesView
    from gristmill.schemas.rendering.forms import ContentForm, TableForm
    from gristmill.server.overviews import Overviews

_FLUSH_S = 0.25
_STARTING_S = 60.0
_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 0.2


class FolderBackend(FolderCollections):
    """Reads manifests and library; what must be decided is asked of the supervisor."""

    def __init__(
        self,
        stores: Stores,
        settings: Settings | None = None,
        take_over: Callable[[], bool] | None = None,
    ) -> None:
        """`take_over` starts a supervisor where the one that was there has ended, if it may."""
        self._take_over = take_over
        self._stores, self._manifests = stores, stores.manifests
        self._settings = settings or Settings()

    @property
    def root(self) -> Path:
        return self._stores.folder.root

    @cached_property
    def _searcher(self) -> "Searcher":
        from gristmill.pool.vector_search import Searcher

        # Who asks only once waits until the model is read.
        patient = max(self._settings.read_timeout_s, _STARTING_S)
        settings = msgspec.structs.replace(self._settings, read_timeout_s=patient)
        return Searcher(self.root, settings)

    def jobs(
        self, state: JobState | None, collection: str | None, after: str | None, limit: int
    ) -> PageView[JobView]:
        if after is not None and not is_job_id(after):
            raise InvalidCursor(f"--after {after!r} is no cursor of this list")
        self._client.flush_index(_FLUSH_S)
        ids = self._library.jobs_page(
            state=state, collection=collection, after=after, limit=limit + 1
        )
        found = self._read(ids[:limit])
        # The index may lag behind: what a manifest says is the truth.
        views = [self._view(manifest) for manifest in found if state in (None, manifest.state)]
        return PageView(views, ids[limit - 1] if len(ids) > limit else None)

    def _read(self, job_ids: Iterable[str]) -> Iterator[Manifest]:
        """One that cannot be read hides no other."""
        for job_id in job_ids:
            try:
                manifest = self._manifests.read(job_id)
            except LEFT_OUT as error:
                note(f"job {job_id} is left out: {error.message}")
                continue
            if manifest is not None:
                yield manifest

    def job(self, job_id: str) -> JobView:
        manifest = self._manifest(job_id)
        view = self._view(manifest)
        delivery = (
            self._stores.deliveries.find(job_id, manifest.run) if view.state.terminal else None
        )
        return (
            view if delivery is None else msgspec.structs.replace(view, webhook=view_of(delivery))
        )

    def watch(self, job_id: str, seen: JobView | None, wait_s: float) -> JobView:
        """Also raises SupervisorAway where nobody works on the job."""
        deadline = time.monotonic() + wait_s
        pause = _FIRST_PAUSE_S
        while not (job := self.job(job_id)).state.terminal and job == seen:
            if time.monotonic() >= deadline:
                self._expect_progress(job_id)
                break
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)
        return job

    def ledger(
        self, job_id: str, state: DocumentState | None, after: str | None, limit: int
    ) -> PageView[LedgerRow]:
        self._manifest(job_id)
        if after is not None and not after.isdecimal():
            raise InvalidCursor(f"--after {after!r} is no cursor of this list")
        rows = self._library.ledger_page(
            job_id, state=state, after=None if after is None else int(after), limit=limit + 1
        )
        return PageView(rows[:limit], str(rows[limit - 1].ordinal) if len(rows) > limit else None)

    def documents(
        self, collection: str | None, after: str | None, limit: int, where: str | None = None
    ) -> PageView[Document]:
        self._expect_known(collection, where)
        items, following = self._library.documents_page(
            collection=collection, after=after, limit=limit, where=_filter(where)
        )
        return PageView(items, following)

    def chunk(self, chunk_id: str, context: int) -> ChunkView:
        return chunk_of(self._library, chunk_id, context)

    def content(self, document_id: str, form: "ContentForm") -> bytes:
        from gristmill.storage.library.written import content_of

        return content_of(self._library, self._document(document_id), form)

    def changes(self, document_id: str, context: int) -> "ChangesView":
        from gristmill.storage.library.changed import changes_of

        return changes_of(self._library, self._document(document_id), context)

    def tables(self, document_id: str, form: "TableForm", number: int | None) -> bytes:
        from gristmill.storage.library.written import tables_in

        return tables_in(self._library, self._document(document_id), form, number)

    def search(
        self,
        query: str,
        collection: str | None,
        limit: int,
        where: str | None = None,
        mode: SearchMode | None = None,
        cursor: str | None = None,
    ) -> SearchAnswer:
        self._expect_known(collection, where)
        return self._searcher.search(
            self._library,
            query,
            collection=collection,
            limit=limit,
            where=_filter(where),
            mode=mode,
            cursor=cursor,
        )

    def facets(
        self, fields: str, query: str | None, collection: str | None, where: str | None
    ) -> Facets:
        self._expect_known(collection, where)
        return self._library.facets(
            faceted(fields), collection=collection, where=_filter(where), query=query
        )

    def export(
        self, collection: str | None, where: str | None = None, shape: ExportShape = AS_LINES
    ) -> Iterator[bytes]:
        from gristmill.server.exports import written

        self._expect_known(collection, where)
        return written(self._library.export(collection, _filter(where)), shape)

    def stats(self) -> dict[str, Any]:
        return {
            "data": str(self.root),
            "pending_jobs": len(self._manifests.pending_ids()),
            "library": self._library.stats(),
            "queue": self._queue_stats(),
        }

    def overview(self) -> OverviewView:
        return self._overviews.of(None)

    def cancel(self, job_id: str) -> JobView:
        self._manifest(job_id)
        return self._view(self._client.cancel(job_id))

    def retry(self, job_id: str) -> JobView:
        self._manifest(job_id)
        return self._view(self._client.retry(job_id))

    @cached_property
    def bulk(self) -> "BulkBackend":
        from gristmill.cli.backends.bulk import FolderBulk
        from gristmill.pool.bulk.keeper import BulkKeeper

        keeper = BulkKeeper(self._stores, self._client)
        return FolderBulk(keeper, lambda: self._library, self._client.alive)

    @cached_property
    def webhooks(self) -> "WebhookBackend":
        from gristmill.cli.backends.webhooks import FolderWebhooks

        return FolderWebhooks(self._stores, self._settings, self._client.replay_webhook)

    @property
    def mirrors(self) -> "MirrorBackend":
        from gristmill.cli.backends.mirrors import FolderMirrors
        from gristmill.pool.mirrors.keeper import MirrorKeeper

        keeper = MirrorKeeper(self._stores, self._settings)
        return FolderMirrors(keeper, self._client.alive)

    def close(self) -> None:
        if "_searcher" in self.__dict__:
            self._searcher.close()
        if "_library" in self.__dict__:
            self._library.close()

    @cached_property
    def _overviews(self) -> "Overviews":
        from gristmill.pool.intake import Room
        from gristmill.server.overviews import Overviews

        room = Room(self.root, self._settings)
        return Overviews(self._client, room, lambda: self._library)

    def _expect_known(self, collection: str | None, where: str | None) -> None:
        if collection is None and where is None:
            return
        from gristmill.pool.catalogue.known import expect_known, expect_known_in

        expect_known(self._library, self._client, collection)
        expect_known_in(self._library, self._client, _filter(where))

    def _manifest(self, job_id: str) -> Manifest:
        manifest = self._manifests.read(job_id) if is_job_id(job_id) else None
        if manifest is None:
            raise JobNotFound(f"there is no job {job_id!r} in {self.root}")
        return manifest

    def _document(self, document_id: str) -> Document:
        known = is_document_id(document_id)
        document = self._library.document(document_id) if known else None
        if document is None:
            raise DocumentNotFound(f"there is no document {document_id!r} in {self.root}")
        return document

    def _view(self, manifest: Manifest) -> JobView:
        if manifest.state.terminal:
            return job_view(manifest)
        # A small job's ledger grows as its documents end: until then the manifest knows more.
        live = self._library.counts(manifest.job_id)
        return job_view(manifest, live if live.total >= manifest.counts.total else None)

    def _expect_progress(self, job_id: str) -> None:
        if not self._client.alive() and not (self._take_over and self._take_over()):
            raise SupervisorAway(
                f"nobody works on job {job_id}: it goes on once `gristmill serve` or "
                f"`gristmill supervise` runs on {self.root}"
            )

    def _queue_stats(self) -> dict[str, Any] | None:
        try:
            return self._client.stats()._asdict()
        except Unavailable:
            return None


def _filter(text: str | None) -> Filter | None:
    return parsed(text) if text else None
