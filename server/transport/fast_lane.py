"""Small JSON submissions, decided without a thread that waits for each.

Most of what a submission costs beside a bare answer is threads that take turns: one waits for the
disk and the queue, is woken, and wants the interpreter that a dozen others want as well. So the
event loop itself reads a small `POST /ingest`, hands it to the accept that it will share, and is
told once it is decided. Then it has the application answer, as that answers everything, with the
outcome in its environment. Whatever is unusual about a request is none of our business here.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from gristmill.pool.decoding import decode_task
from gristmill.pool.intake import Intake, Request, Submission
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import TextSource
from gristmill.schemas.problems.errors import GristmillError
from gristmill.server.access.gate import Gate, head_of
from gristmill.server.calls.tables.submission_table import KEY, REQUEST, SUBMIT
from gristmill.server.messages.idempotency_key import is_key
from gristmill.server.readiness import Seen
from gristmill.server.telemetry.following import Trails

# Header names as waitress has them.
_KEY = KEY.name.upper().replace("-", "_")
_SMALL = 16 * 1024
"""Bytes of a body that the event loop decodes at once, and whose texts fit into a manifest."""
Outcome = Submission | Seen | BaseException | None


class FastLane:
    """Takes what it can; the rest is for the threads."""

    def __init__(
        self, intake: Intake, settings: Settings, gate: Gate, trails: Trails | None = None
    ) -> None:
        self._intake, self._settings, self._gate = intake, settings, gate
        self._trails = trails or Trails()

    def takes(self, request: Any, peer: str, answer: Callable[[Outcome], None]) -> bool:
        """Whether a request is dealt with: then `answer` is called once it is decided. `peer` is
        the address that it comes from."""
        if not _is_small_submission(request):
            return False
        key = request.headers.get(_KEY)
        try:
            # Whoever is refused here is asked once more by the application, which says why. Who
            # is let in is not: they would be counted twice.
            caller = request.caller = self._gate.enter(head_of(request.headers, peer))
            caller.expect(SUBMIT.scope)
            task = self._task(request)
            if not _is_cheap(task) or (key is not None and not is_key(key)):
                return False
            caller.expect_collection(task.collection)
            trail = request.trail = self._trails.of_headers(request.headers)
            wanted = Request(task, key, submitter=caller.submitter(trail))
            return self._intake.submit_later(wanted, answer)
        except (GristmillError, OSError):
            return False

    def _task(self, request: Any) -> IngestionTask:
        stream = request.get_body_stream()
        body = stream.read()
        stream.seek(0)
        return decode_task(body, self._settings)


class Decided:
    """Requests that are decided, until the event loop answers them. Were they answered by the
    thread that decides, it and the loop would take the interpreter from each other with each
    packet: measured, a sixth fewer accepts."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Any, Outcome]] = deque()
        self._called = False
        self.call: Callable[[], None] = lambda: None
        """Wakes the event loop."""

    def add(self, channel: Any, outcome: Outcome) -> None:
        """From any thread."""
        self._waiting.append((channel, outcome))
        if not self._called:
            self._called = True
            self.call()

    def answer(self) -> None:
        """Answer all. From the event loop: answers this small never wait for their client."""
        # Before the look: what is added after it calls again.
        self._called = False
        while self._waiting:
            channel, outcome = self._waiting.popleft()
            try:
                channel.answer(outcome)
            except Exception:
                # It ends this connection, as whatever else goes wrong in the loop does.
                channel.handle_error()


def _is_cheap(task: IngestionTask) -> bool:
    """Whether nothing about a task has to be looked up, on the disk or in what is installed."""
    if task.webhook is not None:
        return False
    return not task.options.steps and all(isinstance(s, TextSource) for s in task.sources)


def _is_small_submission(request: Any) -> bool:
    return (
        not request.error
        and request.path == SUBMIT.path
        and request.command == SUBMIT.method
        and not request.query
        and not request.chunked
        and request.content_length <= _SMALL
        and request.headers.get("CONTENT_TYPE") in REQUEST.media_types
        and "CONTENT_ENCODING" not in request.headers
    )
