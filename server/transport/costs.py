"""What a request costs: which threads may serve it, and what of its body is in memory at once."""

import re

from gristmill.server.calls.tables.call import JSON, Call, Cost
from gristmill.server.calls.tables.submission_table import SUBMIT, SUBMIT_MANY
from gristmill.server.messages.fields import NAME
from gristmill.server.protocols.tables.catalogue import EVERY_CALL

INFLATION = 5
"""Bytes of memory that a byte of decoded JSON takes at worst: itself, and a character of four bytes
where one emoji makes its whole text that wide."""

_CALLS = {(call.method, call.path): call for call in EVERY_CALL if "{" not in call.path}
"""A call with a value in its path has no body that is decoded."""
_COSTLY = [
    (call.method, re.compile(re.sub(r"{\w+}", "[^/]+", call.path)), call.cost)
    for call in EVERY_CALL
    if "{" in call.path and call.cost is not Cost.PLAIN
]


def cost_of(method: str, path: str) -> Cost:
    """The cost of a call. `path` is decoded, without its query."""
    method = "GET" if method == "HEAD" else method
    call = call_at(method, path)
    if call is not None:
        return call.cost
    place = _place(path)
    costs = (cost for known, at, cost in _COSTLY if known == method and at.fullmatch(place))
    return next(costs, Cost.PLAIN)


def call_at(method: str, path: str) -> Call | None:
    """The call that a request is for, if it is one that may have a body."""
    return _CALLS.get((method, _place(path)))


def decoded_at_once(
    method: str, path: str, query: str, media_type: str, size: int, longest_line: int
) -> int:
    """Bytes of a body of `size` bytes that are read into memory and decoded as one JSON value;
    0 for one that flows through."""
    asked = (method, _place(path))
    if asked == (SUBMIT_MANY.method, SUBMIT_MANY.path):
        return min(size, longest_line)
    if asked != (SUBMIT.method, SUBMIT.path) or NAME.name in query:
        return 0
    return size if media_type.partition(";")[0].strip().lower() == JSON else 0


def _place(path: str) -> str:
    """As waitress and falcon read it: slashes in front are one, one at the end is none."""
    return "/" + path.strip("/")
