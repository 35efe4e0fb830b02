"""Why a batch was not read to its end. They answer its last line."""

from gristmill.schemas.problems.errors import GristmillError


class BatchTooLong(GristmillError):
    """The batch has more lines than `max_batch_lines`; those before were looked at."""

    code = "batch_too_long"


class TooManyBadLines(GristmillError):
    """So many lines of a batch were refused that the rest was not looked at."""

    code = "too_many_bad_lines"
