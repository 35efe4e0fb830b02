"""Takes out documents that came by a drop-in protocol, once they have stayed for their time."""

import logging
from datetime import UTC, datetime, timedelta

from gristmill.pool.recovery.periodic import Periodic
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters import parsed
from gristmill.schemas.problems.collection_errors import ConfirmationNeeded
from gristmill.storage.disk.reserve import with_reserve
from gristmill.storage.stores import Stores

_FIRST_S, _EVERY_S = 15.0, 15.0
_log = logging.getLogger(__name__)


class DropInSweeper:
    """Marks them for the `Remover`, `drop_in_keep_s` after they were read (0: never). Others of the
    same collection are nobody's business here: it takes those whose metadata say how they came."""

    def __init__(self, stores: Stores, settings: Settings) -> None:
        self._stores, self._settings = stores, settings
        self._chore = Periodic(
            self.sweep,
            trouble="documents of drop-in protocols were not taken out",
            first_s=_FIRST_S,
            every_s=_EVERY_S,
        )

    def tick(self) -> None:
        if self._settings.protocols and self._settings.drop_in_keep_s:
            self._chore.tick()

    def sweep(self) -> None:
        before = datetime.now(UTC) - timedelta(seconds=self._settings.drop_in_keep_s)
        where = parsed(f"metadata.job.drop_in exists and ingested_at < {before:%Y-%m-%dT%H:%M:%SZ}")
        within = self._settings.drop_in_collection
        with self._stores.library(readonly=True) as library:
            due = library.count_documents(collection=within, where=where)
        if not due:
            return

        def mark() -> int:
            with self._stores.library() as library:
                return library.delete_documents(collection=within, expected=due, where=where)

        try:
            marked = with_reserve(self._stores.folder.root, mark)
        except ConfirmationNeeded:
            return  # some were deleted or replaced since they were counted: next time
        _log.info("%d documents of drop-in protocols have stayed for their time", marked)
