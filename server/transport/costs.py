"""What a request costs: which threads may serve it, and what of its body is in memory at once."""

from gristmill.server.calls.call import Cost
from gristmill.server.calls.table import CALLS

INFLATION = 5
"""Bytes of memory that a byte of decoded JSON takes at worst: itself, and a character of four bytes
where one emoji makes its whole text that wide."""
_JSON = "application/json"


_COSTS = {(call.method, call.path): call.cost for call in CALLS if "{" not in call.path}
"""A call with a value in its path is plain, which a test keeps true."""


def cost_of(method: str, path: str) -> Cost:
    """The cost of a call. `path` is decoded, without its query."""
    method = "GET" if method == "HEAD" else method
    # As waitress and falcon read it: slashes in front are one, one at the end is none.
    return _COSTS.get((method, "/" + path.strip("/")), Cost.PLAIN)


def decoded_at_once(
    method: str, path: str, query: str, media_type: str, size: int, longest_line: int
) -> int:
    """Bytes of a body of `size` bytes that are read into memory and decoded as one JSON value;
    0 for one that flows through."""
    if method != "POST":
        return 0
    place = path.strip("/")
    if place == "ingest/batch":
        return min(size, longest_line)
    if place != "ingest" or "name" in query:
        return 0
    return size if media_type.partition(";")[0].strip().lower() == _JSON else 0
