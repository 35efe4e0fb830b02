"""Answers from a server, over HTTP."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from gristmill.cli.backends import Page
from gristmill.cli.backends.problems import error_of
from gristmill.cli.backends.remote_parts import RemoteParts
from gristmill.cli.http_client import certificates_for, httpx
from gristmill.schemas.collections_told import CollectionChanged, CollectionState, Deletion
from gristmill.schemas.filters.facets import Facets
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import Collection, Document, LedgerRow, SearchAnswer
from gristmill.schemas.overview import OverviewView
from gristmill.schemas.problems.batch_errors import BatchTooLong
from gristmill.schemas.problems.errors import InvalidRequest, Unavailable
from gristmill.schemas.rendering.forms import ContentForm, TableForm
from gristmill.schemas.vector_search import SearchMode
from gristmill.schemas.views import ChunkView, JobView
from gristmill.server.calls.tables.call import Call
from gristmill.server.calls.tables.collection_table import (
    COLLECTION,
    DELETE_COLLECTION,
    REFRESH,
    SET_COLLECTION,
)
from gristmill.server.calls.tables.content_table import CONTENT, TABLE, TABLES
from gristmill.server.calls.tables.job_table import CANCEL, JOB, JOB_DOCUMENTS, JOBS, RETRY
from gristmill.server.calls.tables.library_table import (
    CHUNK,
    COLLECTIONS,
    DELETE_DOCUMENTS,
    DOCUMENTS,
    EXPORT,
    SEARCH,
)
from gristmill.server.calls.tables.overview_table import OVERVIEW
from gristmill.server.calls.tables.service_table import READINESS
from gristmill.server.calls.tables.submission_table import SUBMIT, SUBMIT_MANY
from gristmill.server.messages.lines import NDJSON, Line, Result

_TIMEOUT, _PAUSE_S = httpx.Timeout(60.0, connect=5.0), 0.1
_T = TypeVar("_T")


class _Faceted(msgspec.Struct):
    facets: Facets


class RemoteBackend(RemoteParts):
    """A server, named by its URL, and an API key for it. Raises InvalidRequest for no URL."""

    def __init__(self, server: str, key: str | None = None) -> None:
        url = server if "://" in server else f"http://{server}"
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        try:
            trusted = certificates_for(url)
            self._http = httpx.Client(
                base_url=url, timeout=_TIMEOUT, headers=headers, verify=trusted
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise InvalidRequest(f"--server {server!r} is no URL: {error}") from None
        if self._http.base_url.scheme not in ("http", "https") or not self._http.base_url.host:
            raise InvalidRequest(f"--server {server!r} is no URL such as http://127.0.0.1:8000")
        self._url = url
        self._etags: dict[str, str] = {}

    def jobs(
        self, state: JobState | None, collection: str | None, after: str | None, limit: int
    ) -> Page[JobView]:
        query = {"state": state, "collection": collection, "after": after, "limit": limit}
        return self._asked(JOBS, Page[JobView], query)

    def job(self, job_id: str) -> JobView:
        return self._asked(JOB, JobView, job_id=job_id)

    def watch(self, job_id: str, seen: JobView | None, wait_s: float) -> JobView:
        """A server that cannot hold the poll answers at once: then the pause is ours."""
        headers = {"If-None-Match": self._etags[job_id]} if seen and job_id in self._etags else {}
        began = time.monotonic()
        response = self._send(JOB, {"wait": f"{wait_s:g}"}, headers, job_id=job_id)
        if seen is not None and not seen.state.terminal:
            time.sleep(max(0.0, _PAUSE_S - (time.monotonic() - began)))
        if response.status_code == 304 and seen is not None:
            return seen
        self._etags[job_id] = response.headers.get("ETag", "")
        return _decode(response, JobView)

    def ledger(
        self, job_id: str, state: DocumentState | None, after: str | None, limit: int
    ) -> Page[LedgerRow]:
        query = {"state": state, "after": after, "limit": limit}
        return self._asked(JOB_DOCUMENTS, Page[LedgerRow], query, job_id=job_id)

    def documents(
        self, collection: str | None, after: str | None, limit: int, where: str | None = None
    ) -> Page[Document]:
        query = {"collection": collection, "filter": where, "after": after, "limit": limit}
        return self._asked(DOCUMENTS, Page[Document], query)

    def collections(self, after: str | None, limit: int) -> Page[Collection]:
        return self._asked(COLLECTIONS, Page[Collection], {"after": after, "limit": limit})

    def collection(self, name: str) -> CollectionState:
        return self._asked(COLLECTION, CollectionState, collection=name)

    def change_collection(self, name: str, change: Mapping[str, object]) -> CollectionChanged:
        response = self._send(SET_COLLECTION, json=change, collection=name)
        return _decode(response, CollectionChanged)

    def delete_collection(self, name: str, expected: int | None) -> int:
        query = {"if_documents": expected}
        return self._asked(DELETE_COLLECTION, Deletion, query, collection=name).documents

    def delete_documents(self, collection: str | None, where: str, expected: int | None) -> int:
        query = {"collection": collection, "filter": where, "if_documents": expected}
        return self._asked(DELETE_DOCUMENTS, Deletion, query).documents

    def chunk(self, chunk_id: str, context: int) -> ChunkView:
        document_id, _, number = chunk_id.partition("-")
        query = {"context": context}
        return self._asked(CHUNK, ChunkView, query, document_id=document_id, number=number)

    def content(self, document_id: str, form: ContentForm) -> bytes:
        return self._send(CONTENT, {"format": form}, document_id=document_id).content

    def tables(self, document_id: str, form: TableForm, number: int | None) -> bytes:
        query = {"format": form}
        if number is None:
            return self._send(TABLES, query, document_id=document_id).content
        return self._send(TABLE, query, document_id=document_id, number=str(number)).content

    def search(
        self,
        query: str,
        collection: str | None,
        limit: int,
        where: str | None = None,
        mode: SearchMode | None = None,
        cursor: str | None = None,
    ) -> SearchAnswer:
        parameters = {
            "q": query,
            "collection": collection,
            "filter": where,
            "mode": mode,
            "limit": limit,
            "cursor": cursor,
        }
        return self._asked(SEARCH, SearchAnswer, parameters)

    def facets(
        self, fields: str, query: str | None, collection: str | None, where: str | None
    ) -> Facets:
        asked = {"q": query, "collection": collection, "filter": where, "facets": fields}
        call = DOCUMENTS if query is None else SEARCH
        return self._asked(call, _Faceted, {**asked, "limit": 1}).facets

    def export(self, collection: str | None, where: str | None = None) -> Iterator[bytes]:
        query = _given({"collection": collection, "filter": where})
        with self._reaching():
            request = self._http.build_request(EXPORT.method, EXPORT.path, params=query)
            response = self._http.send(request, stream=True)
            try:
                if response.status_code >= 400:
                    response.read()
                    raise error_of(response)
                yield from response.iter_bytes()
            finally:
                response.close()

    def stats(self) -> dict[str, Any]:
        with self._reaching():
            response = self._http.request(READINESS.method, READINESS.path)
        # What is not ready says so with 503, and has the same numbers.
        if response.status_code not in (200, 503):
            raise error_of(response)
        return {"server": self._url} | _decode(response, dict[str, Any])

    def overview(self) -> OverviewView:
        return self._asked(OVERVIEW, OverviewView)

    def cancel(self, job_id: str) -> JobView:
        return self._asked(CANCEL, JobView, job_id=job_id)

    def retry(self, job_id: str) -> JobView:
        return self._asked(RETRY, JobView, job_id=job_id)

    def refresh(self, collection: str) -> JobView:
        response = self._send(REFRESH, json={"collection": collection})
        return _decode(response, JobView)

    def submit(self, headers: Mapping[str, str], **body: Any) -> JobView:
        """Submit a job; `body` as httpx takes it. Raises what the server's problem names."""
        with self._reaching():
            response = self._http.request(SUBMIT.method, SUBMIT.path, headers=headers, **body)
        if response.status_code >= 400:
            raise error_of(response)
        return _decode(response, JobView)

    def post_lines(self, lines: Sequence[Line]) -> list[Result]:
        """Submit a job a line. Raises what the server's problem names when it answers no line."""
        headers = {"Content-Type": NDJSON}
        body = b"".join((line.data or b"").rstrip() + b"\n" for line in lines)
        with self._reaching():
            response = self._http.request(
                SUBMIT_MANY.method, SUBMIT_MANY.path, headers=headers, content=body
            )
        if response.status_code >= 400:
            raise error_of(response)
        answers = response.content.splitlines()
        if 0 < len(answers) - 1 < len(lines) and _ended_early(answers[-1]):
            # Its batches are shorter than our slices.
            taken = len(answers) - 1
            named = zip(lines[:taken], answers, strict=False)
            found = [_renumbered(line.number, data) for line, data in named]
            return [*found, *self.post_lines(lines[taken:])]
        if len(answers) != len(lines):
            raise Unavailable(f"{self._url} answered {len(answers)} of {len(lines)} lines")
        return [_renumbered(line.number, data) for line, data in zip(lines, answers, strict=True)]

    def close(self) -> None:
        self._http.close()

    def _asked(
        self,
        call: Call,
        kind: type[_T],
        query: Mapping[str, object] | None = None,
        json: object = None,
        **path_values: str,
    ) -> _T:
        return _decode(self._send(call, query, None, json, **path_values), kind)

    def _send(
        self,
        call: Call,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        **path_values: str,
    ) -> httpx.Response:
        """The answer to a call of the server's table, one of those that it says are no problem."""
        path = call.path.format_map({n: quote(v, safe="") for n, v in path_values.items()})
        with self._reaching():
            response = self._http.request(
                call.method, path, params=_given(query), headers=headers, json=json
            )
        if response.status_code not in {answer.status for answer in call.answers}:
            raise error_of(response)
        return response

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except httpx.ConnectError:
            raise Unavailable(
                f"no server answers at {self._url}; start one with `gristmill serve`"
            ) from None
        except httpx.HTTPError as error:
            what = str(error) or type(error).__name__
            raise Unavailable(f"the connection to {self._url} failed: {what}") from None


def _ended_early(data: bytes) -> bool:
    return bool(msgspec.json.decode(data).get("code") == BatchTooLong.code)


def _renumbered(number: int, data: bytes) -> Result:
    """A result as the server sent it, with the number that its line has here."""
    answer: dict[str, Any] = msgspec.json.decode(data)
    data = msgspec.json.encode(answer | {"line": number})
    return Result(number, answer["status"], answer.get("job_id"), data)


def _given(query: Mapping[str, object] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (query or {}).items() if value is not None}


def _decode(response: httpx.Response, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(response.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unavailable(
            f"{response.url.host} answered something that is not Gristmill's; check --server"
        ) from None
