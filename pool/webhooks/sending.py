"""One attempt to tell a receiver: a POST to the address that was looked at, and nothing else.

No redirect is followed, no proxy is asked, no more than a little of the answer is read, and all
of it has to be over in time. The status line decides: what comes after it may be broken.
"""

import http.client
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from gristmill.pool.outbound.addresses import AddressRefused, Reach, resolved
from gristmill.pool.outbound.line import PORTS, Line
from gristmill.schemas.open_addresses import Network
from gristmill.schemas.version import VERSION
from gristmill.schemas.webhooks import Attempt

TOTAL_S = 15.0
_MOST_BODY, _BODY_S = 4096, 1.0
"""Of the body of an answer, so that its sender is not cut off in the midst of a short one."""
_MOST_BYTES = 64 * 1024
"""Of a whole answer: `http.client` passes over any number of answers that begin with 100."""
_REASON_CHARS = 200


class Parcel(NamedTuple):
    """What is sent, and where to."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def send(parcel: Parcel, allowed: Sequence[Network], total_s: float = TOTAL_S) -> Attempt:
    """Try once. Never raises: what went wrong is in the attempt."""
    at, began = datetime.now(UTC), time.monotonic()
    status: int | None = None
    error: str | None = None
    try:
        status = _answer(parcel, allowed, began + total_s)
        if 300 <= status < 400:
            error = f"it answers {status}: redirects are not followed"
        elif not 200 <= status < 300:
            error = f"it answers {status}"
    except AddressRefused as refused:
        error = str(refused)
    except TimeoutError:
        error = f"it has not answered within {total_s:g} s"
    except ssl.SSLCertVerificationError as trouble:
        error = f"its certificate is not valid: {trouble.verify_message}"
    except (OSError, http.client.HTTPException, ValueError) as trouble:
        error = f"it cannot be reached: {getattr(trouble, 'strerror', None) or repr(trouble)}"
    seconds = round(time.monotonic() - began, 3)
    return Attempt(at, status, error and error[:_REASON_CHARS], seconds)


def _answer(parcel: Parcel, allowed: Sequence[Network], deadline: float) -> int:
    parts = urlsplit(parcel.url)
    host = parts.hostname or ""
    port = parts.port or PORTS[parts.scheme]
    address = resolved(host, port, Reach(allowed, "webhook_allow"))
    secure = parts.scheme == "https"
    line = Line(host, port, address, deadline, secure=secure, room=_MOST_BYTES)
    try:
        target = parts.path or "/"
        line.request(
            "POST",
            f"{target}?{parts.query}" if parts.query else target,
            parcel.body,
            {
                "Content-Type": "application/json",
                "User-Agent": f"gristmill/{VERSION}",
                "Connection": "close",
                **parcel.headers,
            },
        )
        answer = line.getresponse()
        line.hurry(_BODY_S)
        with suppress(OSError, http.client.HTTPException):
            answer.read(_MOST_BODY)
        return answer.status
    finally:
        line.end()
