"""How answers are written."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import falcon
import msgspec

from gristmill.schemas.views import JobView, PageView
from gristmill.server.messages import etags

RETRY_AFTER_S = "1"
_Item = TypeVar("_Item")
encode = msgspec.json.Encoder().encode


def send(resp: falcon.Response, value: Any, status: int = 200) -> None:
    """Answer `value` as JSON."""
    resp.status = status
    resp.data = encode(value)


def send_job(resp: falcon.Response, job: JobView) -> None:
    """Answer a job: 200 once it has ended, 202 with `Retry-After` before."""
    send(resp, job, 200 if job.state.terminal else 202)
    if not job.state.terminal:
        resp.set_header("Retry-After", RETRY_AFTER_S)


def send_tagged(resp: falcon.Response, value: Any, known: str | None) -> None:
    """Answer `value` as JSON with its entity tag, or 304 to whoever knows it by that."""
    send(resp, value)
    resp.etag = etags.etag_of(resp.data or b"")
    if known is not None and etags.matches(known, resp.get_header("ETag") or ""):
        resp.status = 304
        resp.data = None


def send_page(resp: falcon.Response, items: Sequence[Any], following: str | None) -> None:
    """Answer one page of a list; `following` is the cursor of the next page."""
    send(resp, PageView(items, following))


def cut(
    found: Sequence[_Item], limit: int, cursor_of: Callable[[_Item], str]
) -> tuple[Sequence[_Item], str | None]:
    """A page out of up to `limit + 1` found items, and the next page's cursor: the item too many
    only tells that there is a next page."""
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor_of(found[limit - 1])
