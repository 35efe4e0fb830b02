"""What answers a request on a channel: the application, or a refusal."""

from typing import Any

from waitress.task import ErrorTask, WSGITask

from gristmill.server import problems
from gristmill.server.access.gate import CALLER
from gristmill.server.calls.events import TAKER
from gristmill.server.calls.ingesting.submission import OUTCOME
from gristmill.server.events.streams import EventStream
from gristmill.server.telemetry.following import HEADER, TRAIL, Trails
from gristmill.server.telemetry.web_counting import BEGUN
from gristmill.server.transport.refusals import Refused, protocol, waitress_detail

_NO_TRACE = Trails()
"""What reached no call is a step of nothing."""


class Refusal(ErrorTask):  # type: ignore[misc]
    """Answers what waitress could not parse, what it failed to serve, and what we refused."""

    def execute(self) -> None:
        error = self.request.error
        if not isinstance(error, Refused):
            limit = self.channel.parser_type.terms.settings.max_body_bytes
            error = protocol(error.code, waitress_detail(error.code, error.body, limit))
        self.status = f"{error.code} {error.reason}"
        self.response_headers += error.headers.items()
        self.set_close_on_finish()
        self.channel.parser_type.terms.counting.refused(error.code, error.problem)
        trail = _NO_TRACE.of_headers(getattr(self.request, "headers", {}))
        self.response_headers.append((HEADER, trail.request_id))
        document = problems.with_request_id(error.document, trail.request_id)
        self.content_length = len(document)
        self.channel.lingers = True
        self.write(document)


class AnswerTask(WSGITask):  # type: ignore[misc]
    """Tells the application what is decided already, and sends the head of its answer with the
    first piece of the body: a call, a packet and a turn for the interpreter less."""

    _stream: EventStream | None = None

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[OUTCOME], self.channel.outcome = self.channel.outcome, None
        environ[CALLER] = self.request.caller
        environ[TRAIL] = self.request.trail
        environ[BEGUN] = self.request.begun
        environ[TAKER] = self._take
        return environ

    def _take(self, stream: EventStream) -> None:
        """After what is answered now, the event loop goes on with this."""
        self._stream = stream

    def service(self) -> None:
        try:
            super().service()
        finally:
            if self._stream is not None:
                # Its client was gone before it began.
                self._stream.leave()

    def build_response_header(self) -> bytes:
        if self.content_length is not None:
            # Nothing is decoded any more, and who has the answer may send the next body at once.
            self.request.discharge()
        self.channel.head = super().build_response_header()
        return b""

    def finish(self) -> None:
        if self._stream is not None:
            stream, self._stream = self._stream, None
            # The answer goes on, so its connection is kept, and there is no last chunk yet.
            self.channel.begin_stream(stream, chunked=self.chunked_response)
            self.close_on_finish = False
            return
        super().finish()
        self.channel.write_head()
