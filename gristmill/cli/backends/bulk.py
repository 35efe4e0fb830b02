"""Bulk actions, of a server or of the service on a data folder."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, Protocol

import msgspec

from gristmill.client.calls import bulk_calls
from gristmill.client.service_client import Client
from gristmill.pool.bulk.keeper import Asker, BulkKeeper
from gristmill.schemas.bulk import BulkAction, BulkPreview, BulkView, JobQuery
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.problems.errors import InvalidCursor, SupervisorAway
from gristmill.schemas.views import PageView
from gristmill.storage.library import Library

_SOMEBODY = Asker()


class BulkBackend(Protocol):
    """What `gristmill bulk` asks for. Methods raise GristmillError."""

    def preview(self, action: BulkAction, query: JobQuery) -> BulkPreview: ...

    def start(self, action: BulkAction, query: JobQuery, confirm: str) -> BulkView: ...

    def find(self, bulk_id: str) -> BulkView: ...

    def page(self, after: str | None, limit: int) -> PageView[BulkView]: ...

    def stop(self, bulk_id: str) -> BulkView: ...


class FolderBulk:
    """Those of a data folder. Something is done only where a service runs on it: `alive` says
    whether one does."""

    def __init__(
        self, keeper: BulkKeeper, library: Callable[[], Library], alive: Callable[[], bool]
    ) -> None:
        self._keeper, self._library, self._alive = keeper, library, alive

    def preview(self, action: BulkAction, query: JobQuery) -> BulkPreview:
        return self._keeper.preview(self._library(), action, query, _SOMEBODY)

    def start(self, action: BulkAction, query: JobQuery, confirm: str) -> BulkView:
        return self._keeper.start(action, query, _SOMEBODY, confirm, None).view()

    def find(self, bulk_id: str) -> BulkView:
        """Also raises SupervisorAway where nobody goes on with it."""
        found = self._keeper.find(bulk_id, _SOMEBODY)
        if not found.state.ended and not self._alive():
            raise SupervisorAway(
                f"nobody works on the bulk action {bulk_id}: it goes on once `gristmill serve` or "
                "`gristmill supervise` runs"
            )
        return found

    def page(self, after: str | None, limit: int) -> PageView[BulkView]:
        if after is not None and not is_job_id(after):
            raise InvalidCursor(f"--after {after!r} is no cursor of this list")
        found = list(islice(self._keeper.all_of(_SOMEBODY, after), limit + 1))
        return PageView(found[:limit], found[limit - 1].bulk_id if len(found) > limit else None)

    def stop(self, bulk_id: str) -> BulkView:
        return self._keeper.stop(bulk_id, _SOMEBODY)


class RemoteBulk:
    """Those of a server."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def preview(self, action: BulkAction, query: JobQuery) -> BulkPreview:
        return self._client.ask(bulk_calls.bulk(_body(action, query)).read_as(BulkPreview))

    def start(self, action: BulkAction, query: JobQuery, confirm: str) -> BulkView:
        body = {**_body(action, query), "confirm": confirm}
        return self._client.ask(bulk_calls.bulk(body).read_as(BulkView))

    def find(self, bulk_id: str) -> BulkView:
        return self._client.bulk_action(bulk_id)

    def page(self, after: str | None, limit: int) -> PageView[BulkView]:
        return self._client.bulk_actions(after=after, limit=limit)

    def stop(self, bulk_id: str) -> BulkView:
        return self._client.stop_bulk(bulk_id)


def _body(action: BulkAction, query: JobQuery) -> Mapping[str, Any]:
    asked: dict[str, Any] = msgspec.to_builtins(query)
    given = {name: value for name, value in asked.items() if value is not None}
    return {"action": action.value, **given}
