"""Answers from a server, over HTTP."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from gristmill.cli.backends.batch_answers import ended_early, renumbered
from gristmill.client.calls import (
    job_calls,
    library_calls,
    service_calls,
    submission_calls,
)
from gristmill.client.service_client import Client
from gristmill.schemas.collections_told import CollectionChanged, CollectionState
from gristmill.schemas.comparison.changes import ChangesView
from gristmill.schemas.exports import AS_LINES, ExportShape
from gristmill.schemas.filters.facets import Facets
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import Collection, Document, LedgerRow, SearchAnswer
from gristmill.schemas.overview import OverviewView
from gristmill.schemas.problems.errors import Unavailable
from gristmill.schemas.rendering.forms import ContentForm, TableForm
from gristmill.schemas.trash import Restoration, RestoreRequest, TrashView
from gristmill.schemas.vector_search import SearchMode
from gristmill.schemas.views import ChunkView, JobView, PageView
from gristmill.server.messages.lines import NDJSON, Line, Result

if TYPE_CHECKING:
    from gristmill.cli.backends.bulk import BulkBackend
    from gristmill.cli.backends.mirrors import MirrorBackend
    from gristmill.cli.backends.webhooks import WebhookBackend

_PAUSE_S = 0.1
_NOT_READY, _SAME = 503, 304


class _Faceted(msgspec.Struct):
    facets: Facets


class _Ready(NamedTuple):
    """A body as httpx takes it, sent once."""

    given: dict[str, Any]
    repeatable: bool = False

    def opened(self, until: ExitStack) -> dict[str, Any]:
        return self.given


class _Client(Client):
    called = "--server"


class RemoteBackend:
    """A server, named by its URL, and an API key for it. Raises InvalidRequest for no URL. Each
    request is sent once: whoever waits for a server says so."""

    def __init__(self, server: str, key: str | None = None) -> None:
        self._client = _Client(server, key=key, patience_s=0)
        self._etags: dict[str, str] = {}

    def jobs(
        self, state: JobState | None, collection: str | None, after: str | None, limit: int
    ) -> PageView[JobView]:
        return self._client.jobs(state=state, collection=collection, after=after, limit=limit)

    def job(self, job_id: str) -> JobView:
        return self._client.job(job_id)

    def watch(self, job_id: str, seen: JobView | None, wait_s: float) -> JobView:
        """A server that cannot hold the poll answers at once: then the pause is ours."""
        ask = job_calls.job(job_id, wait=wait_s).unless(self._etags.get(job_id) if seen else None)
        began = time.monotonic()
        response = self._client.response(ask)
        if seen is not None and not seen.state.terminal:
            time.sleep(max(0.0, _PAUSE_S - (time.monotonic() - began)))
        if response.status_code == _SAME and seen is not None:
            return seen
        self._etags[job_id] = response.headers.get("ETag", "")
        return self._client.read(ask, response)

    def ledger(
        self, job_id: str, state: DocumentState | None, after: str | None, limit: int
    ) -> PageView[LedgerRow]:
        return self._client.job_documents(job_id, state=state, after=after, limit=limit)

    def documents(
        self, collection: str | None, after: str | None, limit: int, where: str | None = None
    ) -> PageView[Document]:
        found = self._client.documents(
            collection=collection, filter=where, after=after, limit=limit
        )
        return PageView(found.items, found.next)

    def collections(self, after: str | None, limit: int) -> PageView[Collection]:
        return self._client.collections(after=after, limit=limit)

    def collection(self, name: str) -> CollectionState:
        return self._client.collection(name)

    def change_collection(self, name: str, change: Mapping[str, object]) -> CollectionChanged:
        return self._client.set_collection(name, change)

    def delete_collection(self, name: str, expected: int | None) -> int:
        return self._client.delete_collection(name, if_documents=expected).documents

    def delete_documents(self, collection: str | None, where: str, expected: int | None) -> int:
        return self._client.delete_documents(
            collection=collection, filter=where, if_documents=expected
        ).documents

    def trash(
        self,
        collection: str | None,
        where: str | None,
        mirror: str | None,
        after: str | None,
        limit: int,
    ) -> TrashView:
        return self._client.trash(
            collection=collection, filter=where, mirror=mirror, after=after, limit=limit
        )

    def restore_documents(self, wanted: RestoreRequest) -> Restoration:
        return self._client.restore_documents(wanted)

    def chunk(self, chunk_id: str, context: int) -> ChunkView:
        document_id, _, number = chunk_id.partition("-")
        return self._client.chunk(document_id, int(number), context=context)

    def content(self, document_id: str, form: ContentForm) -> bytes:
        return self._client.content(document_id, format=form).encode()

    def changes(self, document_id: str, context: int) -> ChangesView:
        return self._client.changes(document_id, context=context)

    def tables(self, document_id: str, form: TableForm, number: int | None) -> bytes:
        if number is None:
            return self._client.tables(document_id, format=form).encode()
        return self._client.table(document_id, number, format=form).encode()

    def search(
        self,
        query: str,
        collection: str | None,
        limit: int,
        where: str | None = None,
        mode: SearchMode | None = None,
        cursor: str | None = None,
    ) -> SearchAnswer:
        ask = library_calls.search(
            query, collection=collection, filter=where, mode=mode, limit=limit, cursor=cursor
        )
        return self._client.ask(ask.read_as(SearchAnswer))

    def facets(
        self, fields: str, query: str | None, collection: str | None, where: str | None
    ) -> Facets:
        asked: dict[str, Any] = {"collection": collection, "filter": where, "facets": fields}
        ask = (
            library_calls.documents(**asked, limit=1).read_as(_Faceted)
            if query is None
            else library_calls.search(query, **asked, limit=1).read_as(_Faceted)
        )
        return self._client.ask(ask).facets

    def export(
        self, collection: str | None, where: str | None = None, shape: ExportShape = AS_LINES
    ) -> Iterator[bytes]:
        return self._client.export_bytes(
            collection=collection, filter=where, format=shape.format, ids=shape.ids
        )

    def stats(self) -> dict[str, Any]:
        # What is not ready says so with 503, and has the same numbers.
        ask = service_calls.readiness().read_as(dict[str, Any], _NOT_READY)
        return {"server": self._client.url} | self._client.ask(ask)

    def overview(self) -> OverviewView:
        return self._client.overview()

    def cancel(self, job_id: str) -> JobView:
        return self._client.cancel(job_id)

    def retry(self, job_id: str) -> JobView:
        return self._client.retry(job_id)

    @property
    def bulk(self) -> "BulkBackend":
        from gristmill.cli.backends.bulk import RemoteBulk

        return RemoteBulk(self._client)

    @property
    def webhooks(self) -> "WebhookBackend":
        from gristmill.cli.backends.webhooks import RemoteWebhooks

        return RemoteWebhooks(self._client)

    @property
    def mirrors(self) -> "MirrorBackend":
        from gristmill.cli.backends.mirrors import RemoteMirrors

        return RemoteMirrors(self._client)

    def refresh(self, collection: str) -> JobView:
        return self._client.refresh({"collection": collection})

    def submit(self, headers: Mapping[str, str], **body: Any) -> JobView:
        """Submit a job; `body` as httpx takes it. Raises what the server's problem names."""
        ask = submission_calls.submit({}, idempotency_key=headers.get("Idempotency-Key"))
        return self._client.ask(ask.sending(_Ready(body)))

    def post_lines(self, lines: Sequence[Line]) -> list[Result]:
        """Submit a job a line. Raises what the server's problem names when it answers no line."""
        content = b"".join((line.data or b"").rstrip() + b"\n" for line in lines)
        body = _Ready({"content": content, "headers": {"Content-Type": NDJSON}})
        ask = submission_calls.submit_many().sending(body)
        answers = b"".join(self._client.ask_pieces(ask)).splitlines()
        if 0 < len(answers) - 1 < len(lines) and ended_early(answers[-1]):
            # Its batches are shorter than our slices.
            taken = len(answers) - 1
            named = zip(lines[:taken], answers, strict=False)
            found = [renumbered(line.number, data) for line, data in named]
            return [*found, *self.post_lines(lines[taken:])]
        if len(answers) != len(lines):
            raise Unavailable(f"{self._client.url} answered {len(answers)} of {len(lines)} lines")
        return [renumbered(line.number, data) for line, data in zip(lines, answers, strict=True)]

    def close(self) -> None:
        self._client.close()
