"""`POST /ingest/batch`: a job a line, a result a line."""

from collections.abc import Iterator

import falcon

from gristmill.schemas.errors import BodyTooLarge, InvalidRequest, UnsupportedContentType
from gristmill.server.messages import parameters
from gristmill.server.messages.batch_lines import SLICE, refused, results
from gristmill.server.messages.bodies import LimitedBody, body_of
from gristmill.server.messages.lines import slices
from gristmill.server.messages.streaming import NDJSON, stream
from gristmill.server.services import Services

MEDIA_TYPES = (NDJSON, "application/ndjson", "application/jsonl")


class Batch:
    """`/ingest/batch`. The answer is made while the body is read: when the client goes away, the
    lines that were not looked at yet are not."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        parameters.check(req)
        _check_headers(req)
        pieces = self._pieces(body_of(req, self._services.settings.max_body_bytes))
        stream(resp, NDJSON, pieces)

    def _pieces(self, body: LimitedBody) -> Iterator[bytes]:
        settings, intake = self._services.settings, self._services.intake
        last = 0
        try:
            for lines in slices(body.read, settings.max_line_bytes, SLICE):
                found = results(lines, intake.submit_all, settings)
                yield b"".join(result.data + b"\n" for result in found)
                last = lines[-1].number
        except BodyTooLarge as error:
            # Here only where the body did not say its length, and our own server, which refuses
            # it all the same, does not serve it.
            if not last:
                raise
            yield refused(last + 1, error).data + b"\n"
        if not last:
            raise InvalidRequest("the body is empty; send a JSON object with `sources` a line")


def _check_headers(req: falcon.Request) -> None:
    coding = req.get_header("Content-Encoding")
    if coding not in (None, "identity"):
        raise UnsupportedContentType(f"a body with Content-Encoding {coding!r} is not read")
    media_type = (req.content_type or "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise UnsupportedContentType(
            f"POST /ingest/batch does not read {media_type or 'a body without Content-Type'!r}; "
            f"send {NDJSON}, a JSON object a line"
        )
    if req.get_header("Idempotency-Key") is not None:
        raise InvalidRequest("the lines of a batch have keys of their own: `idempotency_key`")
