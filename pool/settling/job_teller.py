"""Has jobs that ended found by their names and reasons: tells their words to the list of jobs."""

import logging
import time
from collections.abc import Iterator

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import DocumentState
from gristmill.storage.library import Library
from gristmill.storage.library.job_text import JobText, text_of
from gristmill.storage.stores import Stores

_MOST_ROWS = 20
"""Documents of a job whose names, or reasons, are told."""
_AT_ONCE, _LATEST_S = 500, 1.0
"""Words are cheap by the hundred: so they wait for more to come, but not for long."""
_log = logging.getLogger(__name__)


class JobTeller:
    """For one thread. Words that cannot be kept are given up: the list shows their jobs all the
    same."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._ended: dict[str, Manifest] = {}
        self._failing = False
        self._due = 0.0

    def add(self, ended: Manifest) -> None:
        if not self._ended:
            self._due = time.monotonic() + _LATEST_S
        self._ended[ended.job_id] = ended

    def due_in(self) -> float | None:
        """Seconds until what was added has to be told; None where there is nothing."""
        return max(0.0, self._due - time.monotonic()) if self._ended else None

    def tell(self, library: Library, *, all_of_it: bool = False) -> None:
        """Keep the words of what was added, where they are many, or due. Raises LibraryTrouble
        where the ledger cannot be read."""
        waiting = len(self._ended) < _AT_ONCE and time.monotonic() < self._due
        if not self._ended or (waiting and not all_of_it):
            return
        texts = [told_of(manifest, library) for manifest in self._ended.values()]
        self._ended.clear()
        try:
            with self._stores.job_words() as words:
                words.add(texts)
            self._failing = False
        except OSError as error:
            if not self._failing:
                _log.warning("jobs are not found by their words for now: %s", error)
            self._failing = True


def told_of(manifest: Manifest, library: Library) -> JobText:
    """What is searched of a job that has ended."""
    return text_of(manifest, _ledger_of(manifest, library))


def _ledger_of(manifest: Manifest, library: Library) -> Iterator[str]:
    counts = manifest.counts
    if counts.failed:
        failed = library.ledger_page(
            manifest.job_id, state=DocumentState.FAILED, after=None, limit=_MOST_ROWS
        )
        for row in failed:
            yield f"{row.uri} {row.code or ''} {row.message or ''}"
    if counts.total > len(manifest.sources):
        rows = library.ledger_page(manifest.job_id, state=None, after=None, limit=_MOST_ROWS)
        yield from (row.uri for row in rows)
