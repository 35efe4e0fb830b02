"""`Client`: a service, for programs that wait for its answers."""

from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, TypeVar, Unpack

from gristmill.client.asks import Ask, Paged
from gristmill.client.calls.methods import Calls
from gristmill.client.calls.task_fields import TaskFields
from gristmill.client.connection import PATIENCE_S, TIMEOUT_S, connection
from gristmill.client.driver import Driver
from gristmill.client.event_reader import Event
from gristmill.client.flows import asking, batching, following, lines, listening, paging, submitting
from gristmill.client.flows.batching import TaskResult
from gristmill.client.flows.following import WAIT_S, job_id_of
from gristmill.client.http_client import httpx
from gristmill.schemas.jobs.given_uploads import Given
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.views import JobView

T = TypeVar("T")


class Client(Calls):
    """A service at a URL. Every call is a method (docs/http.md says what each does), and there is
    more that takes several of them. Thread-safe; end it with `close()` or `with`.

    `server`: a URL; without it `GRISTMILL_SERVER`, else port 8000 of this machine.
    `key`: an API key; without it that of the file `GRISTMILL_KEY_FILE`, else `GRISTMILL_KEY`.
    `patience_s`: for so many seconds a call is sent again that the service refuses for the moment
    (429 and 503, after the seconds that its `Retry-After` says) or that its connection fails. What
    may have been carried out is only sent again where that changes nothing: reads, and what has an
    idempotency key, which `submit` and `upload` give themselves. 0: each is sent once.
    `timeout_s`: seconds that the service may be silent.
    Other arguments are those of `httpx.Client`, such as `verify`, `proxy` or `headers`.

    Methods raise GristmillError: its class and `code` are those of the problem. Unavailable is what
    a later try may cure, InvalidRequest a wrong argument.
    """

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
        self._http = httpx.Client(**self._to.options(options))
        self._driver = Driver(self._http)

    @property
    def url(self) -> str:
        """Where the service is."""
        return self._to.url

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def submit(
        self, task: IngestionTask | Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> JobView:
        """Submit a task; its job is safely on disk then. A key of your own makes it the same job
        from another process as well. Raises KeyConflict where the key was another task's."""
        return self._driver.run(submitting.submitted(task, idempotency_key, self._to))

    def submit_many(
        self, tasks: Iterable[IngestionTask | Mapping[str, Any]]
    ) -> Iterator[TaskResult]:
        """Submit many tasks, 500 in a request: for each, in their order, its job or its error."""
        return self._driver.steps(batching.all_submitted(tasks, self._to))

    def upload(
        self, *files: Given, idempotency_key: str | None = None, **fields: Unpack[TaskFields]
    ) -> JobView:
        """Upload files as one job. Each is a path, an open file (which is read from its beginning),
        or a name with one of these or with bytes: `("a.txt", b"...")`; the name, else the path, is
        its uri. They are read while they are sent, and anew where they have to be sent again.
        Raises PathNotFound, BodyTooLarge (then upload fewer in one job), KeyConflict."""
        return self._driver.run(submitting.uploaded(files, fields, idempotency_key, self._to))

    def wait(self, job: str | JobView, *, timeout_s: float = WAIT_S) -> JobView:
        """The job once it has ended, through restarts of the service. Raises StillPending, which is
        a TimeoutError, after `timeout_s` seconds."""
        return self._driver.run(following.ended(job_id_of(job), timeout_s, self._to))

    def stream_events(
        self,
        job: str | JobView | None = None,
        *,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002 - as everywhere
        last_event_id: str | None = None,
    ) -> Iterator[Event]:
        """What happens to a job until it has ended or, without one, to all jobs, without end
        (docs/events.md). A stream that breaks off goes on after the last event; so does a new one
        with `last_event_id`, the `id` of an Event."""
        job_id = None if job is None else job_id_of(job)
        wish = listening.Wish(job_id, collection, filter, last_event_id)
        return self._driver.steps(listening.told(wish, self._to))

    def ask(self, ask: Ask[T]) -> T:
        """What a request of `gristmill.client.calls` is answered; the methods stand on these."""
        return self._driver.run(asking.answered(ask, self._to))

    def ask_lines(self, ask: Ask[T]) -> Iterator[T]:
        """The lines of its answer, while they come."""
        return self._driver.steps(lines.each_line(ask, self._to))

    def ask_pieces(self, ask: Ask[Any]) -> Iterator[bytes]:
        """Its answer in pieces, as they come."""
        return self._driver.steps(lines.each_piece(ask, self._to))

    def ask_each(self, ask: Ask[Paged[T]]) -> Iterator[T]:
        """The items of all pages."""
        return self._driver.steps(paging.each(ask, self._to))

    def read(self, ask: Ask[T], response: httpx.Response) -> T:
        """What a response to it says."""
        return asking.value_of(ask, response, self._to)

    def response(self, ask: Ask[Any]) -> httpx.Response:
        """The response itself, one of those that are no problem."""
        return self._driver.run(asking.sent(ask, self._to))
