"""`winmail.dat` by itself, as mail programs save it that cannot read it."""

from gristmill.pipeline.parsers.mail.eml import document_of
from gristmill.pipeline.parsers.mail.outlook import tnef
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

media_types = (tnef.MEDIA_TYPE,)
version = "1"


def parse(blob: Blob, limits: Limits) -> Parsed:
    """As of a mail. Raises DocumentError `parse_error` for what is no TNEF."""
    message = tnef.message_in(blob.data)
    if message is None:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the file is no TNEF")
    return document_of(message, limits)
