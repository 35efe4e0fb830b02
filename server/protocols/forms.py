"""A form as clients of docling-serve send it: files, and options that may be given repeatedly."""

from collections.abc import Iterator, Mapping

from falcon.media.multipart import MultipartFormHandler

from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.problems.protocol_errors import TargetUnavailable
from gristmill.server.calls.asked import Asked
from gristmill.server.messages.bodies import body_of
from gristmill.server.protocols.handing_in import Handed
from gristmill.server.services import Services

FORM = "multipart/form-data"
_TARGET, _INBODY = "target_type", "inbody"
_REFUSALS: Mapping[str, str] = {
    # docling-client looks for these words, and then asks for `inbody`.
    "presigned_url": "Presigned URL target requires artifact storage to be configured",
}
_forms = MultipartFormHandler()
_forms.parse_options.max_body_part_count = 1_000


def handed_by_form(services: Services, asked: Asked) -> Iterator[Handed]:
    """The one file of a form; options other than the target are passed over. Raises
    InvalidRequest for another number of files, TargetUnavailable, BodyTooLarge,
    UnsupportedContentType."""
    req, settings = asked.req, services.settings
    length = req.content_length
    most = settings.max_body_bytes + 1 if length is None else length
    seen = False
    try:
        for part in _forms.deserialize(body_of(req, settings), req.content_type, most):
            if part.filename is not None:
                if seen:
                    raise InvalidRequest("the form has several files; send each by itself")
                seen = True
                yield Handed(part.stream, part.filename, part.content_type)
            elif part.name == _TARGET:
                _expect_inbody(part.get_data().decode())
    except UnicodeDecodeError:
        raise InvalidRequest("a part of the form is not valid UTF-8") from None
    if not seen:
        raise InvalidRequest("the form has no file; add one as a part `files` with a file name")


def _expect_inbody(target: str) -> None:
    if target != _INBODY:
        raise TargetUnavailable(
            _REFUSALS.get(target, f"the target {target[:100]!r} is not written; ask for `inbody`")
        )
