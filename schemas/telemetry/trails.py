"""What ties the lines of a log, and the spans of a trace, to the request that began it all."""

import random
import re
from typing import NamedTuple

LONGEST_ID = 128
_REQUEST_ID = re.compile(rf"[A-Za-z0-9._~:/+=@-]{{1,{LONGEST_ID}}}")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
"""https://www.w3.org/TR/trace-context/#traceparent-header: version, trace, parent and flags, in
hexadecimal; a trace or a parent of zeros alone is none."""


class Trail(NamedTuple):
    """`request_id` is the sender's own, or made here; `traceparent` is the sender's, if any, or
    where the request stands in a trace of ours: then `above` is the sender's."""

    request_id: str
    traceparent: str | None = None
    above: str | None = None


def trail_of(request_id: str | None, traceparent: str | None) -> Trail:
    """From two headers. What is not as it should be counts as not sent: it would be a way into
    the log."""
    if request_id is None or not _REQUEST_ID.fullmatch(request_id):
        # Nobody gains by guessing it, and the kernel need not be asked.
        request_id = f"{random.getrandbits(64):016x}"
    if traceparent is not None and not _TRACEPARENT.fullmatch(traceparent):
        traceparent = None
    return Trail(request_id, traceparent)
