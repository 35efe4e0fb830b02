"""`submit_many`: a job a line, a result a line."""

from collections.abc import Iterator
from functools import partial

import falcon

from gristmill.schemas.problems.errors import BodyTooLarge, InvalidRequest, UnsupportedContentType
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.tables.submission_table import KEY, LINES, SUBMIT_MANY
from gristmill.server.messages.batch_bounds import Bounds
from gristmill.server.messages.batch_lines import SLICE, refused, results
from gristmill.server.messages.bodies import LimitedBody, body_of, media_type_of
from gristmill.server.messages.lines import NDJSON, slices
from gristmill.server.messages.streaming import stream
from gristmill.server.services import Services


def _submit_many(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """The answer is made while the body is read: when the client goes away, the lines that were
    not looked at yet are not."""
    _check_headers(asked)
    body = body_of(asked.req, services.settings)
    stream(resp, NDJSON, _pieces(services, asked, body))


HANDLERS: Handlers = {SUBMIT_MANY: _submit_many}


def _pieces(services: Services, asked: Asked, body: LimitedBody) -> Iterator[bytes]:
    settings, intake = services.settings, services.intake
    last = 0
    bounds = Bounds(settings.max_batch_lines)
    submit = partial(
        results,
        submit_all=intake.submit_all,
        settings=settings,
        decoding=services.decoding,
        caller=asked.caller,
        submitter=asked.submitter,
    )
    try:
        for lines in slices(body.read, settings.max_line_bytes, SLICE):
            found = bounds.results(lines, submit)
            for result in found:
                services.gate.audit.note_line(asked.req, result.line, result.status, result.job_id)
            yield b"".join(result.data + b"\n" for result in found)
            last = lines[-1].number
            if bounds.is_over:
                break
    except BodyTooLarge as error:
        # Here only where the body did not say its length, and our own server, which refuses
        # it all the same, does not serve it.
        if not last:
            raise
        yield refused(last + 1, error).data + b"\n"
    if not last:
        raise InvalidRequest("the body is empty; send a JSON object with `sources` a line")


def _check_headers(asked: Asked) -> None:
    media_type = media_type_of(asked.req)
    if media_type not in LINES.media_types:
        raise UnsupportedContentType(
            f"{asked.call.line} does not read {media_type or 'a body without Content-Type'!r}; "
            f"send {NDJSON}, a JSON object a line"
        )
    if asked.req.get_header(KEY.name) is not None:
        raise InvalidRequest("the lines of a batch have keys of their own: `idempotency_key`")
