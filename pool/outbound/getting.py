"""One document is got by http or https: in time, no larger than wanted, from where it may be got.

Each hop of a redirect is looked at as the first one was. Nothing is sent but the request itself:
no credentials, no cookies.
"""

import http.client
import ssl
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from gristmill.pool.outbound.addresses import AddressRefused, Reach, resolved
from gristmill.pool.outbound.answers import Answer, Body, FetchFailed, Validators, told, validators
from gristmill.pool.outbound.line import PORTS, Line
from gristmill.schemas.urls import canonical, shown, trouble_of
from gristmill.schemas.version import VERSION

AGENT = f"gristmill/{VERSION}"
_HOPS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_UNMODIFIED = 304
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_HEAD_ROOM = 1024 * 1024
"""Bytes of an answer besides its body: heads, and what a body in pieces says of each."""


class Bounds(NamedTuple):
    """`limit` bytes of a body, `total_s` seconds for everything. `may_go`: which URLs a redirect
    may lead to, besides what holds for all."""

    reach: Reach
    limit: int
    total_s: float
    may_go: Callable[[str], bool] = lambda url: True


def get(url: str, bounds: Bounds, known: Validators | None = None) -> Answer:
    """What a URL, in canonical form, answers. `known`: an answer without data says that what was
    got before is still what there is. Raises FetchFailed."""
    deadline = time.monotonic() + bounds.total_s
    try:
        return _followed(url, bounds, known, deadline)
    except AddressRefused as refused:
        raise FetchFailed(str(refused), passing=refused.passing, refused=not refused.passing) from (
            None
        )
    except TimeoutError:
        reason = f"it has not answered in full within {bounds.total_s:g} s (url_timeout_s)"
        raise FetchFailed(reason, passing=True) from None
    except ssl.SSLCertVerificationError as trouble:
        raise FetchFailed(f"its certificate is not valid: {trouble.verify_message}") from None
    except (OSError, http.client.HTTPException) as trouble:
        reason = getattr(trouble, "strerror", None) or type(trouble).__name__
        raise FetchFailed(f"it cannot be reached: {reason}", passing=True) from None
    except ValueError as trouble:
        raise FetchFailed(f"its answer is not to be understood: {trouble}") from None


def _followed(url: str, bounds: Bounds, known: Validators | None, deadline: float) -> Answer:
    seen: set[str] = set()
    while url not in seen:
        if len(seen) > _HOPS:
            raise FetchFailed(f"it redirects more than {_HOPS} times")
        seen.add(url)
        found = _one(url, bounds, known, deadline)
        if isinstance(found, Answer):
            return found
        url = _next(url, found, bounds)
    raise FetchFailed(f"it redirects in a circle, to {shown(url)}")


def _next(url: str, location: str, bounds: Bounds) -> str:
    """Where a redirect leads. What is said of it does not repeat it: it may hold a password."""
    target = urljoin(url, location)
    if trouble := trouble_of(target):
        raise FetchFailed(f"it redirects to what may not be called: {trouble}", refused=True)
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise FetchFailed("it redirects from https to http", refused=True)
    target = canonical(target)
    if not bounds.may_go(target):
        raise FetchFailed(f"it redirects to {shown(target)}, which is elsewhere", refused=True)
    return target


def _one(url: str, bounds: Bounds, known: Validators | None, deadline: float) -> Answer | str:
    """The answer of one hop, or where it leads."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or PORTS[parts.scheme]
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    address = resolved(host, port, bounds.reach, min(left, 5.0))
    room = 2 * bounds.limit + _HEAD_ROOM
    line = Line(host, port, address, deadline, secure=secure, room=room)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        line.request("GET", target, headers=_headers(url, known))
        answer = line.getresponse()
        if answer.status in _REDIRECTS and (location := answer.getheader("Location")):
            return location
        if answer.status == _UNMODIFIED and known is not None:
            return Answer(None, url)
        if answer.status != 200:
            passing = answer.status in _PASSING
            raise FetchFailed(f"it answers {answer.status}{told(answer.status)}", passing=passing)
        data = Body(answer, bounds.limit).read()
        return Answer(data, url, validators(url, answer), *_described(url, answer))
    finally:
        line.end()


def _described(url: str, answer: http.client.HTTPResponse) -> tuple[str, str | None]:
    """The file name and the media type that an answer gives."""
    message = answer.msg
    # What has no type is `text/plain` to the email package.
    kind = message.get_content_type() if message.get("Content-Type") else None
    given = (message.get_filename() or "").replace("\\", "/")
    name = given.rpartition("/")[2] or urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return name[:255], kind


def _headers(url: str, known: Validators | None) -> dict[str, str]:
    headers = {
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if known is not None and known.url == shown(url):
        # Said of another hop, it would say something else.
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.modified:
            headers["If-Modified-Since"] = known.modified
    return headers
