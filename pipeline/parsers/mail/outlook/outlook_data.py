"""Outlook's data files: the only library that reads them (libpff) is under the LGPL."""

from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("application/vnd.ms-outlook-pst",)
version = "1"


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `unsupported`."""
    raise DocumentError(
        DocumentCode.UNSUPPORTED,
        "Outlook data files (.pst, .ost) are not read; export the mails as .msg, .eml or .mbox",
    )
