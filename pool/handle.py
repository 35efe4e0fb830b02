"""`IngestionWorker`: a process's handle on the pool, for any script or WSGI app."""

import atexit
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from gristmill.pool.catalogue.face import CatalogueFace
from gristmill.pool.catalogue.known import expect_known, expect_known_in
from gristmill.pool.catalogue.refreshing import Refresher
from gristmill.pool.client import PoolClient
from gristmill.pool.intake.drafts import Request, Submission
from gristmill.pool.intake.intake import Intake
from gristmill.pool.jobs_face import JobsFace
from gristmill.pool.own_supervisor import STOP_S, OwnSupervisor
from gristmill.pool.search_face import SearchFace
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters import faceted, parsed
from gristmill.schemas.filters.facets import Facet
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.checking import checked_task
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import Spooled
from gristmill.schemas.outcomes.documents import Document
from gristmill.schemas.problems.errors import (
    DocumentNotFound,
    GristmillError,
    InvalidRequest,
)
from gristmill.schemas.rendering.forms import ContentForm, TableForm
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores

if TYPE_CHECKING:
    from gristmill.storage.library import Library


class IngestionWorker(CatalogueFace, JobsFace, SearchFace):
    """Submits jobs to the supervisor of `settings.data`, starting one if there is none.

    A supervisor that this handle started is a child process with its own workers; it drains and
    ends with `stop()`, with this process, or when this process is killed. One that was running
    already is left running. Thread-safe. Raises DataFolderUnusable, LibraryDamaged, and
    ServiceFailed when no supervisor can be started.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.stores = Stores.of(self.settings)
        self.folder = self.stores.folder
        self.client = PoolClient(self.stores)
        self._intake = Intake(self.stores, self.settings, self.client)
        self._refresher = Refresher(self.stores, self.settings, self.client, self._intake)
        self._own = OwnSupervisor(self.settings, self.folder, self.client)
        self._own.start_if_away()

    def __enter__(self) -> "IngestionWorker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def owns_supervisor(self) -> bool:
        """Whether this handle started the supervisor that it uses."""
        return self._own.runs

    def enqueue(
        self,
        task: IngestionTask,
        *,
        key: str | None = None,
        uploads: Sequence[Spooled] = (),
        trusted: bool = True,
    ) -> Manifest:
        """Accept a task durably as a job; see `Intake.submit` for what it raises. Options and
        sources may be mappings, too. Paths are trusted by default: the caller could read them
        itself."""
        checked = checked_task(task)
        return self._intake.submit(checked, key=key, uploads=uploads, trusted=trusted).manifest

    def enqueue_all(
        self, requests: Sequence[Request], *, trusted: bool = True
    ) -> list[Submission | GristmillError]:
        """Accept many tasks, a few dozen at a time: see `Intake.submit_all`."""
        return self._intake.submit_all(requests, trusted=trusted)

    def status(self, job_id: str) -> Manifest | None:
        """The job's manifest as it is on disk, None for an unknown id. Raises InvalidRequest for
        what is no job's id at all."""
        if not is_job_id(job_id):
            raise InvalidRequest(f"{job_id!r} is no job id, such as `enqueue(...).job_id`")
        return self.stores.manifests.read(job_id)

    def content(self, document_id: str, format: str = "markdown") -> str:  # noqa: A002
        """A document of the library, whole, as `markdown`, `html`, `json` or `text`. Raises
        DocumentNotFound, NoStructure, and ValueError for another format."""
        from gristmill.storage.library.written import content_of

        form = ContentForm(format)
        with self.stores.library(readonly=True) as library:
            return content_of(library, _known(library, document_id), form).decode()

    def tables(self, document_id: str, format: str = "json") -> str:  # noqa: A002
        """Its tables as `json`, `csv` or `html`. Raises what `content` does."""
        from gristmill.storage.library.written import tables_in

        form = TableForm(format)
        with self.stores.library(readonly=True) as library:
            return tables_in(library, _known(library, document_id), form).decode()

    def documents(
        self,
        *,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002
        limit: int = 1000,
    ) -> list[Document]:
        """Up to `limit` documents of the library that pass a filter, newest first. Raises
        InvalidFilter, UnknownCollection."""
        where = parsed(filter) if filter else None
        with self.stores.library(readonly=True) as library:
            expect_known(library, self.client, collection)
            expect_known_in(library, self.client, where)
            return library.documents_page(
                collection=collection, after=None, limit=limit, where=where
            )[0]

    def facets(
        self,
        fields: str,
        *,
        query: str | None = None,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002
    ) -> dict[str, Facet]:
        """How many documents of a list, or of a search with a query, have which values; `fields`
        has commas between them (docs/filtering.md). Raises InvalidQuery, InvalidFilter,
        UnknownCollection."""
        named, where = faceted(fields), parsed(filter) if filter else None
        with self.stores.library(readonly=True) as library:
            expect_known(library, self.client, collection)
            expect_known_in(library, self.client, where)
            return library.facets(named, collection=collection, where=where, query=query)

    def take_over(self) -> bool:
        """Start a supervisor of our own where the one that we used was another process's and has
        ended, or is about to: then it is waited for. False where it was our own. Raises what the
        constructor does."""
        return self._own.take_over()

    def wait_for_idle(self, timeout_s: float | None = None) -> bool:
        """Wait until no job is pending; False after `timeout_s` seconds (None: for ever)."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            left = 10.0 if deadline is None else min(10.0, deadline - time.monotonic())
            if self.client.wait_for_idle(max(0.0, left)):
                return True
            if deadline is not None and time.monotonic() >= deadline:
                return False

    def stop(self, timeout_s: float = STOP_S) -> None:
        """End the supervisor that this handle started: it drains, what is not done stays
        pending on disk and goes on with the next start. Does nothing a second time."""
        self.close_searcher()
        self._own.stop(timeout_s)


def _known(library: "Library", document_id: str) -> Document:
    document = library.document(document_id)
    if document is None:
        raise DocumentNotFound(f"the library has no document {document_id!r}")
    return document


_workers: dict[Path, IngestionWorker] = {}
_guard = threading.Lock()


def get_ingestion_worker(settings: Settings | None = None) -> IngestionWorker:
    """This process's one handle on the data folder of `settings`, made at the first call; the
    other settings only count then. Without any: the first handle that was made, wherever."""
    with _guard:
        if settings is None and _workers:
            return next(iter(_workers.values()))
        root = DataFolder.at((settings or Settings()).data).root.resolve()
        if root not in _workers:
            worker = IngestionWorker(settings)
            if not _workers:
                atexit.register(shutdown_ingestion_worker)
            _workers[root] = worker
        return _workers[root]


def shutdown_ingestion_worker() -> None:
    """Stop this process's handles, if there are any. Also runs at exit; safe to call twice."""
    with _guard:
        workers = list(_workers.values())
        _workers.clear()
    for worker in workers:
        worker.stop()
