"""Steps of a trace (W3C Trace Context), told once they have ended.

Whoever has done a step says so afterwards, with its times: so a worker, which is locked in, needs
no exporter, and a step may begin in one process and end in another.
"""

import hashlib
import secrets
from typing import Any

import msgspec

_SAMPLED = 1


class Span(msgspec.Struct, frozen=True):
    """One step. `place` is where it stands, as the traceparent of what is below it; `parent` the
    traceparent of what it is a part of, None where a trace begins with it. Times are nanoseconds
    since the epoch."""

    name: str
    place: str
    parent: str | None
    start_ns: int
    end_ns: int
    attributes: dict[str, Any] = {}
    error: str | None = None


def below(parent: str | None) -> str:
    """A new place below a step, or (None) in a new trace."""
    trace, flags = (secrets.token_hex(16), "01") if parent is None else _trace(parent)
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


def place_of_job(parent: str, job_id: str, run: int) -> str:
    """Where a run of a job stands in the trace of its request: the same to all who ask, so that
    its documents are below it before it has ended."""
    trace, flags = _trace(parent)
    own = hashlib.sha256(f"{trace} {job_id} {run}".encode()).hexdigest()[:16]
    return f"00-{trace}-{own}-{flags}"


def is_sampled(traceparent: str | None) -> bool:
    """Whether steps below it are to be told."""
    return traceparent is not None and bool(int(traceparent[-2:], 16) & _SAMPLED)


def _trace(traceparent: str) -> tuple[str, str]:
    _, trace, _, flags = traceparent.split("-")
    return trace, flags
