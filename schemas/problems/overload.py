"""Errors of a web process that has as much to do as it takes on: a later try may go better."""

from gristmill.schemas.problems.errors import Unavailable


class Busy(Unavailable):
    """The web process has as much to do as it takes on at once."""

    code = "busy"


class TooManyStreams(Unavailable):
    """As many answers are being streamed as there may be at once (`max_streams`)."""

    code = "too_many_streams"
    retry_after = 5


class TooExpensive(Unavailable):
    """The library did not answer within `read_timeout_s`: too much was asked, or too much else is
    going on."""

    code = "too_expensive"
    retry_after = 5
