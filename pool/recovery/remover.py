"""Takes out the documents of collections and filters that were deleted, and puts back those that
are taken back, beside the service."""

import logging
import time

from gristmill.pool.recovery.periodic import Periodic
from gristmill.schemas.trash import discarded
from gristmill.storage.library.removal import take_back_some, take_out_some
from gristmill.storage.stores import Stores

_FIRST_S, _EVERY_S = 1.0, 1.0
_ROUND_S = 0.5
"""Of each second; the rest is for those who work."""
_log = logging.getLogger(__name__)


class Remover:
    """The supervisor's hand on deletions. Killed at any time, the next one goes on: what is left is
    what is still marked."""

    def __init__(self, stores: Stores, trash_days: float) -> None:
        self._stores, self._trash = stores, discarded(trash_days)
        self._chore = Periodic(
            self.look,
            trouble="deleted documents could not be taken out",
            first_s=_FIRST_S,
            every_s=_EVERY_S,
        )
        self._gone = 0

    def tick(self) -> None:
        self._chore.tick()

    def look(self) -> None:
        """Remove for half a second; what then is left is for the next time."""
        deadline = time.monotonic() + _ROUND_S
        while (gone := self._some()) and time.monotonic() < deadline:
            self._gone += gone
        if self._gone and not gone:
            _log.info("%d deleted documents were taken out or put back", self._gone)
            self._gone = 0

    def _some(self) -> int:
        # Mostly there is nothing to do: a look that reads is a tenth of one that could write.
        with self._stores.library(readonly=True) as library:
            deleted, restored = library.has_deleted(), library.has_to_restore()
        if restored and (back := take_back_some(self._stores)):
            return back
        return take_out_some(self._stores, self._trash) if deleted else 0
