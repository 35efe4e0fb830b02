"""Tells the words of jobs that ended before anybody kept them: in an older folder, a restored one,
or where their file was damaged."""

import logging
import time

from gristmill.pool.recovery.periodic import Periodic
from gristmill.pool.settling.job_teller import told_of
from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.library import JobWords, Library
from gristmill.storage.stores import Stores

_FIRST_S, _EVERY_S = 2.0, 1.0
_STEP = 200
_ROUND_S = 0.25
"""Of each second; the rest is for those who work."""
_log = logging.getLogger(__name__)


class WordsFiller:
    """The supervisor's hand on it. Killed at any time, the next one goes on, the newest first."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._over = False
        self._chore = Periodic(
            self.look,
            trouble="older jobs are not found by their words yet",
            first_s=_FIRST_S,
            every_s=_EVERY_S,
        )

    def tick(self) -> None:
        if not self._over:
            self._chore.tick()

    def look(self) -> None:
        """Tell for a quarter of a second; what then is left is for the next time."""
        deadline = time.monotonic() + _ROUND_S
        with self._stores.library(readonly=True) as library, self._stores.job_words() as words:
            while time.monotonic() < deadline and not self._over:
                self._over = self._step(library, words)

    def _step(self, library: Library, words: JobWords) -> bool:
        before = words.to_fill()
        if before is None:
            return True
        ids = library.jobs_page(state=None, collection=None, after=before, limit=_STEP)
        texts = []
        for job_id in ids:
            try:
                manifest = self._stores.manifests.read(job_id)
            except GristmillError:
                continue
            if manifest is not None and manifest.state.terminal:
                texts.append(told_of(manifest, library))
        words.add(texts, filled_before=ids[-1] if ids else "")
        return not ids
