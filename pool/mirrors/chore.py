"""The supervisor's chore of mirrors. Until there is one it costs a look at one folder."""

import logging
import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.offers import QueueStats
from gristmill.storage.stores import Stores

if TYPE_CHECKING:
    # Most services have no mirror, and the intake is much to import.
    from gristmill.pool.mirrors.mover import MirrorMover

_EVERY_S, _PAUSE_S = 0.25, 30.0
_log = logging.getLogger(__name__)


class MirrorChore:
    """`tick` is called often, by the supervisor's loop: the work is done in a thread."""

    def __init__(self, stores: Stores, settings: Settings, stats: Callable[[], QueueStats]) -> None:
        self._stores, self._settings, self._stats = stores, settings, stats
        self._due, self._thread = time.monotonic() + _EVERY_S, threading.Thread()

    def tick(self) -> None:
        if time.monotonic() < self._due or self._thread.is_alive():
            return
        self._due = time.monotonic() + _EVERY_S
        if "_mover" not in self.__dict__ and not self._stores.mirrors.names():
            return
        self._thread = threading.Thread(target=self._look, name="mirrors", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        try:
            self._mover.look()
        except Exception:
            _log.exception("mirrors do not go on for a while")
            self._due = time.monotonic() + _PAUSE_S

    @cached_property
    def _mover(self) -> "MirrorMover":
        from gristmill.pool.mirrors.mover import MirrorMover
        from gristmill.pool.mirrors.submitting import Submitting

        submit = Submitting(self._stores, self._settings)
        return MirrorMover(self._stores, self._settings, submit, may=self._may)

    def _may(self) -> bool:
        """Half of the queue's places stay for who submits."""
        now = self._stats()
        return 2 * now.waiting < now.depth and not now.draining
