"""Drops by age what nobody needs, now and then, beside the supervisor's loop."""

import logging
import time
from datetime import UTC, datetime, timedelta

from gristmill.pool.recovery.drop_in_sweeper import DropInSweeper
from gristmill.pool.recovery.periodic import Periodic
from gristmill.schemas.configuration.settings import Settings
from gristmill.storage.disk.reserve import with_reserve
from gristmill.storage.library.removal import empty_trash
from gristmill.storage.library.trash_role import TrashChoice
from gristmill.storage.originals import drop_strays
from gristmill.storage.stores import Stores
from gristmill.storage.upkeep.leftovers import remove_leftovers
from gristmill.storage.upkeep.orphans import drop_orphans
from gristmill.storage.upkeep.retention import purge

_FIRST_S, _EVERY_S = 60.0, 3600.0
_log = logging.getLogger(__name__)


class Janitor:
    """Drops ended jobs after `retention_days` (0 keeps them), deleted documents after `trash_days`,
    uploads that belong to no job, and
    originals that belong to no document, after `orphan_hours`, and temporary files of the dead."""

    def __init__(self, stores: Stores, settings: Settings) -> None:
        self._folder, self._settings = stores.folder, settings
        self._sweeper = DropInSweeper(stores, settings)
        self._chore = Periodic(
            self.clean,
            trouble="old jobs and uploads were not dropped",
            first_s=_FIRST_S,
            every_s=_EVERY_S,
        )

    def tick(self) -> None:
        self._chore.tick()
        self._sweeper.tick()

    def clean(self) -> None:
        remove_leftovers(self._folder)
        self._drop_orphans()
        self._empty_trash()
        self._drop_originals()
        if self._settings.retention_days:
            self._purge(self._settings.retention_days)

    def _drop_orphans(self) -> None:
        hours = self._settings.orphan_hours
        if dropped := drop_orphans(self._folder, time.time() - 3600 * hours):
            _log.info("dropped %d uploads that no job was made of in %g hours", dropped, hours)

    def _empty_trash(self) -> None:
        days = self._settings.trash_days
        before_us = int((time.time() - days * 86_400) * 1_000_000)
        choice, stores = TrashChoice(before_us=before_us), Stores(self._folder)
        if dropped := with_reserve(self._folder.root, lambda: empty_trash(stores, choice)):
            _log.info("forgot %d documents that were deleted %g days ago", dropped, days)

    def _drop_originals(self) -> None:
        before_s = time.time() - 3600 * self._settings.orphan_hours
        if dropped := drop_strays(self._folder, before_s):
            _log.info("dropped %d originals of documents that are gone or replaced", dropped)

    def _purge(self, days: float) -> None:
        before = datetime.now(UTC) - timedelta(days=days)
        purged = with_reserve(self._folder.root, lambda: purge(self._folder, before))
        if purged.jobs:
            _log.info("purged %d jobs that ended %g days ago", purged.jobs, days)
