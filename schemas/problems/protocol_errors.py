"""Errors of whoever hands in a document by a drop-in protocol, and waits for what is in it."""

from gristmill.schemas.problems.errors import GristmillError, Unavailable


class DocumentUnreadable(GristmillError):
    """Nothing could be read of the document. `document_code` says why, as docs/job-lifecycle.md
    explains it."""

    code = "document_unreadable"


class AnswerTooLarge(GristmillError):
    """There is more in the document than one answer may hold: the library has it."""

    code = "answer_too_large"


class StillReading(Unavailable):
    """The document is being read for longer than this answer waits (`drop_in_wait_s`). The same
    one, sent again, waits for the same job."""

    code = "still_reading"
    retry_after = 2


class ConversionTimedOut(StillReading):
    """The same, to clients of docling-serve, which expect a 504."""

    code = "conversion_timed_out"


class TargetUnavailable(GristmillError):
    """A client of docling-serve wants what was converted elsewhere than in the answer."""

    code = "target_unavailable"
