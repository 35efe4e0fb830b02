"""Office documents that are encrypted as a whole: there is nothing to read but that."""

from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.pipeline.unpacking.compound import LOCKED
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

media_types = (LOCKED,)
version = "1"


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `encrypted`."""
    raise DocumentError(
        DocumentCode.ENCRYPTED, "the document is encrypted; save it without a password"
    )
