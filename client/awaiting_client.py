"""`AsyncClient`: a service, for programs that await its answers."""

from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any, TypeVar, Unpack

from gristmill.client.asks import Ask, Paged
from gristmill.client.awaited_driver import AsyncDriver
from gristmill.client.calls.awaited_methods import AwaitedCalls
from gristmill.client.calls.task_fields import TaskFields
from gristmill.client.connection import PATIENCE_S, TIMEOUT_S, connection
from gristmill.client.event_reader import Event
from gristmill.client.flows import asking, batching, following, lines, listening, paging, submitting
from gristmill.client.flows.batching import TaskResult
from gristmill.client.flows.following import WAIT_S, job_id_of
from gristmill.client.http_client import httpx
from gristmill.schemas.jobs.given_uploads import Given
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.views import JobView

T = TypeVar("T")


class AsyncClient(AwaitedCalls):
    """As `Client`, with the same arguments (others are those of `httpx.AsyncClient`), methods and
    errors: what is answered once is awaited, what comes piece by piece is gone through by
    `async for`. It belongs to one event loop; end it with `await close()` or `async with`."""

    called = "the client's server"
    """What messages call the address by."""

    def __init__(
        self,
        server: str | None = None,
        *,
        key: str | None = None,
        patience_s: float = PATIENCE_S,
        timeout_s: float = TIMEOUT_S,
        **options: Any,
    ) -> None:
        self._to = connection(server, key, timeout_s, patience_s, self.called)
        self._http = httpx.AsyncClient(**self._to.options(options))
        self._driver = AsyncDriver(self._http)

    @property
    def url(self) -> str:
        """Where the service is."""
        return self._to.url

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def submit(
        self, task: IngestionTask | Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> JobView:
        """As `Client.submit`."""
        return await self._driver.run(submitting.submitted(task, idempotency_key, self._to))

    def submit_many(
        self, tasks: Iterable[IngestionTask | Mapping[str, Any]]
    ) -> AsyncIterator[TaskResult]:
        """As `Client.submit_many`."""
        return self._driver.steps(batching.all_submitted(tasks, self._to))

    async def upload(
        self, *files: Given, idempotency_key: str | None = None, **fields: Unpack[TaskFields]
    ) -> JobView:
        """As `Client.upload`."""
        return await self._driver.run(submitting.uploaded(files, fields, idempotency_key, self._to))

    async def wait(self, job: str | JobView, *, timeout_s: float = WAIT_S) -> JobView:
        """As `Client.wait`."""
        return await self._driver.run(following.ended(job_id_of(job), timeout_s, self._to))

    def stream_events(
        self,
        job: str | JobView | None = None,
        *,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002 - as everywhere
        last_event_id: str | None = None,
    ) -> AsyncIterator[Event]:
        """As `Client.stream_events`."""
        job_id = None if job is None else job_id_of(job)
        wish = listening.Wish(job_id, collection, filter, last_event_id)
        return self._driver.steps(listening.told(wish, self._to))

    async def ask(self, ask: Ask[T]) -> T:
        """What a request of `gristmill.client.calls` is answered; the methods stand on these."""
        return await self._driver.run(asking.answered(ask, self._to))

    def ask_lines(self, ask: Ask[T]) -> AsyncIterator[T]:
        """The lines of its answer, while they come."""
        return self._driver.steps(lines.each_line(ask, self._to))

    def ask_pieces(self, ask: Ask[Any]) -> AsyncIterator[bytes]:
        """Its answer in pieces, as they come."""
        return self._driver.steps(lines.each_piece(ask, self._to))

    def ask_each(self, ask: Ask[Paged[T]]) -> AsyncIterator[T]:
        """The items of all pages."""
        return self._driver.steps(paging.each(ask, self._to))

    async def response(self, ask: Ask[Any]) -> httpx.Response:
        """The response itself, one of those that are no problem."""
        return await self._driver.run(asking.sent(ask, self._to))
