"""Bulk actions, of a server or of the service on a data folder."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, Protocol

import msgspec

from gristmill.cli.backends import Page
from gristmill.pool.bulk.keeper import Asker, BulkKeeper
from gristmill.schemas.bulk import BulkAction, BulkPreview, BulkView, JobQuery
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.problems.errors import InvalidCursor, SupervisorAway
from gristmill.server.calls.tables.bulk_table import BULK, BULK_ACTION, BULKS, STOP_BULK
from gristmill.storage.library import Library

_SOMEBODY = Asker()


class BulkBackend(Protocol):
    """What `gristmill bulk` asks for. Methods raise GristmillError."""

    def preview(self, action: BulkAction, query: JobQuery) -> BulkPreview: ...

    def start(self, action: BulkAction, query: JobQuery, confirm: str) -> BulkView: ...

    def find(self, bulk_id: str) -> BulkView: ...

    def page(self, after: str | None, limit: int) -> Page[BulkView]: ...

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

    def page(self, after: str | None, limit: int) -> Page[BulkView]:
        if after is not None and not is_job_id(after):
            raise InvalidCursor(f"--after {after!r} is no cursor of this list")
        found = list(islice(self._keeper.all_of(_SOMEBODY, after), limit + 1))
        return Page(found[:limit], found[limit - 1].bulk_id if len(found) > limit else None)

    def stop(self, bulk_id: str) -> BulkView:
        return self._keeper.stop(bulk_id, _SOMEBODY)


class RemoteBulk:
    """Those of a server; `ask` sends a call and decodes its answer."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def preview(self, action: BulkAction, query: JobQuery) -> BulkPreview:
        found: BulkPreview = self._ask(BULK, BulkPreview, json=_body(action, query))
        return found

    def start(self, action: BulkAction, query: JobQuery, confirm: str) -> BulkView:
        body = {**_body(action, query), "confirm": confirm}
        found: BulkView = self._ask(BULK, BulkView, json=body)
        return found

    def find(self, bulk_id: str) -> BulkView:
        found: BulkView = self._ask(BULK_ACTION, BulkView, bulk_id=bulk_id)
        return found

    def page(self, after: str | None, limit: int) -> Page[BulkView]:
        asked = {"after": after, "limit": limit}
        found: Page[BulkView] = self._ask(BULKS, Page[BulkView], asked)
        return found

    def stop(self, bulk_id: str) -> BulkView:
        found: BulkView = self._ask(STOP_BULK, BulkView, bulk_id=bulk_id)
        return found


def _body(action: BulkAction, query: JobQuery) -> Mapping[str, Any]:
    asked: dict[str, Any] = msgspec.to_builtins(query)
    given = {name: value for name, value in asked.items() if value is not None}
    return {"action": action.value, **given}
