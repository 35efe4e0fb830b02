"""Uploaded documents: streamed into the spool, dropped again when the submission fails."""

from types import TracebackType

import falcon
from falcon.media.multipart import BodyPart, MultipartFormHandler

from gristmill.pool.intake import new_job_id
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.ids import claim_of
from gristmill.schemas.jobs.sources import MAX_NAME_CHARS, Bundled
from gristmill.schemas.problems.errors import InvalidRequest, TooManySources
from gristmill.server.messages.bodies import LimitedBody
from gristmill.server.messages.fields import (
    FORM_FIELDS,
    NAME,
    UploadFields,
    fields_of,
    query_fields_of,
)
from gristmill.storage.spool import Readable, Spool

_NO_CLAIM = "application/octet-stream"
_forms = MultipartFormHandler()
# Our own count gives the better error (too_many_sources).
_forms.parse_options.max_body_part_count = 0


class Uploads:
    """The uploads of one request, which is to become the job `job_id`. Durable once the context
    is left, and dropped where it is left by an error."""

    def __init__(self, spool: Spool, settings: Settings) -> None:
        self.settings = settings
        self.job_id = new_job_id()
        self._spooling = spool.storing(claim_of(self.job_id))

    @property
    def stored(self) -> list[Bundled]:
        return self._spooling.stored

    def add(self, stream: Readable, name: str | None, content_type: str | None) -> None:
        """Store one document. Raises TooManySources, InvalidRequest for an impossible name."""
        if len(self.stored) >= self.settings.max_sources:
            raise TooManySources(f"more than {self.settings.max_sources} files (max_sources)")
        if name and len(name) > MAX_NAME_CHARS:
            raise InvalidRequest(f"a file name has more than {MAX_NAME_CHARS} characters")
        sent_as = (content_type or "").partition(";")[0].strip().lower()
        self._spooling.add(
            stream,
            self.settings.max_body_bytes,
            uri=name or None,
            media_type=sent_as if sent_as and sent_as != _NO_CLAIM else None,
        )

    def __enter__(self) -> "Uploads":
        self._spooling.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._spooling.__exit__(kind, error, trace)


def receive_raw(req: falcon.Request, uploads: Uploads, body: LimitedBody) -> UploadFields:
    """The body is one document; everything else stands in the query."""
    return receive_named(req, uploads, body, NAME.read(req.get_param(NAME.name)))


def receive_named(
    req: falcon.Request, uploads: Uploads, body: LimitedBody, name: str | None
) -> UploadFields:
    """The body is one document of this name; without one it may not be empty."""
    fields = fields_of(query_fields_of(req.params), uploads.settings.max_json_depth)
    # Our own server says the length of a chunked body, too; others leave its encoding to be seen.
    chunked = req.get_header("Transfer-Encoding") is not None
    if not name and not req.content_length and not chunked:
        raise InvalidRequest("the body is empty; send the document's bytes")
    uploads.add(body, name, req.content_type)
    return fields


def receive_form(req: falcon.Request, uploads: Uploads, body: LimitedBody) -> UploadFields:
    """Every part with a file name is a document; the others are fields, each at most once."""
    length = req.content_length
    most = uploads.settings.max_body_bytes + 1 if length is None else length
    given: dict[str, str | bytes] = dict(query_fields_of(req.params))
    try:
        for part in _forms.deserialize(body, req.content_type, most):
            if part.filename is None:
                name, value = _field(part, given)
                given[name] = value
            else:
                uploads.add(part.stream, part.filename, part.content_type)
    except UnicodeDecodeError:
        raise InvalidRequest("the headers of a form part are not valid UTF-8") from None
    if not uploads.stored:
        raise InvalidRequest("the form has no file; add one as a part with a file name")
    return fields_of(given, uploads.settings.max_json_depth)


def _field(part: BodyPart, given: dict[str, str | bytes]) -> tuple[str, bytes]:
    name = part.name or ""
    if name not in FORM_FIELDS:
        raise InvalidRequest(
            f"the form has an unknown field {name!r}; fields are {', '.join(FORM_FIELDS)}, "
            "and a file is a part with a file name"
        )
    if name in given:
        raise InvalidRequest(f"the field {name!r} is given twice")
    return name, part.get_data()
